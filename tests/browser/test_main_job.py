"""The main job, as Olga does it: people come in from a file, and a letter in three languages goes out to them."""

from pathlib import Path

import pytest
from playwright.async_api import Dialog, Page, expect

from service.kit.i18n import translate
from tests.browser.conftest import Visit
from tests.browser.looking import faults
from tests.browser.mailbox import follow, open_mail
from tests.browser.product import Product
from tests.browser.visitor import PHONE, Visitor

PEOPLE = """\
Email;Vorname;Sprache
kaethe@example.org;Käthe “Kätzchen” Größmann;de
zoe@example.net;Zoé;fr
tom@example.com;Tom;en
nobody-at-all;;
"""
SUBJECTS = {"en": "A light for Maryna", "fr": "Une lumière pour Maryna", "de": "Ein Licht für Maryna"}
GREETINGS = {"en": "Hello", "fr": "Bonjour", "de": "Hallo"}
READERS = {"en": "tom@example.com", "fr": "zoe@example.net", "de": "kaethe@example.org"}


@pytest.fixture
async def olga(visit: Visit, product: Product) -> Visitor:
    """Signed in by a link of her own; she says yes whenever she is asked."""
    olga = await visit()
    olga.context.on("dialog", _agree)
    await olga.goto(await product.command("staff", "link"))
    await olga.page.get_by_role("button", name="Sign in").click()
    await expect(olga.page.get_by_role("heading", level=1)).to_contain_text("Olga")
    return olga


async def _agree(dialog: Dialog) -> None:
    await dialog.accept()


async def test_olga_sends_a_letter_in_three_languages_and_zoe_leaves_with_one_click(
    olga: Visitor, visit: Visit, product: Product, tmp_path: Path
) -> None:
    await bring_people(olga.page, tmp_path)
    assert await faults(olga) == []
    await write_a_letter(olga.page)
    assert await faults(olga) == []
    await look_at_it(olga.page)
    await send_it(olga.page)
    assert await faults(olga) == []
    for language, reader in READERS.items():
        mail = await open_mail(olga, product.caught, reader, SUBJECTS[language])
        await expect(mail.locator("html")).to_have_attribute("lang", language)
        await expect(mail.get_by_text(GREETINGS[language])).to_be_visible()
    zoe = await visit(width=PHONE, language="fr")
    await read_it_in_the_archive(zoe)
    await leave(zoe, product.caught)


async def bring_people(page: Page, folder: Path) -> None:
    """A list, a file saved by Excel, its columns, a rehearsal, and the import."""
    await page.get_by_role("link", name="Lists & imports").click()
    await page.get_by_role("link", name="New list").click()
    await page.get_by_label("Name").fill("Vigil in Geneva")
    await page.get_by_role("button", name="Make").click()
    await page.get_by_role("link", name="Import people").first.click()
    (folder / "vigil.csv").write_text(PEOPLE, "utf-8-sig")
    await page.get_by_label("CSV file").set_input_files(folder / "vigil.csv")
    await page.get_by_label("List that they join").select_option(label="Vigil in Geneva")
    await page.get_by_role("button", name="Next: columns").click()
    await expect(page.get_by_role("cell", name="Käthe “Kätzchen” Größmann")).to_be_visible()
    await page.get_by_label("Where does their agreement come from?").fill("They signed at the vigil in Geneva")
    await page.get_by_role("button", name="Rehearse").click()
    await expect(page.get_by_text("Nothing is imported yet")).to_be_visible()
    await page.get_by_role("button", name="Import now").click()
    await expect(page.get_by_role("link", name="To the list")).to_be_visible()
    await expect(page.locator(".stat", has_text="Added")).to_contain_text("3")
    await expect(page.locator(".stat", has_text="Refused")).to_contain_text("1")


async def write_a_letter(page: Page) -> None:
    """A heading and a text with the reader's name, in English first, and from there in the other two languages."""
    await page.get_by_role("link", name="Campaigns", exact=True).first.click()
    await page.get_by_role("link", name="New campaign").click()
    await page.get_by_label("Name").fill("A light for Maryna")
    await page.get_by_role("button", name="Begin to write").click()
    await page.get_by_label("Subject").fill(SUBJECTS["en"])
    await page.get_by_label("Heading", exact=True).fill(SUBJECTS["en"])
    await page.get_by_label("Text", exact=True).fill(GREETINGS["en"] + ' {{ first_name|default("friend") }}, come.')
    await expect(page.frame_locator("#preview:not([hidden])").get_by_text("Hello Anna, come.")).to_be_visible()
    await page.get_by_role("button", name="Save").first.click()
    for language in ("fr", "de"):
        await page.get_by_role("link", name="Campaign", exact=True).click()
        if await page.get_by_label("Add an edition in").locator(f"option[value={language}]").count():
            await page.get_by_label("Add an edition in").select_option(language)
            await page.get_by_role("button", name="Add", exact=True).click()
        else:
            await page.get_by_role("link", name=f"Write the edition in {language}").click()
        await page.get_by_label("Subject").fill(SUBJECTS[language])
        await page.get_by_label("Heading", exact=True).fill(SUBJECTS[language])
        await page.get_by_label("Text", exact=True).fill(GREETINGS[language] + ' {{ first_name|default("friend") }}!')
        await page.get_by_role("button", name="Save").first.click()
    await page.get_by_role("link", name="Audience", exact=True).click()
    await page.get_by_label("Vigil in Geneva").check()
    await expect(page.locator("#count")).to_contain_text("3")
    await page.get_by_role("button", name="Save the audience").click()


async def look_at_it(page: Page) -> None:
    """On a phone, in the dark, and as plain text, with the eyes of one who reads French."""
    await page.get_by_role("link", name="Preview", exact=True).click()
    await page.get_by_role("link", name="Français").click()
    for view in ("phone", "dark"):
        await page.get_by_label("On", exact=True).select_option(view)
        await page.get_by_role("button", name="Show", exact=True).click()
        await expect(page.frame_locator("iframe").get_by_text("Bonjour")).to_be_visible()
    await page.get_by_label("On", exact=True).select_option("text")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.locator("pre")).to_contain_text("Bonjour")


async def send_it(page: Page) -> None:
    """Now; and the page follows by itself until everything is handed over."""
    await page.get_by_role("link", name="Check & send").click()
    await expect(page.get_by_text("Everything is in order")).to_be_visible()
    await page.get_by_role("button", name="Send now").click()
    await expect(page.get_by_text("All done")).to_be_visible(timeout=30_000)
    await expect(page.locator(".stat", has_text="Sent")).to_contain_text("3")


async def read_it_in_the_archive(visitor: Visitor) -> None:
    """Without subscribing, and without anybody's name."""
    await visitor.goto("/fr/archive")
    await visitor.page.get_by_role("link", name=SUBJECTS["fr"]).first.click()
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text(SUBJECTS["fr"])
    assert await faults(visitor, "fr") == []
    await expect(visitor.page.get_by_text("Zoé")).to_have_count(0)


async def leave(visitor: Visitor, caught: str) -> None:
    """Zoé opens the link at the foot of her mail and presses the one button there."""
    await follow(visitor, await open_mail(visitor, caught, READERS["fr"], SUBJECTS["fr"]), "Se désabonner en un clic")
    assert await faults(visitor, "fr") == []
    await visitor.page.get_by_role("main").get_by_role("button").click()
    await expect(visitor.page.get_by_role("heading", level=1)).to_have_text(translate("fr", "You are unsubscribed"))
    assert await faults(visitor, "fr") == []
