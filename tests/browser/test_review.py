"""Olga goes through a list by its keys."""

import json
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.conftest import Visit

LIST = [{"id": f"k{n}", "name_latin": f"{name} Vialikaja", "status": "active"} for n, name in enumerate("ABCD")]


async def present(page: Page) -> str:
    return await page.locator(".present").locator("xpath=ancestor::article").locator("h2").inner_text()


async def test_olga_accepts_and_rejects_without_a_mouse_and_takes_one_back(visit: Visit, owner: Any) -> None:
    olga = await visit(signed_in=owner)
    page = olga.page
    await olga.goto("/staff/sources")
    await page.get_by_label("Whose list it is").fill("Keys")
    await page.get_by_label("How it is written").select_option("own")
    await page.get_by_label("This is the whole list").uncheck()
    file = {"name": "list.json", "mimeType": "application/json", "buffer": json.dumps(LIST).encode()}
    await page.get_by_label("Files").set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Compare").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Keys, list")

    for key in "jjk":
        await page.keyboard.press(key)
    assert await present(page) == "A Vialikaja"
    await page.keyboard.press("n")
    assert await present(page) == "B Vialikaja"
    await page.keyboard.press("r")
    await expect(page.get_by_role("status").filter(has_text="Left as it is.")).to_be_visible()
    # The next one took its place.
    assert await present(page) == "C Vialikaja"
    await page.keyboard.press("a")
    await expect(page.get_by_role("status").filter(has_text="Accepted: 1 for 1 person.")).to_be_visible()
    assert await present(page) == "D Vialikaja"

    await page.get_by_role("link", name="Decided").click()
    rejected = page.get_by_role("article").filter(has_text="B Vialikaja")
    await expect(rejected).to_contain_text("Rejected by")
    await rejected.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("status").filter(has_text="Taken back.")).to_be_visible()
    await expect(page.get_by_role("link", name="New")).to_contain_text("3")
