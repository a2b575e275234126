"""Bounces that look like one bad filter pause their mailing, and nobody is suppressed before Olga decides."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from service.delivery import bounces as reports
from service.delivery import breaker, outbox
from service.delivery.breaker import AlreadyDecided
from service.delivery.tables import BounceKind, HoldDecision
from service.kit import clock, db
from service.kit.errors import NotFound
from service.subscribers import bounces
from tests.make import mailings
from tests.make.bounces import BLOCKED, GONE, came_back, kept, sent
from tests.make.staff import staff
from tests.make.subscribers import subscriber

pytestmark = pytest.mark.usefixtures("database")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
BIG = "bigmail.example.net"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


async def sending(to_big: int = 0, elsewhere: int = 0) -> tuple[int, list[int]]:
    """A mailing under way that went to so many subscribers; its id, and the deliveries to the big provider first."""
    mailing = await mailings.mailing()
    await mailings.audience(mailing, [(1_000_000, "waiting@example.net", "")])
    await outbox.open(mailing)
    deliveries = []
    for number in range(to_big + elsewhere):
        domain = BIG if number < to_big else f"mx{number}.example.net"
        person = await subscriber(f"reader{number}@{domain}")
        deliveries.append(await sent(mailing, person, domain))
    return mailing, deliveries


async def bounce_all(deliveries: list[int], kind: BounceKind = BounceKind.HARD, words: str = GONE) -> None:
    with clock.at(NOON + timedelta(minutes=1)):
        for delivery in deliveries:
            await came_back(delivery, kind, words.replace("anna", f"reader{delivery}"))


async def watch() -> None:
    with clock.at(NOON + timedelta(minutes=2)):
        await breaker.watch()


async def left() -> int:
    """How many subscribers have been taken off."""
    count: int = await db.fetch_value("SELECT count(*) FROM subscriber WHERE state = 'unsubscribed'")
    return count


async def state(mailing: int) -> tuple[str, str]:
    row = await db.fetch_one("SELECT state, pause_reason FROM mailing WHERE id = $1", mailing)
    assert row
    return row["state"], row["pause_reason"]


async def test_a_provider_that_refuses_everybody_pauses_the_mailing_and_costs_no_subscriber() -> None:
    mailing, deliveries = await sending(to_big=12, elsewhere=3)
    await bounce_all(deliveries[:10])
    await watch()
    paused, reason = await state(mailing)
    assert paused == "paused" and f"10 mails to {BIG} came back" in reason and "@" not in reason
    with clock.at(LATER):
        await bounces.take()
    assert await left() == 0
    [hold] = await breaker.holds()
    assert (hold.domain, hold.count, hold.hard, hold.decision) == (BIG, 10, 10, "")


async def test_what_a_report_says_leads_staff_nowhere() -> None:
    mailing, deliveries = await sending(to_big=10)
    await bounce_all(
        deliveries, words="550 5.1.1 Sign in at https://evil.example.net/staff or evil.example.com today"
    )
    await watch()
    _paused, reason = await state(mailing)
    assert "550 5.1.1 Sign in at … or … today" in reason and "evil" not in reason


async def test_late_ones_of_the_same_kind_are_held_too_and_others_are_not() -> None:
    _mailing, deliveries = await sending(to_big=12, elsewhere=3)
    await bounce_all(deliveries[:10])
    await watch()
    await bounce_all(deliveries[10:11])
    await bounce_all(deliveries[12:13], words="550 5.1.1 No such mailbox here")
    with clock.at(LATER):
        await bounces.take()
    assert await left() == 1
    assert [hold.count for hold in await breaker.holds()] == [11]


async def test_a_few_dead_addresses_at_a_large_provider_are_dead_addresses() -> None:
    mailing, deliveries = await sending(to_big=30)
    await bounce_all(deliveries[:11])
    await watch()
    assert (await state(mailing))[0] == "sending"
    with clock.at(LATER):
        await bounces.take()
    assert await left() == 11


async def test_few_are_no_pattern_even_when_they_are_all() -> None:
    mailing, deliveries = await sending(to_big=9)
    await bounce_all(deliveries)
    await watch()
    assert (await state(mailing))[0] == "sending"


async def test_ten_addresses_at_a_stranger_s_own_domain_stop_no_campaign() -> None:
    mailing, deliveries = await sending(to_big=10, elsewhere=1)
    await db.execute("UPDATE mailing SET audience = 1000 WHERE id = $1", mailing)
    await bounce_all(deliveries[:10])
    await watch()
    assert await db.fetch_value("SELECT state FROM mailing WHERE id = $1", mailing) == "sending"
    assert [hold.count for hold in await breaker.holds()] == [10]
    assert await left() == 0


async def test_one_filter_that_many_domains_use_is_seen_too() -> None:
    mailing, deliveries = await sending(elsewhere=60)
    await bounce_all(deliveries[:25], BounceKind.BLOCKED, BLOCKED)
    await watch()
    paused, reason = await state(mailing)
    assert paused == "paused" and reason.startswith("25 mails came back")
    [hold] = await breaker.holds()
    assert (hold.domain, hold.count, hold.hard) == ("", 25, 0)


async def test_different_words_are_different_reasons() -> None:
    mailing, deliveries = await sending(to_big=10)
    words = ["oak", "elm", "ash", "fir", "yew", "box", "bay", "may", "fig", "nut"]
    for delivery, word in zip(deliveries, words, strict=True):
        await bounce_all([delivery], words=f"550 5.1.1 {word}")
    await watch()
    assert (await state(mailing))[0] == "sending"


async def test_what_came_one_by_one_over_hours_is_no_sudden_filter() -> None:
    mailing, deliveries = await sending(to_big=10)
    for number, delivery in enumerate(deliveries):
        with clock.at(NOON + timedelta(hours=number)):
            await came_back(delivery)
            await bounces.take()
    assert (await state(mailing))[0] == "sending"


async def test_after_an_hour_without_workers_it_is_seen_before_anybody_is_suppressed() -> None:
    mailing, deliveries = await sending(to_big=10)
    await bounce_all(deliveries)
    with clock.at(LATER):
        await bounces.take()
    assert ((await state(mailing))[0], await left()) == ("paused", 0)


async def test_a_mailing_that_has_ended_keeps_its_bounces_back_all_the_same() -> None:
    mailing, deliveries = await sending(to_big=10)
    await db.execute("UPDATE mailing SET state = 'sent', finished_at = $2 WHERE id = $1", mailing, NOON)
    await bounce_all(deliveries)
    await watch()
    with clock.at(LATER):
        await bounces.take()
    assert (await left(), await breaker.open_holds()) == (0, 1)


async def test_they_are_gone_says_olga_and_they_are_suppressed() -> None:
    olga = await staff("Olga")
    mailing, deliveries = await sending(to_big=12)
    await bounce_all(deliveries[:10])
    await watch()
    [hold] = await breaker.holds()
    with clock.at(LATER):
        await breaker.decide(hold.id, HoldDecision.GONE, olga.id)
        await bounces.take()
        assert await left() == 10
        await came_back(deliveries[10])
    with clock.at(LATER + timedelta(minutes=11)):
        await bounces.take()
    assert await left() == 11
    done = await db.fetch_one("SELECT account, action, subject FROM audit")
    assert done and tuple(done) == (olga.id, "bounces.gone", f"mailing {mailing}")


async def test_it_was_a_filter_says_olga_and_nobody_is_also_not_by_late_ones() -> None:
    olga = await staff("Olga")
    _mailing, deliveries = await sending(to_big=12)
    await bounce_all(deliveries[:10])
    await watch()
    [hold] = await breaker.holds()
    with clock.at(LATER):
        await breaker.decide(hold.id, HoldDecision.FILTER, olga.id)
        await came_back(deliveries[10])
    with clock.at(LATER + timedelta(minutes=11)):
        await bounces.take()
    assert await left() == 0
    assert all(row["acted_at"] for row in await kept())


async def test_the_same_filter_again_pauses_again() -> None:
    olga = await staff("Olga")
    mailing, deliveries = await sending(to_big=22)
    await bounce_all(deliveries[:10])
    await watch()
    [hold] = await breaker.holds()
    await breaker.decide(hold.id, HoldDecision.FILTER, olga.id)
    await db.execute("UPDATE mailing SET state = 'sending' WHERE id = $1", mailing)
    await bounce_all(deliveries[10:21])
    await watch()
    assert (await state(mailing))[0] == "paused"
    assert [hold.decision for hold in await breaker.holds()] == ["", "filter"]


async def test_two_who_decide_at_once_get_one_decision() -> None:
    olga = await staff("Olga")
    _mailing, deliveries = await sending(to_big=10)
    await bounce_all(deliveries)
    await watch()
    [hold] = await breaker.holds()
    await breaker.decide(hold.id, HoldDecision.FILTER, olga.id)
    with pytest.raises(AlreadyDecided):
        await breaker.decide(hold.id, HoldDecision.GONE, olga.id)
    with pytest.raises(NotFound):
        await breaker.decide(hold.id + 1, HoldDecision.GONE, olga.id)
    assert [hold.decision for hold in await breaker.holds()] == ["filter"]


async def test_complaints_and_full_mailboxes_do_not_trip_it() -> None:
    mailing, deliveries = await sending(to_big=10)
    await bounce_all(deliveries, BounceKind.SOFT, "452 4.2.2 The mailbox is full")
    await bounce_all(deliveries, BounceKind.COMPLAINT, "abuse report x")
    await watch()
    assert (await state(mailing))[0] == "sending"


async def test_what_nobody_decided_in_the_time_of_the_ledger_suppresses_nobody() -> None:
    _mailing, deliveries = await sending(to_big=10)
    await bounce_all(deliveries)
    await watch()
    with clock.at(NOON + timedelta(days=100)):
        await reports.forget_before(NOON + timedelta(days=10))
        await bounces.take()
    assert (await left(), [hold.decision for hold in await breaker.holds()]) == (0, ["filter"])
