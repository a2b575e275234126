"""From the public page to the first mail and out again, on a telephone, in French."""

from playwright.async_api import expect

from service.kit.i18n import translate
from tests.browser.conftest import Visit
from tests.browser.looking import faults
from tests.browser.mailbox import follow, open_mail
from tests.browser.product import Product
from tests.browser.visitor import PHONE


def said(english: str) -> str:
    return translate("fr", english)


async def test_amelie_signs_up_in_french_on_her_telephone(visit: Visit, product: Product) -> None:
    amelie = await visit(width=PHONE, language="fr-CH")
    await amelie.goto("/")
    await amelie.page.wait_for_url("**/fr")
    await amelie.page.get_by_role("main").get_by_role("link", name=said("Get our mails")).first.click()
    await amelie.page.get_by_label(said("E-mail address")).fill("amelie@example.org")
    await amelie.page.get_by_label(said("Birthdays")).check()
    await amelie.page.get_by_role("button", name=said("Send me mail")).click()
    await expect(amelie.page.get_by_role("heading", level=1)).to_have_text(said("Please look into your mailbox"))

    mail = await open_mail(amelie, product.caught, "amelie@example.org", said("Please confirm your e-mail address"))
    assert await faults(amelie) == []
    await follow(amelie, mail, said("Yes, send me this mail"))
    await amelie.page.get_by_role("button", name=said("Yes, send me this mail")).click()
    await expect(amelie.page.get_by_role("heading", level=1)).to_have_text(said("Welcome, and thank you"))
    assert await faults(amelie, "fr") == []

    mail = await open_mail(amelie, product.caught, "amelie@example.org", said("Welcome, and thank you"))
    await expect(mail.locator("html")).to_have_attribute("lang", "fr")
    assert await mail.locator("html").evaluate("html => html.scrollWidth - html.clientWidth") == 0


async def test_what_amelie_typed_stays_while_she_mends_a_mistake(visit: Visit) -> None:
    amelie = await visit(width=PHONE, language="fr")
    await amelie.goto("/fr/subscribe")
    await amelie.page.get_by_label(said("E-mail address")).fill("amelie@@example")
    await amelie.page.get_by_label(said("Language of our mails")).select_option("be")
    await amelie.page.get_by_role("button", name=said("Send me mail")).click()

    summary = amelie.page.get_by_role("alert")
    await expect(summary).to_be_focused()
    assert await faults(amelie, "fr") == []
    await summary.get_by_role("link").first.click()
    field = amelie.page.get_by_label(said("E-mail address"))
    await expect(field).to_be_focused()
    await expect(field).to_have_value("amelie@@example")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(amelie.page.get_by_label(said("Language of our mails"))).to_have_value("be")
