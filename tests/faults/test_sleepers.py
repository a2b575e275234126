"""Workers that fall asleep for longer than their lease and then wake up, in the two worst places of a mail."""

import os
import signal
import sys
from collections.abc import Sequence

import pytest

from service.delivery import sending
from tests.faults.measures import LEASE, RESUMED
from tests.faults.product import Product, until
from tests.faults.reckoning import Tell, reckon

pytestmark = pytest.mark.xdist_group("faults")
WORKERS = ("worker of three 1", "worker of three 2", "worker of three 3")
SHORT = (
    "from datetime import timedelta; from service.delivery import claims; from service import worker; "
    f"from service.kit import log; claims.LEASE = timedelta(seconds={LEASE}); log.set_up(); worker.run()"
)


async def test_who_sleeps_through_its_lease_sends_nothing_twice_and_tells_the_truth_when_it_wakes(
    product: Product, tell: Tell
) -> None:
    await product.run("web", "clock")
    for name in WORKERS:
        product.begin(name, [sys.executable, "-c", SHORT])
    await product.run("web", "clock", *WORKERS)
    product.office.pause = 0.02
    assert await product.send("asleep") == 303
    # Its mails were taken, and it sleeps before it hears so; then another, before it may say what is in the mail.
    after_the_dot = await put_to_sleep(product, "end", WORKERS)
    before_the_content = await put_to_sleep(product, "data", [name for name in WORKERS if name != after_the_dot])
    product.office.pause = 0
    await product.settled("asleep", RESUMED + LEASE)
    asleep = await reckon(product, "asleep")
    assert (asleep.lost, asleep.twice, asleep.untrue) == (0, 0, 0)
    assert 0 < asleep.unknown <= 2 * sending.LANES

    for name in (after_the_dot, before_the_content):
        os.kill(product.pid(name), signal.SIGCONT)
    await product.settled("asleep", RESUMED, unknown=0)
    found = await reckon(product, "asleep")
    tell(f"two of three workers asleep for longer than {LEASE} s ({asleep.unknown} unknown until then)", found)
    assert (found.lost, found.twice, found.unknown, found.untrue) == (0, 0, 0, 0)


async def put_to_sleep(product: Product, answer: str, workers: Sequence[str]) -> str:
    """One of `workers` that sends, while all its lanes wait for `answer`, which comes when it sleeps."""
    await until("somebody sends", lambda: any(product.sends(name) for name in workers), RESUMED)
    product.office.hold(answer)
    sleepy = next(name for name in workers if product.sends(name))
    ports = product.ports(sleepy)
    await until("its lanes wait", lambda: ports <= product.office.waiting_ports, RESUMED)
    os.kill(product.pid(sleepy), signal.SIGSTOP)
    product.office.release()
    return sleepy
