// A button or form with data-confirm="Really?" asks before it goes on.
"use strict";

document.addEventListener("submit", (event) => {
  const asker = event.submitter?.dataset.confirm ? event.submitter : event.target;
  if (asker.dataset.confirm && !window.confirm(asker.dataset.confirm)) event.preventDefault();
}, true);
