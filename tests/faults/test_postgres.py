"""The records are away: nobody loses anything, and everything comes back by itself."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.faults.measures import POSTGRES_AWAY, RESUMED, STOPPED_AT_ONCE, STOPPED_POLITELY
from tests.faults.product import Product, until
from tests.faults.reckoning import Tell, reckon

IMMEDIATE, FAST = signal.SIGQUIT, signal.SIGINT
STOPS = [(mails, IMMEDIATE) for mails in STOPPED_AT_ONCE] + [(mails, FAST) for mails in STOPPED_POLITELY]
RUNNING = ("web", "clock 1", "worker 1", "worker 2")
SENTENCE = "We cannot reach our records right now. Nothing is lost; please try again in a minute."


async def test_restarts_at_once_and_politely_lose_nothing(product: Product, tell: Tell) -> None:
    await product.run(*RUNNING)
    office, pauses = product.office, []
    office.pause = 0.02
    assert await product.send("postgres-restarted") == 303
    async with visited(product):
        for mails, way in STOPS:
            await until(f"{mails} mails", lambda most=mails: len(office.accepted("@postgres-res")) > most, RESUMED)
            product.stop_postgres(way)
            await asyncio.to_thread(product.servers.postgres.start)
            pauses.append(await product.next_mail(time.monotonic()))
        at_once, politely = len(STOPPED_AT_ONCE), len(STOPPED_POLITELY)
        fault = f"PostgreSQL, restarts: -m immediate {at_once}, -m fast {politely}"
        await ends_well(product, tell, "postgres-restarted", fault, max(pauses))


async def test_half_a_minute_without_records_is_told_and_over_by_itself(product: Product, tell: Tell) -> None:
    # A new worker, which has yet to learn everything that it needs to book its first mails.
    await product.run("web", "clock 1", "worker 3")
    office = product.office
    office.hold("end", 100)
    assert await product.send("postgres-away") == 303
    await until("the first mails wait for their answer", lambda: office.waiting, RESUMED)
    async with visited(product) as answers:
        product.stop_postgres(IMMEDIATE)
        office.release()
        began = time.monotonic()
        await until("pages say so", lambda: 503 in answers, 10)
        assert await product.click("postgres-away", "pause") == 503
        await until("time passes", lambda: time.monotonic() > began + POSTGRES_AWAY, POSTGRES_AWAY + 5)
        await asyncio.to_thread(product.servers.postgres.start)
        back_at = time.monotonic()
        resumed = await product.next_mail(back_at)
        await until("the pages are back", lambda: answers[-5:] == [200] * 5, back_at + RESUMED - time.monotonic())
        await ends_well(product, tell, "postgres-away", f"PostgreSQL, away for {POSTGRES_AWAY} s", resumed)


@asynccontextmanager
async def visited(product: Product) -> AsyncIterator[list[int]]:
    """Somebody who looks at pages all the time: whatever happens, each is there or says why it is not."""
    answers: list[int] = []
    wrong: list[str] = []

    async def look() -> None:
        async with product.browser() as browser:
            while True:
                for page in ("/en", "/staff", "/staff/campaigns"):
                    answer = await browser.get(page)
                    answers.append(answer.status_code)
                    wrong.extend(faults_of(answer))
                await asyncio.sleep(0.1)

    visitor = asyncio.create_task(look())
    try:
        yield answers
    finally:
        visitor.cancel()
        await asyncio.wait([visitor])
    assert visitor.cancelled(), visitor.exception()
    assert wrong == []


def faults_of(answer: httpx.Response) -> list[str]:
    told = answer.status_code == 503 and SENTENCE in answer.text and answer.headers["retry-after"] == "60"
    return [] if told or answer.status_code == 200 else [f"{answer.url}: {answer.status_code} {answer.text[:3000]}"]


async def ends_well(product: Product, tell: Tell, campaign: str, fault: str, resumed: float) -> None:
    product.office.pause = 0
    await product.settled(campaign, RESUMED)
    found = await reckon(product, campaign)
    tell(fault, found, resumed)
    assert (found.lost, found.twice, found.unknown, found.untrue) == (0, 0, 0, 0)
