// A form with data-upload shows how far its file has come; without scripts it is sent as usual.
"use strict";

function show(form, text, done) {
  let box = form.querySelector(".progress");
  if (!box) {
    box = document.createElement("div");
    box.className = "progress";
    box.setAttribute("role", "status");
    box.append(document.createElement("p"), document.createElement("progress"));
    box.firstChild.className = "progress-label";
    box.lastChild.max = 100;
    form.append(box);
  }
  box.firstChild.textContent = text;
  box.lastChild.setAttribute("aria-label", text);
  if (done === null) box.lastChild.removeAttribute("value");
  else box.lastChild.value = done;
}

function send(form, submitter) {
  const words = form.dataset;
  const request = new XMLHttpRequest();
  const body = new FormData(form);
  if (submitter?.name) body.append(submitter.name, submitter.value);
  const buttons = [...form.querySelectorAll("button")];
  const lock = (on) => buttons.forEach((button) => { button.disabled = on; });

  request.upload.addEventListener("progress", (event) => {
    const done = event.lengthComputable ? Math.floor((100 * event.loaded) / event.total) : null;
    show(form, done === 100 ? words.uploadWaiting || "Nearly there…" : words.upload || "Sending…", done === 100 ? null : done);
  });
  request.addEventListener("load", () => {
    // Any answer, an error page with what was typed too, takes the place of this page.
    if (request.responseURL && request.responseURL !== form.action) return location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    document.title = page.title;
    document.body.replaceWith(page.body);
    (document.getElementById("error-summary") || document.querySelector("main"))?.focus();
    document.querySelectorAll("form[data-upload]").forEach(watch);
  });
  request.addEventListener("error", () => {
    lock(false);
    show(form, words.uploadFailed || "The connection broke. Please try again.", 0);
  });
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  // Before the body, so that a form from an earlier visit is refused at once.
  if (body.has("csrf")) request.setRequestHeader("X-CSRF-Token", body.get("csrf"));
  lock(true);
  show(form, words.upload || "Sending…", 0);
  request.send(body);
}

function watch(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || ![...form.querySelectorAll("input[type=file]")].some((input) => input.files.length)) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

document.querySelectorAll("form[data-upload]").forEach(watch);
