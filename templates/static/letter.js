// The letter while somebody writes it: fields grow with their text, the whole letter says how long it is, and the link
// to one's own mail program always holds what stands in the fields. Without scripts a button does the last of these.
"use strict";

const LONGEST_LINK = 1900;
const form = document.getElementById("letter");
const whole = form?.querySelector("[data-count]");
const link = document.getElementById("mailto");

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.rows = Math.max(area.rows, Math.min(30, area.value.split("\n").length + 1));
}

function count() {
  const most = Number(whole.dataset.count);
  const length = [...whole.value.trim()].length;
  let told = document.getElementById("text-count");
  if (!told) {
    told = document.createElement("p");
    told.className = "count";
    told.id = "text-count";
    whole.after(told);
  }
  told.textContent = `${length} / ${most}`;
  told.classList.toggle("over", length > most);
}

function encoded(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

// As composing.mailto makes it.
function fill() {
  const signed = document.getElementById("signed").innerText.trim();
  const text = `${whole.value.trim()}\n\n${signed}`.replace(/\r?\n/g, "\r\n");
  const head = `${link.href.split("?")[0]}?subject=${encoded(form.elements.subject.value.trim())}`;
  const full = `${head}&body=${encoded(text)}`;
  link.href = full.length > LONGEST_LINK ? head : full;
}

// Beside the letter there is room for what helps; above it, on a phone, it stays closed.
if (matchMedia("(min-width: 60rem)").matches) {
  document.querySelectorAll("details[data-open]").forEach((help) => { help.open = true; });
}

if (form) {
  form.querySelectorAll("textarea").forEach(grow);
  if (whole) count();
  form.addEventListener("input", (event) => {
    if (event.target.tagName === "TEXTAREA") grow(event.target);
    if (whole) count();
    if (link) fill();
  });
}
