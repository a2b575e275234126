// The keys of a review: one difference is the present one; a, r, A and R press its buttons, j, k and n go on to others.
"use strict";

const items = [...document.querySelectorAll("[data-item]")];
let at = -1;

function give(item, name, key, label) {
  const button = item.querySelector(`[data-${name}]`) || item.closest("[data-person]").querySelector(`header [data-${name}]`);
  if (!button) return;
  button.dataset.key = key;
  button.dataset.keyLabel = label;
}

function choose(next) {
  at = Math.max(0, Math.min(items.length - 1, next));
  document.querySelectorAll("[data-item] [data-key], [data-person] header [data-key]").forEach((button) => { delete button.dataset.key; });
  items.forEach((item, place) => item.classList.toggle("present", place === at));
  give(items[at], "accept", "a", "Accept the present difference");
  give(items[at], "reject", "r", "Reject the present difference");
  give(items[at], "accept-person", "A", "Accept all of this person");
  give(items[at], "reject-person", "R", "Reject all of this person");
  items[at].scrollIntoView({ block: "nearest" });
  items[at].closest("[data-person]").focus({ preventScroll: true });
}

function move(where) {
  if (where !== "person" || at < 0) return choose(at + (Number(where) || 1));
  const person = items[at].closest("[data-person]");
  const next = items.findIndex((item, place) => place > at && item.closest("[data-person]") !== person);
  return choose(next < 0 ? items.length - 1 : next);
}

if (items.length) {
  document.querySelectorAll(".keys-hint").forEach((hint) => { hint.hidden = false; });
  document.querySelectorAll("[data-move]").forEach((button) => button.addEventListener("click", () => move(button.dataset.move)));
  // Back from a decision: the one that took its place, or the last.
  const person = document.getElementById(location.hash.slice(1)) || (location.hash.startsWith("#item-") && items.at(-1).closest("[data-person]"));
  if (person) choose(items.findIndex((item) => person.contains(item)));
}
