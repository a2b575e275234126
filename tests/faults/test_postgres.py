"""The records are away: nobody loses anything, and everything comes back by itself."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.faults.measures import POSTGRES_AWAY, RESUMED
from tests.faults.product import Product, until
from tests.faults.reckoning import Tell, reckon

pytestmark = pytest.mark.xdist_group("faults")
RUNNING = ("web", "clock", "worker 1", "worker 2")
SENTENCE = "We cannot reach our records right now. Nothing is lost; please try again in a minute."


async def test_three_immediate_restarts_lose_nothing(product: Product, tell: Tell) -> None:
    await product.run(*RUNNING)
    product.office.pause = 0.02
    assert await product.send("postgres-restarted") == 303
    pauses = []
    async with visited(product):
        for mails in (300, 900, 1500):
            arrived = lambda most=mails: len(product.office.accepted("@postgres-restarted")) > most  # noqa: E731
            await until(f"{mails} mails", arrived, RESUMED)
            product.stop_postgres_at_once()
            await asyncio.to_thread(product.servers.postgres.start)
            pauses.append(await product.next_mail(time.monotonic()))
        await ends_well(product, tell, "postgres-restarted", "PostgreSQL, restart -m immediate, 3 times", max(pauses))


async def test_half_a_minute_without_records_is_told_and_over_by_itself(product: Product, tell: Tell) -> None:
    await product.run(*RUNNING)
    product.office.pause = 0.02
    assert await product.send("postgres-away") == 303
    await until("it is under way", lambda: len(product.office.accepted("@postgres-away")) > 300, RESUMED)
    async with visited(product) as answers:
        product.stop_postgres_at_once()
        began = time.monotonic()
        await until("time passes", lambda: time.monotonic() > began + POSTGRES_AWAY, POSTGRES_AWAY + 5)
        assert 503 in answers
        assert await product.click("postgres-away", "pause") == 503
        await asyncio.to_thread(product.servers.postgres.start)
        resumed = await product.next_mail(time.monotonic())
        await until("the pages are back", lambda: answers[-5:] == [200] * 5, RESUMED)
        await ends_well(product, tell, "postgres-away", f"PostgreSQL, away for {POSTGRES_AWAY} s", resumed)


@asynccontextmanager
async def visited(product: Product) -> AsyncIterator[list[int]]:
    """Somebody who looks at pages all the time: whatever happens, each is there or says why it is not."""
    answers: list[int] = []

    async def look() -> None:
        async with product.browser() as browser:
            while True:
                for page in ("/en", "/de", "/staff", "/staff/campaigns"):
                    answers.append(told(await browser.get(page)))
                await asyncio.sleep(0.1)

    visitor = asyncio.create_task(look())
    try:
        yield answers
    finally:
        visitor.cancel()
        await asyncio.wait([visitor])
        assert visitor.cancelled() or not visitor.exception(), visitor.exception()


def told(answer: httpx.Response) -> int:
    assert answer.status_code in (200, 503), (answer.status_code, answer.text[:2000])
    if answer.status_code == 503:
        assert answer.headers["retry-after"] == "60"
        if "/de" not in str(answer.url):
            assert SENTENCE in answer.text
    return answer.status_code


async def ends_well(product: Product, tell: Tell, campaign: str, fault: str, resumed: float) -> None:
    product.office.pause = 0
    await product.finished(campaign, RESUMED)
    found = await reckon(product, campaign)
    tell(fault, found, resumed)
    assert (found.lost, found.twice, found.unknown, found.untrue) == (0, 0, 0, 0)
