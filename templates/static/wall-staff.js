// Open reasons answer to their digits, and take the focus; in the list, all can be ticked at once.
"use strict";

document.querySelectorAll("details.reject").forEach((details) => {
  const buttons = [...details.querySelectorAll("[data-digit]")];
  details.addEventListener("toggle", () => {
    buttons.forEach((button) => {
      if (details.open) button.dataset.key = button.dataset.digit;
      else delete button.dataset.key;
    });
    if (details.open) buttons[0].focus();
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    details.querySelector("summary").focus();
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
