"""Somebody with a telephone finds a prisoner, copies the address, and passes the page on."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.looking import faults
from tests.browser.visitor import PHONE

ADDRESS = "Марина Ковальчук\nИК №4\nул. Антошкина, 3\n246035, г. Гомель\nREPUBLIC OF BELARUS"


async def test_nora_finds_maryna_in_another_script_and_copies_her_address(visit: Visit) -> None:
    nora = await visit(width=PHONE)
    await nora.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await nora.goto("/en")
    await nora.page.get_by_role("navigation", name="This site").get_by_role("link", name="Prisoners").click()
    await nora.page.get_by_label("Name").fill("кавальчук")
    await nora.page.get_by_role("button", name="Search").click()
    await nora.page.get_by_role("link", name="Maryna Kavalchuk").click()
    assert await faults(nora) == []
    copy = nora.page.get_by_role("button", name="Copy (Maryna Kavalchuk)")
    await copy.click()
    await expect(nora.page.get_by_role("button", name="Copied")).to_be_visible()
    assert (await nora.page.evaluate("navigator.clipboard.readText()")).split() == ADDRESS.split()
    await expect(copy).to_be_visible()


async def test_without_scripts_one_touch_marks_the_address_and_there_is_no_button_that_does_nothing(
    visit: Visit,
) -> None:
    nora = await visit(width=PHONE, scripts=False)
    await nora.goto("/en/prisoners?q=kavalchuk")
    await nora.page.get_by_role("link", name="Maryna Kavalchuk").click()
    block = nora.page.locator("#address")
    assert (await block.inner_text()).split() == ADDRESS.split()
    await expect(block).to_have_css("user-select", "all")
    await expect(nora.page.get_by_role("button", name="Copy")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "be"])
async def test_the_warning_opens_without_scripts(visit: Visit, language: str) -> None:
    nora = await visit(width=PHONE, scripts=False)
    await nora.goto(f"/{language}/birthdays")
    warning = nora.page.locator("details.caution")
    await expect(warning.locator("p")).to_be_hidden()
    await warning.locator("summary").click()
    await expect(warning.locator("p")).to_be_visible()
