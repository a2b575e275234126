"""A worker that falls asleep for longer than its lease and then wakes up, in the two worst places of a mail."""

import signal
import sys

from service.delivery import sending
from tests.faults.measures import LEASE, RESUMED
from tests.faults.product import Product, until
from tests.faults.reckoning import Tell, reckon

WORKERS = ("worker a", "worker b", "worker c")
AFTER_THE_DOT, BEFORE_IT = 6, 4
SHORT = (
    "from datetime import timedelta; from service.delivery import claims, run; from service import worker; "
    f"claims.LEASE = timedelta(seconds={LEASE}); run.RENEW_SECONDS = {LEASE} / 4; "
    "from service.kit import log; log.set_up(); worker.run()"
)


async def test_who_sleeps_through_the_lease_sends_nothing_twice_and_tells_the_truth_when_it_wakes(
    product: Product, tell: Tell
) -> None:
    await product.run("web", "clock 1")
    for name in WORKERS:
        product.begin(name, [sys.executable, "-c", SHORT])
    await product.run("web", "clock 1", *WORKERS)
    product.office.pause = 0.02
    assert await product.send("asleep") == 303
    await until("it is under way", lambda: len(product.office.accepted("@asleep")) > 100, RESUMED)
    sleepy = await put_to_sleep(product)
    await product.settled("asleep", RESUMED + LEASE)
    asleep = await reckon(product, "asleep")
    assert (asleep.lost, asleep.twice, asleep.untrue) == (0, 0, 0)
    assert AFTER_THE_DOT <= asleep.unknown <= sending.LANES

    product.send_signal(signal.SIGCONT, sleepy)
    await product.settled("asleep", RESUMED, unknown=0)
    found = await reckon(product, "asleep")
    tell(f"a worker asleep for longer than {LEASE} s, then awake ({asleep.unknown} unknown until then)", found)
    assert (found.lost, found.twice, found.unknown, found.untrue) == (0, 0, 0, 0)


async def put_to_sleep(product: Product) -> str:
    """One that sends: some mails were taken and it has not heard so, others are not begun and it may now begin."""
    office = product.office
    await until("somebody sends", lambda: any(product.sends(name) for name in WORKERS), RESUMED)
    sleepy = next(name for name in WORKERS if product.sends(name))
    ports = product.ports(sleepy)
    office.hold("end", AFTER_THE_DOT, ports)
    await until("mails wait after the dot", lambda: office.waiting == AFTER_THE_DOT, RESUMED)
    office.hold("data", len(ports), ports)
    await until("others wait before the content", lambda: office.waiting >= AFTER_THE_DOT + BEFORE_IT, RESUMED)
    product.send_signal(signal.SIGSTOP, sleepy)
    office.release()
    return sleepy
