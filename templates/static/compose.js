// The composer's comforts: keys while one types, counts, pictures that go up by themselves, and a part kept fresh.
"use strict";

document.documentElement.classList.add("scripts");
const composer = document.getElementById("composer");

// One comes back to where one was.
function keepPlace(form) {
  const key = `place:${location.pathname}`;
  const place = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  if (place && !location.hash) window.scrollTo(0, Number(place));
  form.addEventListener("submit", (event) => {
    if (!event.submitter?.value) sessionStorage.setItem(key, String(window.scrollY));
  });
}

function useKeys(form) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-save]"));
    }
    const way = event.altKey && { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const block = way && event.target.closest?.(".block");
    if (!block) return;
    event.preventDefault();
    const button = block.querySelector(`:scope > .block-tools [data-move="${way}"]`);
    if (button) form.requestSubmit(button);
  });
}

function count(input) {
  const most = Number(input.dataset.count);
  const told = document.createElement("p");
  told.className = "hint";
  input.after(told);
  const tell = () => {
    const length = [...input.value].length;
    told.textContent = length ? `${length} characters${length > most ? `: more than ${most} are mostly cut off` : ""}` : "";
    told.classList.toggle("over", length > most);
  };
  input.addEventListener("input", tell);
  tell();
}

function sendPictures(form) {
  form.addEventListener("change", (event) => {
    const button = event.target.type === "file" && event.target.closest(".block").querySelector('[value^="upload "]');
    if (button) form.requestSubmit(button);
  });
}

function keepFresh(form) {
  let latest = 0;
  form.addEventListener("change", async () => {
    const mine = (latest += 1);
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.part, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!answer.ok || mine !== latest) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById(form.dataset.partTarget).replaceChildren(...page.body.firstElementChild.childNodes);
  });
}

if (composer) {
  keepPlace(composer);
  useKeys(composer);
  sendPictures(composer);
  composer.querySelectorAll("[data-count]").forEach(count);
}
document.querySelectorAll("form[data-part]").forEach(keepFresh);
