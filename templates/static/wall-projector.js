// Goes from face to face: the next page is fetched, its photo loaded, and then it takes the place of this one. The space
// bar holds the walk, the arrow to the right goes on. Without scripts the page leads to the next one by itself.
"use strict";

const RETRY = 5000;
let timer = 0;
let held = false;

function wait(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(next, milliseconds);
}

async function next() {
  if (held) {
    return;
  }
  const shown = document.querySelector("main");
  try {
    const answer = await fetch(shown.dataset.next);
    if (!answer.ok) {
      throw new Error(answer.status);
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const coming = document.adoptNode(page.querySelector("main"));
    await coming.querySelector(".projected-photo img")?.decode().catch(() => {});
    shown.replaceWith(coming);
    document.title = page.title;
    wait(coming.dataset.stays * 1000);
  } catch {
    wait(RETRY);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === " ") {
    event.preventDefault();
    held = !held;
    wait(held ? RETRY : 0);
  } else if (event.key === "ArrowRight") {
    held = false;
    wait(0);
  }
});

wait(document.querySelector("main").dataset.stays * 1000);
