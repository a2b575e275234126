"""Olga decides about the demo's held letters by keys, and takes it back; and Dina hears of copies while she types."""

from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.examples import Examples

LINKS = "www.example.net/maryna"


async def test_olga_skips_sends_back_and_takes_it_back_without_a_mouse(visit: Visit, owner: Any) -> None:
    olga = await visit(signed_in=owner)
    page = olga.page
    await olga.goto("/staff/actions/held")
    while not await page.get_by_text(LINKS).count():
        before = page.url
        await page.keyboard.press("n")
        await page.wait_for_url(lambda url: url != before)  # noqa: B023
    await expect(page.get_by_text("It has a link.")).to_be_visible()

    await page.keyboard.press("r")
    await expect(page.get_by_role("button", name="Hate, insults, threats")).to_be_focused()
    await page.keyboard.press("2")
    await expect(page.get_by_role("status").filter(has_text="One letter goes back to its writer.")).to_be_visible()

    await page.keyboard.press("u")
    await expect(page.get_by_text(LINKS)).to_be_visible()
    await page.keyboard.press("a")
    await expect(page.get_by_role("status").filter(has_text="One letter leaves when its turn comes.")).to_be_visible()
    await page.keyboard.press("u")
    await expect(page.get_by_role("button", name="Release")).to_be_visible()


async def test_dina_hears_while_she_types_that_this_is_the_example(visit: Visit, examples: Examples) -> None:
    dina = await visit()
    page = dina.page
    await dina.goto("/en/actions/{action}/write/{member}?area={area}".format(**examples))
    example = await page.locator(".helps blockquote").text_content()
    await page.locator("textarea").first.fill((example or "").strip())
    told = page.locator("[data-likeness]")
    await expect(told).to_contain_text("our example almost word for word", timeout=10_000)
    await page.locator("textarea").first.fill("")
    await expect(told).to_be_empty(timeout=10_000)
