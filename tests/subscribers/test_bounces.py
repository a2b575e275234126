"""What follows for Anna from mails that came back; nobody writes to her about it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.delivery import bounces as reports
from service.delivery.tables import BounceKind
from service.kit import clock, db
from service.schedules.recurring import RECURRING
from service.subscribers import bounces, erasure, queries, retention, suppression
from tests.make import mailings
from tests.make.bounces import BLOCKED, FULL, came_back, kept, sent, sent_by_mailing
from tests.make.subscribers import subscriber

pytestmark = pytest.mark.usefixtures("database")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADDRESS = "anna@example.org"


async def standing() -> tuple[str | None, str | None]:
    """Anna's state, and why nobody writes to her."""
    people = await queries.ids_at(ADDRESS)
    return await queries.state_of(people[0]) if people else None, await suppression.reason(ADDRESS)


async def test_a_complaint_ends_it_at_once(work: Any) -> None:
    anna = await subscriber(ADDRESS)
    await came_back(await sent_by_mailing(anna), BounceKind.COMPLAINT, "abuse report")
    assert "subscribers.take_bounces" in await work()
    assert await standing() == ("unsubscribed", "complaint")
    [found] = await kept()
    assert found["acted_at"] is not None


async def test_a_dead_address_is_left_ten_minutes_later_and_by_the_clock_alone() -> None:
    assert RECURRING["subscribers.take_bounces"] <= timedelta(minutes=1)
    with clock.at(NOON):
        anna = await subscriber(ADDRESS)
    with clock.at(NOON + timedelta(hours=1)):
        await came_back(await sent_by_mailing(anna))
        await bounces.take()
    assert await standing() == ("confirmed", None)
    with clock.at(NOON + timedelta(hours=1, minutes=11)):
        await bounces.take()
    assert await standing() == ("unsubscribed", "bounced")


async def test_who_left_for_it_gets_nothing_more_and_no_mail_about_it() -> None:
    with clock.at(NOON):
        anna = await subscriber(ADDRESS)
        waiting = await mailings.mailing()
        await mailings.audience(waiting, [(anna, ADDRESS, "Anna")])
    with clock.at(NOON + timedelta(hours=1)):
        await came_back(await sent_by_mailing(anna))
    with clock.at(NOON + timedelta(hours=2)):
        await bounces.take()
    assert await mailings.states(waiting) == {"skipped": 1}
    assert await db.fetch_value("SELECT count(*) FROM delivery WHERE mailing IS NULL") == 0
    assert [row["source"] for row in await queries.consents_of(anna)][-1].startswith("bounce, mailing ")


async def test_a_filter_or_block_touches_nobody() -> None:
    anna = await subscriber(ADDRESS)
    await came_back(await sent_by_mailing(anna), BounceKind.BLOCKED, BLOCKED)
    with clock.at(clock.now() + timedelta(days=1)):
        await bounces.take()
    assert await standing() == ("confirmed", None)
    assert (await kept())[0]["acted_at"] is not None


async def test_who_never_confirmed_and_whose_confirmation_came_back_is_not_asked_again() -> None:
    with clock.at(NOON):
        anna = await subscriber(ADDRESS, "unconfirmed")
        await came_back(await sent(None, anna))
    with clock.at(NOON + timedelta(minutes=11)):
        await bounces.take()
    assert await standing() == ("unsubscribed", "bounced")


async def full(anna: int, days: list[float]) -> None:
    """Her mailbox was full on these days after NOON."""
    for day in days:
        with clock.at(NOON + timedelta(days=day)):
            await came_back(await sent_by_mailing(anna), BounceKind.SOFT, FULL)
            await bounces.take()


async def test_a_mailbox_that_stays_full_for_weeks_is_given_up() -> None:
    with clock.at(NOON):
        anna = await subscriber(ADDRESS)
    await full(anna, [1, 8, 15, 22])
    assert await standing() == ("confirmed", None)
    await full(anna, [29])
    assert await standing() == ("unsubscribed", "bounced")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([1, 1.1, 1.2, 1.3, 1.4, 1.5], "six times in half a day"),
        ([1, 20, 40, 60, 80, 100], "five times, but never within sixty days"),
    ],
)
async def test_a_mailbox_that_is_full_now_and_then_is_not(days: list[float], told: str) -> None:
    with clock.at(NOON):
        anna = await subscriber(ADDRESS)
    await full(anna, days)
    assert await standing() == ("confirmed", None), told


