"""The letter in a browser that runs scripts: what they add, and that they add nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from service.advocacy import composing
from service.kit import db
from tests.browser.conftest import CHROMIUM, QUIETLY
from tests.browser.served import chromium, served, someone
from tests.make import writing
from tests.make.writing import Scene

SIGNED = "Anna Muster\nKramgasse 1\n3011 Bern"
TRICKY = "Guten Tag Rosa Beispiel\n\nIs 100% & more = enough? (Жанна’s *own* words) + “quotes” #1!"


@pytest.fixture
async def browser(database: None, tmp_path: Path) -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; on Debian: apt install chromium")
    async with served(tmp_path) as port, chromium(CHROMIUM, QUIETLY, port) as browser:
        yield browser


async def previewed(browser: Browser, scene: Scene, width: int) -> Page:
    page = await (await someone(browser, scripts=True, width=width)).new_page()
    await page.goto(scene.of_rosa("write"))
    for field, text in writing.answers().items():
        await page.locator(f"#{field}").fill(text)
    await page.get_by_role("button", name="Read the whole letter").click()
    return page


async def test_what_is_changed_in_the_letter_is_in_the_link_to_her_mail_program_at_once(browser: Browser) -> None:
    scene = await writing.scene()
    page = await previewed(browser, scene, 390)
    address = await db.fetch_value("SELECT email FROM representative")
    link = page.locator("#mailto")
    for text in (TRICKY, "Ж" * 500, TRICKY):
        await page.get_by_label("Subject").fill("For Maria & all: 100%")
        await page.get_by_label("Your letter").fill(text)
        wanted = composing.mailto(address, "For Maria & all: 100%", composing.whole(text, SIGNED))
        await expect(link).to_have_attribute("href", wanted)
        await expect(page.locator("#text-count")).to_have_text(f"{len(text)} / 6000")


async def test_enter_in_a_field_of_the_preview_sends_nothing(browser: Browser) -> None:
    page = await previewed(browser, await writing.scene(), 390)
    await page.get_by_label("Subject").press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Read your letter once more")
    assert await db.fetch_value("SELECT count(*) FROM advocacy_letter") == 0


async def test_what_helps_lies_open_beside_the_letter_and_closed_above_it_on_a_phone(browser: Browser) -> None:
    scene = await writing.scene()
    for width, is_open in ((390, False), (1280, True)):
        page = await (await someone(browser, scripts=True, width=width)).new_page()
        await page.goto(scene.of_rosa("write"))
        helps = page.locator("details[data-open]").first
        assert await helps.evaluate("each => each.open") is is_open
