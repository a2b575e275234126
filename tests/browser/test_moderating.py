"""Olga decides about the demo's posts by keys, and takes it back."""

from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import Visit

BJOERN = "Mehr über uns auf www.example.org"


async def test_olga_skips_rejects_with_a_reason_and_takes_it_back_without_a_mouse(visit: Visit, owner: Any) -> None:
    olga = await visit(signed_in=owner)
    page = olga.page
    await olga.goto("/staff/wall")
    while not await page.get_by_text(BJOERN).count():
        before = page.url
        await page.keyboard.press("n")
        await page.wait_for_url(lambda url: url != before)  # noqa: B023
    await expect(page.get_by_text("A link in the sentence.")).to_be_visible()

    await page.keyboard.press("7")
    await page.keyboard.press("r")
    await expect(page.get_by_role("button", name="Not their own picture")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Not their own picture")).to_be_hidden()
    await page.keyboard.press("r")
    await page.keyboard.press("7")
    done = page.get_by_role("status").filter(has_text="Björn’s post is rejected.")
    await expect(done).to_be_visible()

    await page.keyboard.press("u")
    await expect(page.get_by_role("status").filter(has_text="Taken back.")).to_be_visible()
    await expect(page.get_by_text(BJOERN)).to_be_visible()
    await expect(page.get_by_role("button", name="Approve")).to_be_visible()


async def test_olga_rejects_all_that_she_ticked_with_one_reason_by_keys(visit: Visit, owner: Any) -> None:
    olga = await visit(signed_in=owner)
    page = olga.page
    await olga.goto("/staff/wall/list?show=queue")
    count = await page.locator(".picks input").count()
    await page.keyboard.press("*")
    await expect(page.get_by_text(f"{count} ticked")).to_be_visible()
    await page.keyboard.press("r")
    await expect(page.get_by_label("Reason")).to_be_focused()
    await page.keyboard.type("Adv")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").filter(has_text=f"{count} posts are rejected")).to_be_visible()
    await page.keyboard.press("u")
    await expect(page.get_by_role("status").filter(has_text="Taken back.")).to_be_visible()
    assert await page.locator(".picks input").count() == count


async def test_olga_ticks_all_and_sees_how_many(visit: Visit, owner: Any) -> None:
    olga = await visit(signed_in=owner)
    await olga.goto("/staff/wall/list?show=published")
    faces = olga.page.get_by_role("checkbox").and_(olga.page.locator(".picks input"))
    count = await faces.count()
    await olga.page.get_by_label("All of this page").check()
    await expect(olga.page.get_by_text(f"{count} ticked")).to_be_visible()
    await faces.first.uncheck()
    await expect(olga.page.get_by_text(f"{count - 1} ticked")).to_be_visible()
