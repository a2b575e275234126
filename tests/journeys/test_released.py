"""Maryna is released while a mail that names her is on its way: she stands in none that is handed over afterwards."""

import asyncio
import re
import time
from collections import Counter
from email.message import EmailMessage
from pathlib import Path

from service.campaigns import sending, withdrawals
from service.campaigns.moments import Moment
from service.cases import editing
from service.delivery import queries
from service.delivery import sending as delivery
from service.kit import clock, db, sealing
from service.rendering.blocks import NewCases, Text, YourPrisoners
from tests.make import campaigns, cases, processes, smtp
from tests.make.campaigns import draft

READERS = 1000
PEOPLE = ("Maryna Kavalchuk", *(f"Person {letter}" for letter in "ABCDEFGH"))


async def prepared() -> tuple[int, int]:
    """A campaign to a thousand people that gives each of them three, and Maryna, of whom it tells everybody."""
    colony = await cases.facility()
    ids = [await cases.prisoner(name, colony, key=f"k{number}") for number, name in enumerate(PEOPLE)]
    for id in ids:
        await cases.status(id)
    await db.execute_many(
        "INSERT INTO subscriber (address, language, state, topics, created_at, changed_at, confirmed_at,"
        " confirmations) VALUES ($1, 'en', 'confirmed', '{newsletter}', $2, $2, $2, 1)",
        [(sealing.seal_address(f"reader{number}@example.net"), clock.now()) for number in range(READERS)],
    )
    blocks = [Text("News of these people."), NewCases(20), YourPrisoners(3)]
    await campaigns.postal_address()
    made = await campaigns.campaign(en=draft(blocks=blocks, subject="News of this week"))
    await sending.schedule(made, Moment(clock.now(), ""), None, None, warned=True)
    return made, ids[0]


def parts(mail: EmailMessage) -> tuple[list[str], list[str]]:
    """Who is named as a new case, and whom the reader was given."""
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    names = re.findall(r"<h3[^>]*>([^<]+)</h3>", html)
    own = [name for name, rest in re.findall(r"<h3[^>]*>([^<]+)</h3>(.*?)</table>", html, re.S) if "ИК №4" in rest]
    return names[: len(names) - len(own)], own


async def until(what: str, seconds: float, true: object) -> None:
    ends = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < ends, what
        await asyncio.sleep(0.01)


async def test_who_is_released_in_the_middle_of_a_campaign_is_in_no_mail_that_is_handed_over_afterwards(
    database: None, tmp_path: Path
) -> None:
    async with smtp.office() as office:
        campaign, maryna = await prepared()
        with processes.worker(tmp_path / "worker.log"):
            assert await sending.start(campaign)
            mailing = await db.fetch_value("SELECT mailing FROM campaign WHERE id = $1", campaign)
            await until("mails arrive", 30, lambda: len(office.received) > READERS // 4)
            await editing.change(maryna, {"state": "released", "released_on": "2026-11-22"}, by=None)
            accepted = len(office.received)
            assert accepted < READERS - 2 * delivery.LANES
            ends = time.monotonic() + 60
            while (books := await queries.books(mailing)).open:
                assert time.monotonic() < ends, books
                await delivery.sweep()
                await asyncio.sleep(0.2)
    found = [(mail.recipient, *parts(mail.parsed)) for mail in office.received]
    late = [(new, own) for _recipient, new, own in found[accepted:] if "Maryna Kavalchuk" in [*new, *own]]
    assert len(late) <= delivery.LANES
    assert all("Maryna Kavalchuk" in new for _recipient, new, _own in found[: accepted - delivery.LANES])
    assert {recipient: 1 for recipient, _new, _own in found} == Counter(recipient for recipient, *_rest in found)
    assert len(found) == READERS and (books.balanced, books.sent) == (True, READERS)
    assert all(len(set(own)) == 3 for _recipient, _new, own in found)
    assert all(len(new) in (8, 9) for _recipient, new, _own in found)
    given = Counter(name for _recipient, _new, own in found[accepted + delivery.LANES :] for name in own)
    assert set(given) == set(PEOPLE[1:]) and max(given.values()) < 1.5 * min(given.values())
    [taken] = await withdrawals.of_mailing(mailing)
    assert (taken.name, taken.why) == ("Maryna Kavalchuk", "was released")
    # They were counted a moment before the change held, while mails went on leaving.
    assert READERS - accepted - 2 * delivery.LANES <= taken.mails <= READERS - accepted + 5 * delivery.LANES
