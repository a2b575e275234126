// A form with data-reach="id": what its boxes would reach is shown in that element while one ticks.
"use strict";

function follow(form) {
  const id = form.dataset.reach;
  let timer = 0;
  let asked = 0;

  async function look() {
    const mine = ++asked;
    const sent = new FormData(form);
    sent.set("do", "look");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent), headers: { Accept: "text/html" } });
      if (!answer.ok || mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById(id)?.replaceWith(page.getElementById(id));
    } catch {
      // The button that looks works all the same.
    }
  }

  form.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 300);
  });
}

document.querySelectorAll("form[data-reach]").forEach(follow);
