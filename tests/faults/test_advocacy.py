"""A morning on which everybody writes to their member: not too fast, in office hours, each letter once."""

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from service.delivery import sending
from service.delivery.verp import ReturnPaths
from service.kit import paths, sealing
from service.kit.settings import settings
from service.organisation.setup import PEPPER
from tests.faults.measures import KILLS, LETTERS, MEMBERS, OPENS_AT, PER_HOUR, RESUMED, SEED
from tests.faults.product import Product, until
from tests.faults.reckoning import Reckoning, Tell

WORKERS = ("worker 1", "worker 2")
# In Tokyo the office is about to close, and most of these wait for the next day.
TOKYO, TOKYO_LETTERS = 2, 60
BOUNCES = "bounces.example.org"
GAP = 3600 / PER_HOUR
# How long before it opens in Zürich the workers begin.
EARLY = 8
# All processes live at another time, and the clock looks more often, at these alone: staff stay signed in.
ELSEWHEN = (
    "from datetime import timedelta; from service.kit import clock, log; really = clock.now; "
    "clock.now = lambda: really() + timedelta(seconds={offset}); "
)
CLOCK = (
    "import asyncio; from service.schedules import leader; leader.TICK = 0.1; "
    "leader.RECURRING.clear(); leader.RECURRING['advocacy.leave'] = timedelta(seconds=0.2); "
    "leader.RECURRING['delivery.sweep'] = timedelta(seconds=1); log.set_up(); asyncio.run(leader.run())"
)
WORKER = "from service import worker; log.set_up(); worker.run()"


class Morning:
    """`offset`: how many seconds later it is there than here."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.offset = (OPENS_AT - datetime.now(UTC)).total_seconds() - EARLY

    def begin(self) -> None:
        there = ELSEWHEN.format(offset=self.offset)
        self.product.begin("clock 1", [sys.executable, "-c", there + CLOCK])
        for name in WORKERS:
            self.product.begin(name, [sys.executable, "-c", there + WORKER])

    def arrivals(self, place: str) -> list[tuple[datetime, str, str]]:
        """When it was there, to whom and under which return path each letter came."""
        now, monotonic = datetime.now(UTC) + timedelta(seconds=self.offset), time.monotonic()
        office = self.product.office
        return [
            (now - timedelta(seconds=monotonic - at), recipient, sender)
            for (at, recipient), sender in zip(list(office.arrivals), list(office.senders), strict=False)
            if recipient.endswith(f"@{place}.example.net")
        ]

    async def open(self, place: str) -> int:
        """How many letters have not come to an end."""
        [row] = await self.product.ask(_OPEN, f"%@{place}.example.net")
        return int(row["n"])


@pytest.fixture
async def morning(product: Product) -> AsyncIterator[Morning]:
    await product.run()
    await forget_the_time(product)
    counts = map(str, (MEMBERS, LETTERS, TOKYO, TOKYO_LETTERS, PER_HOUR))
    program = [sys.executable, "-m", "tests.faults.letters", *counts]
    await asyncio.to_thread(subprocess.run, program, env=product.env, cwd=paths.ROOT, check=True)
    before = product.env.copy()
    product.env["BOUNCE_DOMAIN"] = BOUNCES
    yield Morning(product)
    product.env.clear()
    product.env.update(before)
    await product.run()
    await product.ask("DELETE FROM advocacy_letter")
    await forget_the_time(product)


async def forget_the_time(product: Product) -> None:
    """Else it would show that the clock was moved."""
    await product.ask("DELETE FROM heartbeat")
    (product.folder / "heartbeat").unlink(missing_ok=True)


async def test_a_morning_of_letters_while_workers_are_killed(product: Product, morning: Morning, tell: Tell) -> None:
    chance, office = random.Random(SEED), product.office
    office.pause = 0.02
    morning.begin()
    for moment in sorted(chance.sample(range(20, MEMBERS * LETTERS * 3 // 4), KILLS)):
        await until(f"{moment} letters", lambda at=moment: len(morning.arrivals("zurich")) >= at, RESUMED + EARLY)
        await until("somebody sends", lambda: any(product.sends(name) for name in WORKERS), RESUMED)
        product.kill(chance.choice([name for name in WORKERS if product.sends(name)] or list(WORKERS)))
    ends = time.monotonic() + 2 * LETTERS * GAP + RESUMED
    while await morning.open("zurich"):
        assert time.monotonic() < ends, "some letters have not come to an end"
        await asyncio.sleep(0.2)

    found = await reckon(morning)
    tell(f"letters to {MEMBERS} members, worker, kill -9, {KILLS} times (SEED={SEED})", found)
    assert (found.mails, found.lost, found.twice, found.untrue) == (MEMBERS * LETTERS, 0, 0, 0)
    assert found.unknown <= KILLS * sending.TRANSACTIONAL_LANES
    assert fastest(morning, "zurich") >= GAP and fastest(morning, "tokyo") >= GAP
    assert min(at for at, _to, _path in morning.arrivals("zurich")) >= OPENS_AT
    # What was begun in the last moment may come in the next.
    closing = [at for at, _to, _path in morning.arrivals("tokyo")]
    assert 0 < len(closing) < TOKYO * TOKYO_LETTERS and max(closing) < OPENS_AT + timedelta(seconds=1)
    assert await morning.open("tokyo") == TOKYO * TOKYO_LETTERS - len(closing)


def fastest(morning: Morning, place: str) -> float:
    """The fewest seconds between two letters to one member."""
    times: dict[str, list[datetime]] = {}
    for at, member, _path in morning.arrivals(place):
        times.setdefault(member, []).append(at)
    return min((late - early).total_seconds() for own in times.values() for early, late in pairwise(own))


async def reckon(morning: Morning) -> Reckoning:
    """What the post office took against what the letters say."""
    rows = await morning.product.ask(_STATES)
    [own] = await morning.product.ask("SELECT pepper FROM organisation")
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("BOUNCE_DOMAIN", BOUNCES)
        settings.cache_clear()
        read = ReturnPaths(bytes.fromhex(sealing.unseal(PEPPER, own["pepper"]))).read
        taken = Counter(read(path) for _at, _to, path in morning.arrivals("zurich"))
    settings.cache_clear()
    states = {row["delivery"]: row["state"] for row in rows}
    assert len(states) == len(rows) and taken.keys() <= states.keys()
    return Reckoning(
        mails=len(rows),
        lost=sum(not taken[id] and state == "sent" for id, state in states.items()),
        twice=sum(count - 1 for count in taken.values()),
        unknown=sum(state == "unknown" for state in states.values()),
        untrue=sum(state not in ("sent", "unknown") for state in states.values()),
    )


_OPEN = (
    "SELECT count(*) AS n FROM advocacy_letter l JOIN representative r ON r.id = l.representative"
    " WHERE r.email LIKE $1 AND l.state IN ('ready', 'leaving')"
)
_STATES = (
    "SELECT l.delivery, l.state FROM advocacy_letter l JOIN representative r ON r.id = l.representative"
    " WHERE r.email LIKE '%@zurich.example.net'"
)
