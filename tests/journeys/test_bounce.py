"""Mails go out, some come back, and only who is really gone is written to no more: nothing mocked on the way."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

from service.delivery import outbox
from service.delivery import queries as deliveries
from service.delivery.intake import listening
from service.delivery.intake.listening import Office
from service.kit import clock, jobs
from service.subscribers import queries, suppression
from tests.make import mailings
from tests.make.bounces import kept, report, vacation
from tests.make.smtp import PostOffice, office
from tests.make.subscribers import subscriber
from tests.make.verp import bounce_domain

ANNA, ZOE, ILYA = "anna@example.net", "zoe@example.net", "ilya@example.net"


@asynccontextmanager
async def our_mail_server() -> AsyncIterator[int]:
    """The port on which mails to BOUNCE_DOMAIN arrive."""
    place = Office("smtp")
    server = await listening.listen("smtp", "127.0.0.1", 0, place)
    task = asyncio.ensure_future(listening.serve(server, place))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def send_back(received: PostOffice, person: str, port: int, mail: bytes) -> None:
    """The person's mail server answers to where the mail says that it came from."""
    [got] = received.to(person)

    def deliver() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
            server.sendmail("", [got.sender], mail)

    await asyncio.to_thread(deliver)


async def standing(address: str) -> tuple[str | None, str | None]:
    [person] = await queries.ids_at(address)
    return await queries.state_of(person), await suppression.reason(address)


async def test_of_three_mails_one_address_is_gone_one_reader_is_away_and_one_reads(work: Any) -> None:
    people = [(await subscriber(address), address, "") for address in (ANNA, ZOE, ILYA)]
    with bounce_domain():
        async with office() as received, our_mail_server() as port:
            mailing = await mailings.mailing()
            await mailings.audience(mailing, people)
            await outbox.open(mailing)
            await work()
            paths = {mail.sender for mail in received.received}
            assert len(paths) == 3 and all(path.endswith("@bounces.example.org") for path in paths)
            await send_back(received, ANNA, port, report(ANNA))
            await send_back(received, ZOE, port, vacation())
        with clock.at(clock.now() + timedelta(minutes=11)):
            jobs.enqueue("subscribers.take_bounces")
            assert "subscribers.take_bounces" in await work()
    assert await standing(ANNA) == ("unsubscribed", "bounced")
    assert await standing(ZOE) == await standing(ILYA) == ("confirmed", None)
    books = await deliveries.books(mailing)
    assert (books.balanced, books.sent) == (True, 3)
    [found] = await kept()
    assert "anna" not in str(dict(found)).lower() and found["domain"] is not None
