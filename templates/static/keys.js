// data-key="n" or data-key="g c" on a link, button or field; ? shows them all, where they can also be turned off.
"use strict";

const off = () => localStorage.getItem("keys") === "off";
let first = "";
let firstTimer = 0;

function typing(target) {
  return target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)
    || (target.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(target.type));
}

function words(element) {
  const label = element.dataset.keyLabel || element.labels?.[0]?.textContent || element.textContent;
  return label.trim().replace(/\s+/g, " ");
}

function line(keys, meaning) {
  const item = document.createElement("div");
  const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap, " ");
  }
  detail.textContent = meaning;
  item.append(term, detail);
  return item;
}

function help() {
  document.getElementById("keys-help")?.remove();
  const dialog = document.createElement("dialog");
  dialog.id = "keys-help";
  dialog.setAttribute("aria-labelledby", "keys-title");
  dialog.innerHTML = `<h2 id="keys-title">Keys on this page</h2><dl class="definition"></dl>
    <div class="choice"><input type="checkbox" id="keys-on"><label for="keys-on">Use these keys</label></div>
    <form method="dialog"><button class="button secondary">Close</button></form>`;
  const list = dialog.querySelector("dl");
  document.querySelectorAll("[data-key]").forEach((element) => list.append(line(element.dataset.key, words(element))));
  list.append(line("?", "This help"));
  const box = dialog.querySelector("#keys-on");
  box.checked = !off();
  box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function use(element) {
  if (typing(element)) element.focus();
  else element.click();
}

document.querySelectorAll("[data-keys-help]").forEach((button) => { button.hidden = false; });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) help();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if (typing(event.target) || document.querySelector("dialog[open]") || off()) return;
  if (event.key === "?") {
    event.preventDefault();
    return help();
  }
  const pressed = [...document.querySelectorAll("[data-key]")];
  const match = (keys) => pressed.find((element) => element.dataset.key === keys && !element.disabled);
  const element = (first && match(`${first} ${event.key}`)) || match(event.key);
  clearTimeout(firstTimer);
  first = element ? "" : event.key;
  firstTimer = setTimeout(() => { first = ""; }, 1500);
  if (element) {
    event.preventDefault();
    use(element);
  }
});
