// A form with data-preview="/url" data-preview-frame="frame-id" shows its unsaved state in that frame while one writes.
// The form is posted into the frame, so that the answer keeps its own content policy (a mail needs inline styles).
"use strict";

function post(form, action, target) {
  const own = ["action", "target"].map((name) => [name, form.getAttribute(name)]);
  form.setAttribute("action", action);
  form.setAttribute("target", target);
  HTMLFormElement.prototype.submit.call(form);
  for (const [name, value] of own) value === null ? form.removeAttribute(name) : form.setAttribute(name, value);
}

// A fresh frame each time: nothing flickers, and the Back button does not collect previews.
function show(form) {
  const frame = document.getElementById(form.dataset.previewFrame);
  const next = frame.cloneNode(false);
  next.removeAttribute("src");
  next.name = `${frame.id}-${Date.now()}`;
  next.hidden = true;
  frame.after(next);
  next.addEventListener("load", () => {
    if (next.contentDocument?.URL === "about:blank") return;
    const scrolled = frame.contentDocument?.scrollingElement?.scrollTop || 0;
    next.hidden = false;
    frame.remove();
    if (next.contentDocument?.scrollingElement) next.contentDocument.scrollingElement.scrollTop = scrolled;
  });
  post(form, form.dataset.preview, next.name);
}

document.querySelectorAll("form[data-preview]").forEach((form) => {
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 600, form);
  });
});
