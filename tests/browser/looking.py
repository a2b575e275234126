"""What must hold for every page, whoever looks at it and however."""

import os
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.browser.visitor import Visitor

SHOTS = os.environ.get("SHOTS")
# In a tab that looks at many pages it is given to each of them beforehand: so it is not compiled anew each time.
AXE = Axe().axe_script
_RUN = """async () => {
    const {violations} = await axe.run({resultTypes: ["violations"], iframes: false});
    return violations.filter((found) => found.impact === "serious" || found.impact === "critical").map((found) =>
        `axe ${found.impact} ${found.id}: ${JSON.stringify(found.nodes.slice(0, 3).map((node) => node.target))}`);
}"""
_OUTLINE = """() => ({
    title: document.title.trim(),
    language: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1")].map((h1) => h1.textContent.trim()),
    wide: document.documentElement.scrollWidth - window.innerWidth,
    widest: [...document.querySelectorAll("main *")]
        .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1)
        .map((e) => e.outerHTML.slice(0, 120))[0],
})"""


async def faults(visitor: Visitor, language: str = "en") -> list[str]:
    """What is wrong with the page as it stands: its outline, and what axe finds serious or critical."""
    return await outline(visitor, language) + await findings(visitor.page)


async def outline(visitor: Visitor, language: str = "en") -> list[str]:
    """Whether it has a title, one h1 and its language, and fits the screen."""
    seen = await visitor.page.evaluate(_OUTLINE)
    found = []
    if not seen["title"]:
        found.append("no title")
    if seen["language"] != language:
        found.append(f"lang is {seen['language']}, not {language}")
    if len(seen["headings"]) != 1 or not seen["headings"][0]:
        found.append(f"its h1: {seen['headings']}")
    if seen["wide"] > 0:
        found.append(f"{seen['wide']} px wider than the screen: {seen['widest']}")
    return found


async def findings(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    found: list[str] = await page.evaluate(_RUN)
    return found


async def keep_shot(page: Page, name: str) -> None:
    """With SHOTS=folder in the environment: the page at both widths, light and dark."""
    if SHOTS is None:
        return
    Path(SHOTS).mkdir(parents=True, exist_ok=True)
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            await page.screenshot(path=f"{SHOTS}/{name}-{width}-{scheme}.png", full_page=True)
