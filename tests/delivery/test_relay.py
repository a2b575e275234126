import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from service.delivery import relay
from service.delivery.letter import Letter
from service.delivery.replies import Reply
from tests.make import smtp

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
