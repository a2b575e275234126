// An element with an id and data-refresh="5" is fetched again every 5 seconds, until the fresh one has no data-refresh.
// It comes from its own page, or from the address in data-from where the rest of the page costs more than it does.
// Where the fresh page has no such element any more, it has become another page and is loaded as a whole.
"use strict";

const REACHABLE = "a[href], button, summary, input, select, textarea, [tabindex]";

function swap(element, fresh) {
  const place = [...element.querySelectorAll(REACHABLE)].indexOf(document.activeElement);
  element.replaceWith(fresh);
  if (place >= 0) (fresh.querySelectorAll(REACHABLE)[place] || document.querySelector("main"))?.focus({ preventScroll: true });
}

function keepLive(element) {
  const seconds = Math.max(1, Number(element.dataset.refresh) || 5);
  let misses = 0;

  const again = () => setTimeout(refresh, seconds * 1000 * Math.min(2 ** misses, 12));

  async function refresh() {
    if (document.hidden) return again();
    try {
      const answer = await fetch(element.dataset.from || location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(element.id);
      if (!fresh) return location.reload();
      swap(element, fresh);
      element = fresh;
      misses = 0;
      if ("refresh" in fresh.dataset) again();
    } catch {
      misses += 1;
      again();
    }
  }

  again();
}

document.querySelectorAll("[id][data-refresh]").forEach(keepLive);
