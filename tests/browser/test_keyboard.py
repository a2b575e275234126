"""Without a mouse: every step can be reached, is seen when it is reached, and does what its words say."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from service.kit.i18n import LANGUAGES
from tests.browser.conftest import Visit
from tests.browser.visitor import PHONE

_FOCUSED = """() => {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
        words: (element.labels?.[0]?.textContent || element.ariaLabel || element.textContent).trim().slice(0, 80),
        shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        there: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.left >= 0,
    };
}"""


async def tab_to(page: Page, words: str) -> None:
    """Presses Tab until what begins with these words has the focus; each step on the way has to be seen."""
    passed = []
    for _step in range(60):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(_FOCUSED)
        if focused["words"]:
            assert focused["shown"] and focused["there"], f"the focus on “{focused['words']}” cannot be seen"
        if focused["words"].startswith(words):
            return
        passed.append(focused["words"])
    raise AssertionError(f"“{words}” is not reached, only {passed}")


async def test_noor_signs_up_without_a_mouse(visit: Visit) -> None:
    noor = await visit()
    await noor.goto("/en/subscribe")
    await tab_to(noor.page, "Skip to the content")
    await noor.page.keyboard.press("Enter")
    await expect(noor.page.locator("main")).to_be_focused()
    await tab_to(noor.page, "E-mail address")
    await noor.page.keyboard.type("noor@example.org")
    await tab_to(noor.page, "Language of our mails")
    await noor.page.keyboard.type("Fr")
    await tab_to(noor.page, "Actions")
    await noor.page.keyboard.press("Space")
    await tab_to(noor.page, "Send me mail")
    await noor.page.keyboard.press("Enter")
    await expect(noor.page.get_by_role("heading", level=1)).to_have_text("Please look into your mailbox")


async def test_noor_changes_the_language_of_the_page_without_a_mouse(visit: Visit) -> None:
    noor = await visit()
    await noor.goto("/en/about")
    await tab_to(noor.page, "Language: English")
    await noor.page.keyboard.press("Enter")
    await tab_to(noor.page, "Беларуская")
    await noor.page.keyboard.press("Enter")
    await noor.page.wait_for_url("**/be/about")


async def test_olga_writes_and_arranges_without_a_mouse(visit: Visit, owner: Any) -> None:
    olga = await visit(signed_in=owner)
    keyboard = olga.page.keyboard
    await olga.goto("/staff/campaigns/new")
    await expect(olga.page.get_by_label("Name")).to_be_focused()
    await keyboard.type("Without a mouse")
    await keyboard.press("Enter")
    await olga.page.wait_for_url("**/edit/en")
    await tab_to(olga.page, "Subject")
    await keyboard.type("Without a mouse")
    await tab_to(olga.page, "Heading")
    await keyboard.type("By keyboard")
    await tab_to(olga.page, "Text")
    await keyboard.type("First the text.")
    await tab_to(olga.page, "Add below")
    await keyboard.press("Enter")
    await tab_to(olga.page, "Quotation")
    await keyboard.press("Enter")
    await olga.page.wait_for_url("**#b.2")
    await tab_to(olga.page, "What was said")
    await keyboard.type("Then the quotation.")
    await keyboard.press("Alt+ArrowUp")
    await expect(olga.page.get_by_role("group", name="2 · Quotation")).to_be_visible()
    await keyboard.press("Control+s")
    await expect(olga.page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    await expect(olga.page.get_by_label("What was said")).to_have_value("Then the quotation.")
    await expect(olga.page.get_by_label("Text", exact=True)).to_have_value("First the text.")


async def test_olga_finds_her_way_by_the_keys_and_can_turn_them_off(visit: Visit, owner: Any) -> None:
    olga = await visit(signed_in=owner)
    await olga.goto("/staff")
    await olga.page.keyboard.type("gc")
    await olga.page.wait_for_url("**/staff/campaigns")
    await olga.page.keyboard.press("?")
    await olga.page.get_by_role("dialog").get_by_label("Use these keys").uncheck()
    await olga.page.keyboard.press("Escape")
    await olga.page.keyboard.type("gs")
    await expect(olga.page).to_have_url(f"{olga.origin}/staff/campaigns")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_on_a_phone_the_menu_is_one_line_and_each_of_its_links_comes_into_view(
    visit: Visit, language: str
) -> None:
    noor = await visit(width=PHONE, scripts=False)
    await noor.goto(f"/{language}/actions")
    links = noor.page.locator(".site-nav a")
    boxes = [await link.bounding_box() for link in await links.all()]
    assert len({box["y"] for box in boxes if box}) == 1
    assert await links.count() == len(boxes) == 5
    # Where one is stands in view from the beginning.
    await expect(noor.page.locator(".site-nav [aria-current]")).to_be_in_viewport(ratio=1)
    await noor.page.locator("main").focus()
    for link in reversed(await links.all()):
        await noor.page.keyboard.press("Shift+Tab")
        await expect(link).to_be_focused()
        await expect(link).to_be_in_viewport(ratio=1)
