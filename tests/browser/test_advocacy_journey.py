"""A letter to a member on its whole way without scripts: mail, postcode in two cantons, letter, answer, ledger."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from service.auth import sessions
from service.campaigns import moments, sending
from service.kit import clock, db, jobs
from service.rendering.blocks import ActionCard, YourRepresentatives
from tests.browser.conftest import CHROMIUM, QUIETLY
from tests.browser.served import HOST, chromium, served, someone
from tests.make import advocacy, campaigns, cases, hearts, smtp
from tests.make.smtp import PostOffice
from tests.make.staff import staff
from tests.make.subscribers import subscriber

# A Monday, half past ten in Bern.
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DINA = "dina@example.net"
ROSA = "rosa@parliament.example.org"
OWN_WORDS = "I teach in Murten, and my pupils asked me why a teacher like Maryna is in prison for her words."


@pytest.fixture
async def browser(database: None, tmp_path: Path) -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; on Debian: apt install chromium")
    async with served(tmp_path) as port, chromium(CHROMIUM, QUIETLY, port) as browser:
        yield browser


async def test_dina_writes_to_her_member_who_answers_and_sponsors_maryna(browser: Browser, work: Any) -> None:
    with clock.at(MONDAY):
        action = await prepared()
        async with smtp.office() as office:
            await announced(action)
            await work()
            dina = await (await someone(browser, scripts=False)).new_page()
            await from_the_mail(dina, office)
            await where_she_votes(dina)
            await writing(dina)
            await confirming(dina, office, work)
            await clock_strikes(work)
            the_letter(office)
            with clock.at(MONDAY + timedelta(days=14, minutes=1)):
                await hearts.kept_beating()
                await clock_strikes(work)
                await answering(dina, office)
                await promise_is_confirmed(await signed_in(browser))
                await seen_in_the_ledger(dina)


async def prepared() -> int:
    """A postcode in Fribourg and in Bern, one member of each canton, an open action for Maryna."""
    await hearts.kept_beating()
    council = await advocacy.parliament()
    fribourg, bern = await advocacy.area("FR", "Fribourg"), await advocacy.area("BE", "Bern")
    await advocacy.place(fribourg, "3206", "Gammen")
    await advocacy.place(bern, "3206", "Ferenbalm")
    await advocacy.representative(council, fribourg, "Luc Exemple", languages=["fr", "de"])
    await advocacy.representative(council, bern, "Rosa Beispiel", email=ROSA)
    maryna = await cases.prisoner()
    return await advocacy.action(prisoners=(maryna,), targets={"parliaments": [council]})


async def announced(action: int) -> None:
    """Dina gets the mail about it; she has not said where she votes."""
    await subscriber(DINA, topics=["actions"])
    await campaigns.postal_address()
    key = await db.fetch_value("SELECT key FROM action WHERE id = $1", action)
    draft = campaigns.draft(blocks=[ActionCard(key), YourRepresentatives(key)])
    made = await campaigns.campaign(topics=("actions",), en=draft)
    await sending.schedule(made, moments.Moment(MONDAY, "2026-11-23 10:30"), None, None, warned=True)
    assert await sending.start(made)


async def from_the_mail(dina: Page, office: PostOffice) -> None:
    [link, *_others] = [found for found in links(last(office, DINA)) if re.search(r"/en/actions/\w+$", found)]
    await dina.goto(link)


async def where_she_votes(dina: Page) -> None:
    await dina.get_by_label("Your postcode").fill("3206")
    await dina.get_by_role("button", name="Find my members").click()
    await heading(dina, "Your postcode lies in more than one area")
    await dina.get_by_label(re.compile("Bern")).check()
    await dina.get_by_role("button", name="Show my members").click()
    await expect(dina.get_by_text("Luc Exemple")).to_have_count(0)
    await dina.get_by_role("link", name="Write to Rosa Beispiel").click()


async def writing(dina: Page) -> None:
    await dina.get_by_label("Why does Maria’s fate move you?").fill(OWN_WORDS)
    await dina.get_by_label("First name and surname").fill("Dina Muster")
    await dina.get_by_label("Postcode").fill("3206")
    await dina.get_by_label("Town").fill("Ferenbalm")
    await dina.get_by_label("E-mail address").fill(DINA)
    await dina.get_by_role("button", name="Read the whole letter").click()
    await expect(dina.get_by_label("Your letter")).to_have_value(re.compile(re.escape(OWN_WORDS)))
    await dina.get_by_role("button", name="Send my letter").click()
    await heading(dina, "Thank you. Now look into your mailbox, please")


async def confirming(dina: Page, office: PostOffice, work: Any) -> None:
    await work()
    [link] = {found for found in links(last(office, DINA)) if "/confirm/" in found}
    await dina.goto(link)
    assert await db.fetch_value("SELECT state FROM advocacy_letter") == "unconfirmed"
    await dina.get_by_role("button", name="Yes, this is mine: send it").click()
    await heading(dina, "Thank you. It is confirmed")
    assert not office.to(ROSA)


async def clock_strikes(work: Any) -> None:
    """What the clock asks for again and again."""
    for name in ("advocacy.leave", "advocacy.write_by_itself", "delivery.sweep"):
        await jobs.body(name)()
        await work()
    await jobs.body("advocacy.leave")()
    await work()


def the_letter(office: PostOffice) -> None:
    """Once, from us in Dina's name; her answer comes to her, and her words are hers."""
    [taken] = office.to(ROSA)
    letter = taken.parsed
    assert str(letter["To"]) == ROSA
    assert parseaddr(str(letter["Reply-To"]))[1] == DINA
    assert parseaddr(str(letter["From"]))[1] == "news@news.example.org" and "Dina Muster" in str(letter["From"])
    assert OWN_WORDS in " ".join(plain(letter).split())
    assert "Please take on a sponsorship for Maria." in plain(letter)
    assert DINA not in taken.sender


