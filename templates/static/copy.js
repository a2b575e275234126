// A button with data-copy="field" copies what stands in that field or text, and says data-copied; without scripts it
// can be marked by hand.
"use strict";

function mark(field) {
  if (field.select) {
    field.select();
  } else {
    getSelection().selectAllChildren(field);
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const words = button.firstChild.textContent;
  button.hidden = false;
  field.addEventListener("focus", () => mark(field));
  button.addEventListener("click", async () => {
    mark(field);
    try {
      await navigator.clipboard.writeText(field.value ?? field.innerText);
      button.firstChild.textContent = button.dataset.copied ?? "Copied";
      setTimeout(() => { button.firstChild.textContent = words; }, 2000);
    } catch {
      field.focus();
    }
  });
}
