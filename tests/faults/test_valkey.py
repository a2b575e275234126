"""The queue dies, forgets everything or is away: it is never the truth."""

import asyncio
import signal
import time

from tests.faults.measures import RESUMED, VALKEY_AWAY
from tests.faults.product import Product, until
from tests.faults.reckoning import Tell, reckon

WORKERS = ("worker 1", "worker 2")
RUNNING = ("web", "clock 1", *WORKERS)


async def test_a_killed_queue_loses_nothing(product: Product, tell: Tell) -> None:
    await product.run(*RUNNING)
    product.office.pause = 0.02
    assert await product.send("valkey-killed") == 303
    await until("it is under way", lambda: len(product.office.accepted("@valkey-killed")) > 200, RESUMED)
    product.servers.valkey.kill()
    await asyncio.to_thread(product.servers.valkey.start)
    await ends_well(product, tell, "valkey-killed", "Valkey, kill -9", time.monotonic())


async def test_an_emptied_queue_loses_nothing_neither_before_the_first_mail_nor_after(
    product: Product, tell: Tell
) -> None:
    await product.run(*RUNNING)
    product.office.pause = 0.02
    product.send_signal(signal.SIGSTOP, *WORKERS)
    assert await product.send("valkey-flushed") == 303
    product.flush()
    product.send_signal(signal.SIGCONT, *WORKERS)
    await until("it is under way", lambda: len(product.office.accepted("@valkey-flushed")) > 200, RESUMED)
    product.flush()
    await ends_well(product, tell, "valkey-flushed", "Valkey, FLUSHALL", time.monotonic())


async def test_what_is_sent_while_the_queue_is_away_leaves_when_it_is_back(product: Product, tell: Tell) -> None:
    await product.run(*RUNNING)
    product.servers.valkey.kill()
    began = time.monotonic()
    assert await product.send("valkey-away") == 303
    async with product.browser() as browser:
        while time.monotonic() < began + VALKEY_AWAY:
            for page in ("/en", "/staff", "/health/ready"):
                assert (await browser.get(page)).status_code == 200, page
            await asyncio.sleep(0.5)
    await asyncio.to_thread(product.servers.valkey.start)
    await ends_well(product, tell, "valkey-away", f"Valkey, away for {VALKEY_AWAY} s", time.monotonic())


async def ends_well(product: Product, tell: Tell, campaign: str, fault: str, moment: float) -> None:
    resumed = await product.next_mail(moment)
    product.office.pause = 0
    await product.settled(campaign, RESUMED)
    found = await reckon(product, campaign)
    tell(fault, found, resumed)
    assert (found.lost, found.twice, found.unknown, found.untrue) == (0, 0, 0, 0)
