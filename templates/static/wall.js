// The wall goes on by itself: near its end the next page is fetched and its faces are hung beside the others. After
// some pages it waits for a press of the button, so that the end of the page can be reached. Without scripts the
// button leads to the next page.
"use strict";

const BY_ITSELF = 4;
const NEAR = "1200px";

function goOn(nav) {
  const list = document.querySelector(nav.dataset.more);
  const told = nav.querySelector("[role=status]");
  let pages = 0;
  let isBusy = false;

  async function more(byHand) {
    const link = nav.querySelector("a[rel=next]");
    if (isBusy || !link) return;
    isBusy = true;
    told.textContent = nav.dataset.loading;
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      hang(new DOMParser().parseFromString(await answer.text(), "text/html"), link, byHand);
      told.textContent = nav.dataset.loaded;
    } catch {
      told.textContent = "";
      watcher.disconnect();
      if (byHand) location.assign(link.href);
    }
    isBusy = false;
  }

  function hang(page, link, byHand) {
    const fresh = [...page.querySelectorAll(`${nav.dataset.more} > li`)];
    const next = page.querySelector("a[rel=next]");
    // Whoever comes back from a face finds the wall near where it was left.
    history.replaceState(history.state, "", link.href);
    list.append(...fresh);
    if (byHand) fresh[0]?.querySelector("a")?.focus({ preventScroll: true });
    if (next) link.href = next.href;
    else link.remove();
    pages = byHand ? 0 : pages + 1;
    watcher.unobserve(nav);
    if (next && pages < BY_ITSELF) watcher.observe(nav);
  }

  const watcher = new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting)) more(false);
  }, { rootMargin: NEAR });

  nav.addEventListener("click", (event) => {
    if (!event.target.closest("a[rel=next]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    more(true);
  });
  watcher.observe(nav);
}

document.querySelectorAll("[data-more]").forEach(goOn);
