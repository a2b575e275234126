"""Standing on the wall in a browser that runs no scripts: a mistake, the mail, another word, and down again."""

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.mailbox import follow, open_mail
from tests.browser.product import Product
from tests.browser.visitor import PHONE
from tests.make import postings

SENTENCE = "I write to you by hand, and I stand here without a script."


async def heading(page: Page, words: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(words)


async def test_dina_posts_a_photo_mends_what_was_wrong_changes_a_word_and_takes_it_down(
    visit: Visit, product: Product
) -> None:
    dina = await visit(width=PHONE, scripts=False)
    await dina.goto("/en/wall/stand")
    await dina.page.get_by_label("Choose a photo").set_input_files(photo())
    await dina.page.get_by_label("Find somebody by name").fill("kavalchuk")
    await dina.page.get_by_role("button", name="Search").click()
    await dina.page.get_by_label("Maryna Kavalchuk").check()
    await dina.page.get_by_label("Why do you stand by them?").fill("Too short")
    await send(dina.page)
    summary = dina.page.get_by_role("alert")
    await expect(summary.get_by_role("link")).to_have_count(2)
    await summary.get_by_role("link").first.click()
    await expect(dina.page.get_by_label("Why do you stand by them?")).to_be_focused()
    await dina.page.get_by_label("Why do you stand by them?").fill(SENTENCE)
    await dina.page.get_by_label("First name or pseudonym").fill("Dina")
    await send(dina.page)
    await heading(dina.page, "Thank you. Now look into your mailbox, please")
    await prepared(dina.page)

    mail = await open_mail(dina, product.caught, "dina@example.net", "confirm")
    await follow(dina, mail, "Look at it and confirm")
    await prepared(dina.page)
    await expect(dina.page.get_by_text("Stands by Maryna Kavalchuk")).to_be_visible()
    await dina.page.get_by_role("button", name="Yes, this is mine").click()
    await expect(dina.page.get_by_text("Thank you, it is confirmed.")).to_be_visible()
    await dina.page.get_by_label("Why do you stand by them?").fill("I stand by you until you are home.")
    await dina.page.get_by_role("button", name="Save").click()
    await expect(dina.page.locator("blockquote").first).to_have_text("I stand by you until you are home.")
    await dina.page.get_by_role("button", name="Take it down now").click()
    await heading(dina.page, "It is taken down")


async def send(page: Page) -> None:
    for consent in ("adult", "agreed", "on_site"):
        await page.locator(f"[name={consent}]").check()
    await page.get_by_label("E-mail address").fill("dina@example.net")
    await page.get_by_role("button", name="Send my photo").click()


async def prepared(page: Page) -> None:
    while await page.get_by_role("link", name="Look again").count():
        await page.get_by_role("link", name="Look again").click()
    await expect(page.get_by_alt_text("Your photo", exact=True)).to_be_visible()


def photo() -> dict[str, Any]:
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": postings.picture(600, 750)}