async def answering(dina: Page, office: PostOffice) -> None:
    [link, *_others] = [found for found in links(last(office, DINA)) if "/answer/" in found]
    await dina.goto(link)
    await heading(dina, "Did Rosa Beispiel answer you?")
    await dina.get_by_label("Yes, they answered").check()
    await dina.get_by_label(re.compile("^They sponsor")).check()
    await dina.get_by_label("What did they say?").fill("She takes on a sponsorship from December.")
    await dina.get_by_role("button", name="Send my answer").click()
    await heading(dina, "Thank you for telling us")
    await dina.goto("/en/sponsors")
    await expect(dina.get_by_text("Rosa Beispiel")).to_have_count(0)


async def signed_in(browser: Browser) -> Page:
    context: BrowserContext = await someone(browser, scripts=False, width=1280)
    key = await sessions.begin((await staff("Olga")).id)
    cookie: Any = {
        "name": sessions.COOKIE,
        "value": key,
        "domain": HOST,
        "path": sessions.COOKIE_PATH,
        "secure": True,
    }
    await context.add_cookies([cookie])
    return await context.new_page()


async def promise_is_confirmed(olga: Page) -> None:
    await olga.goto("/staff/promises?show=told")
    await olga.get_by_role("link", name=re.compile("Rosa Beispiel")).first.click()
    await expect(olga.get_by_text("She takes on a sponsorship from December.")).to_be_visible()
    await olga.get_by_role("button", name="Confirm and publish").click()


async def seen_in_the_ledger(dina: Page) -> None:
    await dina.goto("/en/sponsors")
    await expect(dina.get_by_role("main")).to_contain_text("Rosa Beispiel")
    await expect(dina.get_by_role("main")).to_contain_text("Kavalchuk")


async def heading(page: Page, words: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(words)


def last(office: PostOffice, to: str) -> EmailMessage:
    return office.to(to)[-1].parsed


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part
    return str(part.get_content()).replace("\r\n", "\n")


def links(mail: EmailMessage) -> list[str]:
    """In the HTML part, as somebody clicks."""
    part = mail.get_body(("html",))
    assert part
    return [unescape(found) for found in re.findall(r'href="([^"]+)"', str(part.get_content()))]
