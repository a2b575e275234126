// Open reasons answer to their digits, and take the focus; in the list, all can be ticked at once.
"use strict";

document.querySelectorAll("details.reject").forEach((details) => {
  const buttons = [...details.querySelectorAll("[data-digit]")];
  const summary = details.querySelector("summary");

  function answer(isOpen) {
    buttons.forEach((button) => {
      if (isOpen) button.dataset.key = button.dataset.digit;
      else delete button.dataset.key;
    });
  }

  // At once: who knows the digit presses it before the reasons are drawn.
  summary.addEventListener("click", () => answer(!details.open));
  details.addEventListener("toggle", () => {
    answer(details.open);
    if (details.open) buttons[0].focus();
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    summary.focus();
  });
});

const all = document.querySelector("[data-all]");

function count() {
  const boxes = [...document.querySelectorAll(".picks input[type=checkbox]")];
  const ticked = boxes.filter((box) => box.checked).length;
  document.querySelector("[data-picked]").textContent = ticked ? `${ticked} ticked` : "";
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
}

if (all) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    document.querySelectorAll(".picks input[type=checkbox]").forEach((box) => { box.checked = all.checked; });
    count();
  });
  document.querySelector(".picks").addEventListener("change", count);
  count();
}
