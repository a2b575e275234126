// <div data-likeness="/en/actions/KEY/likeness" role="status"></div> inside a form says, when one pauses, whether many
// wrote nearly the same as stands in the form's text fields. Whatever goes wrong, it keeps silent: one can always send.
"use strict";

const PAUSE = 1500;
const FEWEST_WORDS = 8;

document.querySelectorAll("[data-likeness]").forEach((place) => {
  const form = place.closest("form");
  let timer = 0;
  let asked = "";

  const text = () => [...form.querySelectorAll("textarea")].map((field) => field.value.trim()).filter(Boolean).join("\n\n");

  function tell(sentence) {
    if (place.textContent === sentence) return;
    place.textContent = sentence;
    place.classList.toggle("notice", sentence !== "");
    place.classList.toggle("info", sentence !== "");
  }

  async function ask() {
    const now = text();
    if (now === asked) return;
    if (now.split(/\s+/).length < FEWEST_WORDS) return tell("");
    asked = now;
    try {
      const answer = await fetch(place.dataset.likeness, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ text: now }),
      });
      if (answer.ok && now === asked) tell((await answer.json()).sentence);
    } catch {
      // It was only a hint.
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target.tagName !== "TEXTAREA") return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  if (text()) ask();
});
