// Sends the form with its photo and says how far it is; counts, looks for people, and shows how it will look.
// Whatever the answer is, the photo stays in the page with all that was done to it.

let form = document.getElementById("stand");
let request = null;
// The photo that is with the server already: it need not travel twice.
let arrived = null;
// A photo does not travel before the rest is complete; what is missing is said by the same answer.
let withheld = false;

const find = (selector) => form.querySelector(selector);
const characters = (text) => [...text.trim().replace(/\s+/g, " ")].length;

// How it will look

function fill(id, text) {
  const element = document.getElementById(id);
  element.textContent = text || element.dataset.empty || "";
  element.classList.toggle("empty-yet", !text);
}

function preview() {
  if (!document.getElementById("preview")) return;
  const value = (name) => (form.elements[name]?.value ?? "").trim();
  const country = form.elements.country;
  const person = find("[name=prisoner]:checked");
  fill("preview-sentence", value("sentence"));
  fill("preview-name", value("name"));
  fill("preview-place", [value("role"), value("town"), country?.value && country.selectedOptions[0].text].filter(Boolean).join(", "));
  const whom = document.getElementById("preview-whom").dataset;
  fill("preview-whom", person?.value ? whom.words.replace("{name}", person.labels[0].textContent) : whom.all);
}

// Counting

function count(area) {
  const most = Number(area.dataset.count);
  const length = characters(area.value);
  const told = document.getElementById(`${area.id}-count`);
  told.textContent = `${length} / ${most}`;
  told.classList.toggle("over", length > most);
}

function countOf(area) {
  const told = document.createElement("p");
  told.className = "count";
  told.id = `${area.id}-count`;
  area.after(told);
  count(area);
}

// Looking for people

async function look() {
  const wanted = new URLSearchParams({ who: find("[name=who]").value, prisoner: find("[name=prisoner]:checked")?.value ?? "" });
  const answer = await fetch(`${form.action}?${wanted}`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return fail(form.dataset.broken);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("people").replaceChildren(...page.getElementById("people").childNodes);
  // Said aloud only when it comes into a place that is there already.
  const said = find("#people [role=status]");
  if (said) said.textContent = said.textContent.trim();
  preview();
  return undefined;
}

// Sending

function fail(sentence) {
  const told = find("#send-error");
  told.textContent = sentence;
  told.hidden = !sentence;
}

function sending(on) {
  // Not disabled: whoever came by keys stays where they are.
  find("#send").setAttribute("aria-disabled", on);
  find("#stop").hidden = find("#way").hidden = !on;
}

function way(text, done) {
  find("#way-words").textContent = text;
  find("#way-count").textContent = done === null ? "" : `${done} %`;
  if (done === null) find("#way-bar").removeAttribute("value");
  else find("#way-bar").value = done;
}

function onProgress(event) {
  const done = event.lengthComputable ? Math.floor((100 * event.loaded) / event.total) : null;
  if (done === 100) way(form.dataset.arrived, null);
  else way(find("#way-words").textContent, done);
}

// The fresh form takes the place of this one, but the photo's part stays as it is.
function stay(page) {
  const fresh = page.getElementById(form.id);
  const part = find(".photo-part");
  const errors = page.querySelectorAll(".error-summary li");
  const error = withheld ? "" : fresh.querySelector("#photo-error .told").textContent;
  if (withheld) page.querySelector('.error-summary a[href="#photo"]')?.closest("li").remove();
  if (withheld && errors.length === 1) return send(true);
  arrived = fresh.querySelector("[name=photo_kept]").value ? form.elements.photo.files[0] : null;
  part.querySelector("[name=photo_kept]").value = fresh.querySelector("[name=photo_kept]").value;
  part.querySelector("#photo-error .told").textContent = error;
  part.querySelector("#photo-error").hidden = !error;
  part.querySelector("#photo-field").classList.toggle("has-error", Boolean(error));
  document.title = page.title;
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  form = document.getElementById(form.id);
  find(".photo-part").replaceWith(part);
  dress();
  (document.getElementById("error-summary") ?? document.querySelector("main")).focus();
  return undefined;
}

// What the next page had to say, this request has read already.
function follow(page) {
  const said = page.querySelector("main .notice.good p");
  if (said && new URL(request.responseURL).pathname === location.pathname) sessionStorage.setItem("said", said.textContent);
  location.assign(request.responseURL);
}

function say() {
  const said = sessionStorage.getItem("said");
  sessionStorage.removeItem("said");
  if (!said) return;
  const notice = document.createElement("p");
  notice.className = "notice good";
  notice.setAttribute("role", "status");
  notice.textContent = said;
  document.querySelector("main .wrap").prepend(notice);
}

function onAnswer() {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  if (request.status < 400) return follow(page);
  request = null;
  sending(false);
  if (page.getElementById(form.id)) return stay(page);
  return fail(page.querySelector("main .lead")?.textContent ?? form.dataset.broken);
}

function onEnd(sentence) {
  request = null;
  sending(false);
  fail(sentence);
  find("#send").focus();
}

function send(whole = false) {
  if (request) return;
  const body = new FormData(form);
  const file = form.elements.photo?.files[0];
  withheld = Boolean(file && file !== arrived && !whole && !find(".photo-current") && form.matches(":invalid"));
  if (!file || file === arrived || withheld) body.delete("photo");
  request = new XMLHttpRequest();
  request.upload.addEventListener("progress", onProgress);
  request.addEventListener("load", onAnswer);
  request.addEventListener("error", () => onEnd(form.dataset.broken));
  request.addEventListener("abort", () => onEnd(form.dataset.stopped));
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  fail("");
  sending(true);
  way(body.has("photo") ? form.dataset.sending : form.dataset.sendingWords, 0);
  request.send(body);
}

// What the page does, whichever form stands in it

document.addEventListener("submit", (event) => {
  if (event.target !== form) return;
  // Enter presses the first button of a form: only beside it that means to look for somebody.
  const isFinder = event.submitter?.name === "find";
  const looks = isFinder && ["who", "find"].includes(document.activeElement?.name);
  const hasPhoto = form.elements.photo?.files.length;
  if (!isFinder && !hasPhoto) return;
  event.preventDefault();
  if (looks) look();
  else if (hasPhoto) send();
  else form.requestSubmit(find("#send"));
});
document.addEventListener("input", (event) => {
  if (event.target.dataset?.count) count(event.target);
  preview();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#stop")) request?.abort();
});

function dress() {
  form.querySelectorAll("[data-count]").forEach(countOf);
  const shown = document.getElementById("preview");
  if (shown) shown.hidden = false;
  preview();
  document.dispatchEvent(new Event("stand:shown"));
}

say();
dress();
