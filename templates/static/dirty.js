// A form with data-dirty warns before leaving when something in it was changed and not saved.
"use strict";

const changed = new Set();

document.querySelectorAll("form[data-dirty]").forEach((form) => {
  form.addEventListener("input", () => changed.add(form));
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) changed.delete(form);
  });
});

window.addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault();
});
