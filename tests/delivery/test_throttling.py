"""What servers, domains and senders bear, as the mail server sees it."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from service.delivery import (
    domains,
    letters,
    outbox,
    places,
    queries,
    sending,
    slowing,
    strikes,
    transactional,
    turns,
)
from service.delivery import warmup as plans
from service.delivery.claims import Claim
from service.delivery.relay import Relay
from service.delivery.run import Run
from service.delivery.servers import server
from service.kit import clock, db
from tests.make import hearts, mailings, smtp
from tests.make.smtp import PostOffice

SLOW = "slow.example.net"


def people(*domains: str) -> list[tuple[int, str, str]]:
    return [(number, f"reader{number}@{domain}", "") for number, domain in enumerate(domains, 1)]


async def started(*domains: str) -> int:
    made = await mailings.mailing()
    await mailings.audience(made, people(*domains))
    await outbox.open(made)
    return made


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


async def farewell(address: str) -> None:
    context = {"organisation": "Example Solidarity", "postal_address": ""}
    await transactional.send("subscribers/unsubscribed", "en", address, context)


def domain_of(recipient: str) -> str:
    return recipient.rpartition("@")[2]


async def worker(mailing: int, office: PostOffice, **options: Any) -> Run:
    """One run as each worker process has it, with connections of its own."""
    url = office.url + "".join(f"?{name}={value}" for name, value in options.items())
    way = Relay([server(url)])
    run = Run(Claim(mailing), await letters.of_mailing(mailing), way, sending.LANES, 20)
    await run.through()
    await way.close()
    return run


@pytest.mark.parametrize("offers", [(), ("PIPELINING",)])
async def test_one_domain_that_does_not_answer_holds_up_none_of_the_other_nineteen(
    work: Any, offers: tuple[str, ...]
) -> None:
    quick = [f"quick{number}.example.net" for number in range(19)]
    async with smtp.office(offers=offers) as office:
        office.gate, office.gated = asyncio.Event(), SLOW
        mailing = await started(*[SLOW, *quick] * 20)
        running = asyncio.create_task(work())
        await until(lambda: len(office.received) == 19 * 20)
        assert SLOW not in map(domain_of, office.recipients)
        assert 0 < office.under_way <= sending.LANES // 2
        office.gate.set()
        await running
        assert await mailings.states(mailing) == {"sent": 400}


async def test_who_waits_for_a_slow_domain_is_put_off_and_the_claims_bring_others(work: Any) -> None:
    slow = domains.everywhere.get((await places.domains([SLOW]))[SLOW])
    domains.everywhere.answered(slow, 5.0, True)
    domains.everywhere.usual = 0.01
    async with smtp.office() as office:
        office.gate, office.gated = asyncio.Event(), SLOW
        mailing = await started(*[SLOW] * 700, *["quick.example.net"] * 30)
        begun = clock.now()
        running = asyncio.create_task(work())
        await until(lambda: len(office.received) == 30)
        row = await db.fetch_one(
            "SELECT count(*), sum(attempts) AS attempts, max(due_at) AS last FROM delivery WHERE due_at > $1", begun
        )
        assert row and row["count"] > 500 and row["attempts"] == 0
        assert row["last"] <= clock.now() + timedelta(minutes=30)
        office.gate.set()
        await running
        with clock.at(row["last"]):
            await hearts.kept_beating()
            for _round in range(20):
                await sending.sweep()
                await work()
        assert await mailings.states(mailing) == {"sent": 730}
        assert len(set(office.recipients)) == 730


async def test_a_domain_that_asks_us_to_be_slower_is_written_to_more_slowly_and_the_others_are_not(work: Any) -> None:
    def rule(phase: str, recipient: str) -> str | None:
        return "450 4.7.1 too many messages per minute" if phase == "rcpt" and SLOW in recipient else None

    async with smtp.office(rule) as office:
        mailing = await started(*[SLOW] * 4, *["quick.example.net"] * 40)
        await work()
        assert Counter(map(domain_of, office.recipients)) == {"quick.example.net": 40}
    [limit] = (await slowing.limits()).values()
    assert limit.per_second and limit.per_second <= slowing.FIRST / 2
    assert (await queries.books(mailing)).open == 4


async def test_a_relay_that_takes_fifty_a_second_gets_no_more(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await mailings.started(20)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.gather(worker(mailing, office, rate=50), worker(mailing, office, rate=50))
        assert loop.time() - begun >= 19 / 50 * 0.9
        assert await mailings.states(mailing) == {"sent": 20}


async def test_two_workers_share_the_conversations_with_a_relay(work: Any) -> None:
    most = 0

    def rule(phase: str, recipient: str) -> None:
        nonlocal most
        most = max(most, office.under_way)

    async with smtp.office(rule) as office:
        mailing = await mailings.started(60)
        async with turns.of_run(Claim(mailing + 1), 12):
            await worker(mailing, office, connections=4)
        assert office.connections == 2 and most <= 2
        assert await mailings.states(mailing) == {"sent": 60}


async def test_a_mailing_waits_for_the_relays_next_day_and_goes_on_by_itself(work: Any) -> None:
    async with smtp.office() as office, smtp.smtp_url(f"{office.url}?daily=40"):
        mailing = await mailings.started(50)
        await work()
        progress = await queries.progress(mailing)
        assert progress and (progress.state, progress.books.sent, progress.books.open) == ("sending", 38, 12)
        assert "takes 40 mails a day; it goes on by itself at about" in progress.trouble
        await farewell("anna@example.net")
        await work()
        assert office.recipients[-1] == "anna@example.net"
        with clock.at(clock.now() + timedelta(hours=25)):
            await hearts.kept_beating()
            await sending.sweep()
            await work()
        assert await mailings.states(mailing) == {"sent": 50}
        assert (await queries.progress(mailing)).trouble == ""  # type: ignore[union-attr]


async def test_a_new_domain_sends_no_more_than_its_plan_and_confirmations_do_not_wait(
    work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "PLAN", plans.Plan(first=20, growth=1.5, last=1000))
    await plans.start("example.org")
    async with smtp.office() as office:
        mailing = await mailings.started(50)
        await work()
        progress = await queries.progress(mailing)
        assert progress and (progress.state, progress.books.sent) == ("sending", 20)
        assert "example.org is being warmed up and sends 20 mails a day for now" in progress.trouble
        await farewell("anna@example.net")
        await work()
        assert office.recipients[-1] == "anna@example.net"
        await plans.stop("example.org")
        await sending.sweep()
        await work()
        assert await mailings.states(mailing) == {"sent": 50}


@pytest.mark.parametrize("workers", [1, 2, 4])
async def test_refusals_of_the_sender_pause_the_mailing_within_twenty_over_all_workers(
    work: Any, workers: int
) -> None:
    async with smtp.office(lambda phase, _who: "550 5.7.1 blocked" if phase == "mail" else None) as office:
        mailing = await mailings.started(300)
        await asyncio.gather(*(worker(mailing, office) for _worker in range(workers)))
        progress = await queries.progress(mailing)
        assert progress and progress.state == "paused" and "blocked" in progress.trouble
        assert strikes.MOST <= office.commands["MAIL"] <= 20
        assert progress.books.refused == 0 and progress.books.open == 300


async def test_refusals_between_successes_pause_the_mailing_too(work: Any) -> None:
    refused = Counter[str]()

    def rule(phase: str, recipient: str) -> str | None:
        if phase == "end" and int(recipient.partition("@")[0].removeprefix("reader")) % 2:
            refused[recipient] += 1
            return "550 5.7.1 your reputation is bad"
        return None

    async with smtp.office(rule) as office:
        mailing = await mailings.started(300)
        await asyncio.gather(worker(mailing, office), worker(mailing, office))
        progress = await queries.progress(mailing)
        assert progress and progress.state == "paused" and "reputation" in progress.trouble
        assert len(refused) <= 20 and progress.books.refused == 0


@pytest.mark.parametrize("offers", [(), ("PIPELINING",)])
async def test_refusals_that_begin_in_all_lanes_at_once_are_no_more_than_twenty(
    work: Any, offers: tuple[str, ...]
) -> None:
    async with smtp.office(offers=offers) as office:
        mailing = await mailings.started(300)
        office.rule = lambda phase, _who: (
            "550 5.7.1 blocked" if phase == "end" and len(office.received) >= 50 else None
        )
        await asyncio.gather(*(worker(mailing, office, connections=12) for _worker in range(2)))
        assert (await mailings.states(mailing))["later"] <= 20
        assert (await queries.books(mailing)).sent == 50
