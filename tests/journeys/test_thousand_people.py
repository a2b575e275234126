"""A thousand people from a file, three editions, and somebody who leaves while the mails are going out."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from service.campaigns import queries, sending
from service.campaigns.moments import immediately
from service.delivery import links
from service.delivery import queries as deliveries
from service.kit import clock, db, sealing
from service.organisation import queries as organisations
from service.subscribers import import_queries, imports
from tests.make import campaigns, smtp
from tests.make import subscribers as make

# What an edition's subject begins with, by the language of who reads it; ru and be have no edition of their own.
BEGINS = {"en": "Hello", "fr": "Bonjour", "de": "Guten Tag", "ru": "Hello", "be": "Hello"}


async def imported(work: Any) -> int:
    """The list that they are on; exactly the forty bad rows came back."""
    people = make.people(1000, bad=40)
    friends = await make.mailing_list("Friends")
    job = await make.ready(people.text, friends)
    await imports.start(job, None, dry_run=False)
    await work()
    done = await imports.required(job)
    assert (done.created, done.bad) == (960, 40)
    assert [row["row"] for row in await import_queries.problems_after(job, 0, 100)] == people.bad_rows
    return friends


async def begin(friends: int) -> None:
    """Three editions to the list, now."""
    await campaigns.postal_address()
    campaign = await campaigns.campaign(["en", "fr", "de"], topics=[], lists=[friends])
    moment = immediately((await organisations.required()).zone, clock.now())
    await sending.schedule(campaign, moment, None, None, warned=True)


async def readers() -> dict[str, tuple[int, str]]:
    """address → id and language of everybody."""
    rows = await db.fetch("SELECT id, address, language FROM subscriber")
    return {sealing.unseal_address(row["address"]): (row["id"], row["language"]) for row in rows}


async def last_in_line_leaves(web: Any) -> int:
    """With the one click of the mail; returns who it was."""
    last: int = await db.fetch_value(
        "SELECT subscriber FROM delivery WHERE state = 'queued' ORDER BY id DESC LIMIT 1"
    )
    click = urlsplit(links.unsubscribe_url(last, None)).path
    assert (await web.post(click, content=b"List-Unsubscribe=One-Click")).status_code == 200
    return last


async def test_each_gets_it_once_in_their_language_and_who_leaves_meanwhile_does_not(web: Any, work: Any) -> None:
    friends = await imported(work)
    everybody = await readers()
    leaving: list[asyncio.Task[int]] = []

    def after_a_hundred(phase: str, _recipient: str) -> None:
        if phase == "end" and len(office.received) == 100 and not leaving:
            leaving.append(asyncio.create_task(last_in_line_leaves(web)))

    async with smtp.office(after_a_hundred) as office:
        await begin(friends)
        await work()
    gone = await leaving[0]

    newsletters = [mail for mail in office.received if mail.parsed["Precedence"] == "bulk"]
    expected = [address for address, (id, _language) in everybody.items() if id != gone]
    assert sorted(mail.recipient for mail in newsletters) == sorted(expected)
    for mail in newsletters:
        assert str(mail.parsed["Subject"]).startswith(BEGINS[everybody[mail.recipient][1]]), mail.recipient
    (campaign,) = await queries.listing()
    assert campaign.mailing
    books = await deliveries.books(campaign.mailing)
    assert (books.audience, books.sent, books.skipped, books.open, books.balanced) == (960, 959, 1, 0, True)
