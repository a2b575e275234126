import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from service.delivery import relay, servers
from service.delivery.letter import Letter
from service.delivery.relay import Relay
from service.delivery.replies import Reply
from tests.make import smtp
from tests.make.scripted import Scripted, scripted

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


def in_a_loop_of(kind: str, story: Callable[[], Awaitable[list[Reply]]]) -> list[Reply]:
    async def told() -> list[Reply]:
        return await story()

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        return runner.run(told())


def letter(subject: bytes) -> Letter:
    return Letter("news@example.org", "anna@example.net", [b"Subject: " + subject + b"\r\n\r\nHello\r\n"])


async def two_mails_with_a_nap_between() -> list[Reply]:
    """The server hangs up while nobody writes, as every relay does."""
    async with smtp.office() as office:
        way = relay.relay("mail")
        first, _server = await way.hand_over(letter(b"One"))
        office.hang_up()
        for _turn in range(20):
            # Turns of the loop, in which it learns of the end and puts the connection away.
            await asyncio.to_thread(int)
        second, _server = await way.hand_over(letter(b"Two"))
        assert len(office.received) == 2
        return [first, second]


# The worker runs on uvloop, whose closed connections complain in words of their own.
@pytest.mark.parametrize("kind", LOOPS)
async def test_a_server_that_hung_up_while_nobody_wrote_costs_no_mail(kind: str) -> None:
    replies = await asyncio.to_thread(in_a_loop_of, kind, two_mails_with_a_nap_between)
    assert [reply.code for reply in replies] == [250, 250]


async def opened_ahead(first: Letter, second: Letter) -> tuple[Relay, relay.Place]:
    """The first is taken, and the second waits for its turn."""
    way = relay.relay("bulk")
    place = way.enter()
    assert place
    reply, _server = await way.hand_over(first, place=place, then=second)
    assert reply.code == 250 and place.ahead
    return way, place


@pytest.mark.parametrize("end", ["", "byte by byte"])
@pytest.mark.parametrize("said", [b"", b"421 4.4.2 you took too long\r\n", b"250 2.0.0 taken\r\n"])
async def test_a_server_that_did_not_wait_for_what_was_opened_ahead_costs_no_mail(said: bytes, end: str) -> None:
    """It hung up, or went on speaking, while the mail waited for its turn."""
    async with scripted(Scripted("end", end, pipelining=True)) as server:
        one, two = letter(b"One"), letter(b"Two")
        way, place = await opened_ahead(one, two)
        while server.reached["data"] < 2:
            await asyncio.to_thread(int)
        server.interrupt(said)
        for _turn in range(20):
            await asyncio.to_thread(int)
        reply, _server = await way.hand_over(two, place=place)
        assert reply.code == 250 and place.ahead is None
        assert len(server.taken) == 2 and server.reached["connect"] == 2


@pytest.mark.parametrize("bounds", ["?daily=100", "?rate=50"])
async def test_a_bounded_server_that_takes_over_for_another_is_not_hurried(database: None, bounds: str) -> None:
    async with scripted(Scripted(pipelining=True)) as server:
        way = Relay(
            [servers.server(url) for url in ("smtp://127.0.0.1:1", f"smtp://127.0.0.1:{server.port}{bounds}")]
        )
        place = way.enter()
        assert place and way.goes_on(place)
        reply, _server = await way.hand_over(letter(b"One"), place=place, then=letter(b"Two"))
        assert reply.code == 250
        assert place.ahead is None and server.reached["mail"] == 1
        await way.close()
