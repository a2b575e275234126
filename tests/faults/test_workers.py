"""Workers that die or are replaced in the middle of a campaign."""

import asyncio
import random
import time

import pytest

from service.delivery import sending
from tests.faults.measures import CAMPAIGNS, DOWN, FULL, KILLS, RESUMED, SEED
from tests.faults.product import Product, until
from tests.faults.reckoning import Tell, reckon

WORKERS = ("worker 1", "worker 2")
# How many mails have to be under way for a test to be worth it.
SEVERAL = 6


async def test_killed_workers_lose_nothing_and_send_nothing_twice(product: Product, tell: Tell) -> None:
    chance, office, readers = random.Random(SEED), product.office, CAMPAIGNS["killed"]
    await product.run("web", "clock 1", *WORKERS)
    office.pause = 0.02
    assert await product.send("killed") == 303
    pauses = []
    for moment in sorted(chance.sample(range(50, readers * 9 // 10), KILLS)):
        await until(f"{moment} mails", lambda at=moment: len(office.accepted("@killed")) >= at, RESUMED)
        await until("somebody sends", lambda: any(product.sends(name) for name in WORKERS), RESUMED)
        product.kill(chance.choice([name for name in WORKERS if product.sends(name)]))
        pauses.append(await product.next_mail(time.monotonic()))
    office.pause = 0
    await product.settled("killed", RESUMED)
    found = await reckon(product, "killed")
    tell(f"worker, kill -9, {KILLS} times (SEED={SEED})", found, max(pauses))
    assert (found.mails, found.lost, found.twice, found.untrue) == (readers, 0, 0, 0)
    # A lane has at most one mail under way, also one that was granted and had not begun.
    assert found.unknown <= KILLS * sending.LANES

    assert await product.click("killed", "unknown", do="again") == 303
    await product.settled("killed", RESUMED)
    after = await reckon(product, "killed")
    assert (after.lost, after.unknown, after.untrue) == (0, 0, 0)
    assert after.twice <= found.unknown


async def test_a_deploy_finishes_what_is_under_way_and_leaves_the_rest_to_the_new_ones(
    product: Product, tell: Tell
) -> None:
    office = product.office
    await product.run("web", "clock 1", *WORKERS)
    office.pause = 0.1
    assert await product.send("deployed") == 303
    await until("it is under way", lambda: len(office.accepted("@deployed")) > 300, RESUMED)
    # Slowly, for the new ones may take long to begin on a busy machine.
    office.pause = 1
    await product.run("web", "clock 1", *WORKERS, "worker 3", "worker 4")
    office.pause = 0.1
    # A slow server at the worst moment: the lanes wait for the answer to the dot.
    office.hold("end", 100)
    await until("mails are under way", lambda: office.waiting >= SEVERAL, RESUMED)
    old = [product.parts.pop(name) for name in (*WORKERS, "web", "clock 1")]
    told_at = time.monotonic()
    for part in old:
        assert part.process
        part.process.terminate()
    product.begin("clock 1")
    await asyncio.sleep(1)
    office.release()
    resumed = await product.next_mail(time.monotonic())
    await until("the old ones are down", lambda: not any(part.running for part in old), DOWN)
    down = time.monotonic() - told_at
    assert [part.process and part.process.returncode for part in old] == [0, 0, 0, 0]
    office.pause = 0
    await product.settled("deployed", RESUMED)
    found = await reckon(product, "deployed")
    tell(f"a deploy (old ones down after {down:.1f} s)", found, resumed)
    assert (found.lost, found.twice, found.unknown, found.untrue) == (0, 0, 0, 0)


@pytest.mark.skipif(not FULL, reason="takes half a minute: FAULTS=full")
async def test_a_server_that_never_answers_does_not_keep_a_worker_from_ending(product: Product, tell: Tell) -> None:
    office = product.office
    await product.run("web", "clock 1", "worker 1")
    office.pause = 0.02
    assert await product.send("hanging") == 303
    await until("it is under way", lambda: len(office.accepted("@hanging")) > 100, RESUMED)
    office.hold("end", 100)
    await until("mails are under way", lambda: office.waiting >= SEVERAL, RESUMED)
    part = product.parts.pop("worker 1")
    assert part.process
    part.process.terminate()
    await until("it is down", lambda: not part.running, DOWN)
    assert part.process.returncode == 0
    office.release()
    await product.run("web", "clock 1", "worker 2")
    await product.settled("hanging", RESUMED)
    found = await reckon(product, "hanging")
    tell("SIGTERM while a server does not answer", found)
    assert (found.lost, found.twice, found.untrue) == (0, 0, 0)
    assert SEVERAL <= found.unknown <= sending.LANES