async def test_confirmations_and_links_that_come_back_softly_count_as_one_mailing() -> None:
    with clock.at(NOON):
        anna = await subscriber(ADDRESS)
    for day in (1, 8, 15, 22, 29, 36):
        with clock.at(NOON + timedelta(days=day)):
            await came_back(await sent(None, anna), BounceKind.SOFT, FULL)
            await bounces.take()
    assert await standing() == ("confirmed", None)


async def test_a_link_that_she_asked_for_and_that_came_back_takes_nobody_off() -> None:
    with clock.at(NOON):
        anna = await subscriber(ADDRESS)
    with clock.at(NOON + timedelta(hours=1)):
        await came_back(await sent(None, anna))
    with clock.at(NOON + timedelta(hours=2)):
        await bounces.take()
    assert await standing() == ("confirmed", None)


async def test_who_confirms_again_after_it_came_back_stays() -> None:
    with clock.at(NOON):
        anna = await subscriber(ADDRESS, "unconfirmed")
        await came_back(await sent(None, anna))
    with clock.at(NOON + timedelta(minutes=5)):
        await db.execute(
            "UPDATE subscriber SET state = 'confirmed', confirmed_at = $2 WHERE id = $1", anna, clock.now()
        )
    with clock.at(NOON + timedelta(minutes=20)):
        await bounces.take()
    assert await standing() == ("confirmed", None)


async def test_who_had_left_by_themselves_keeps_their_own_reason() -> None:
    with clock.at(NOON):
        anna = await subscriber(ADDRESS, "unsubscribed")
        await suppression.add(ADDRESS, bounces.SuppressionReason.UNSUBSCRIBED)
        await came_back(await sent_by_mailing(anna))
    with clock.at(NOON + timedelta(hours=1)):
        await bounces.take()
    assert await standing() == ("unsubscribed", "unsubscribed")


async def test_one_whose_key_is_gone_does_not_keep_the_others_waiting() -> None:
    lost = await subscriber("lost@example.org")
    await db.execute("UPDATE subscriber SET address = '\\x09aabb' WHERE id = $1", lost)
    anna = await subscriber(ADDRESS)
    for person in (lost, anna):
        await came_back(await sent_by_mailing(person), BounceKind.COMPLAINT, "abuse report")
    await bounces.take()
    assert await standing() == ("unsubscribed", "complaint")


async def test_two_workers_at_once_draw_one_conclusion() -> None:
    anna = await subscriber(ADDRESS)
    await came_back(await sent_by_mailing(anna), BounceKind.COMPLAINT, "abuse report")
    await asyncio.gather(*(bounces.take() for _ in range(4)))
    assert [row["act"] for row in await queries.consents_of(anna)] == ["unsubscribed"]


async def test_a_staff_member_s_invitation_that_comes_back_changes_no_subscriber() -> None:
    await subscriber(ADDRESS)
    await came_back(await sent(None, None), BounceKind.COMPLAINT, "abuse report")
    await bounces.take()
    assert await standing() == ("confirmed", None)
    assert (await kept())[0]["acted_at"] is not None


async def test_erasure_and_its_export_know_of_mails_that_came_back() -> None:
    anna = await subscriber(ADDRESS)
    await came_back(await sent_by_mailing(anna), BounceKind.SOFT, FULL)
    exported = await erasure.export_person(ADDRESS)
    assert exported and [(item["kind"], item["status"]) for item in exported["returned"]] == [("soft", "4.2.2")]
    await erasure.forget(ADDRESS)
    assert [row["subscriber"] for row in await kept()] == [None]
    assert await reports.of_person(anna) == []


async def test_the_schedule_of_erasures_reaches_old_reports() -> None:
    anna = await subscriber(ADDRESS)
    with clock.at(clock.now() - timedelta(days=91)):
        await came_back(await sent_by_mailing(anna), BounceKind.SOFT, FULL)
    await retention.erase_due()
    assert [row["subscriber"] for row in await kept()] == [None]


async def test_an_erasure_and_a_conclusion_at_the_same_time_do_not_wait_for_each_other() -> None:
    anna = await subscriber(ADDRESS)
    await came_back(await sent_by_mailing(anna), BounceKind.COMPLAINT, "abuse report")
    await asyncio.wait_for(asyncio.gather(erasure.forget(ADDRESS), bounces.take()), 10)
    assert [row["subscriber"] for row in await kept()] == [None]
    assert await suppression.reason(ADDRESS) in ("erased", "complaint")
