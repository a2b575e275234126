from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from service.delivery import quota, warmup
from service.delivery.warmup import PLAN
from service.kit import clock

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def days(count: float) -> datetime:
    return MONDAY + timedelta(days=count)


def test_the_plan_grows_day_by_day_and_ends_where_a_domain_is_known() -> None:
    plan = [PLAN.on_day(day) for day in range(1, PLAN.days() + 1)]
    assert plan[:4] == [200, 300, 450, 675]
    assert all(later and 1.4 < later / earlier < 1.6 for earlier, later in pairwise(plan) if earlier)
    assert PLAN.on_day(PLAN.days() + 1) is None and PLAN.days() == 16


async def test_a_new_domain_begins_on_the_first_day(database: None) -> None:
    with clock.at(MONDAY):
        standing = await warmup.start("News.Example.org")
    assert (standing.domain, standing.day, standing.most, standing.tomorrow) == ("news.example.org", 1, 200, 300)
    assert standing.next_day_at == days(1)


async def test_three_days_later_it_may_send_more(database: None) -> None:
    with clock.at(MONDAY):
        await warmup.start("example.org")
    with clock.at(days(3.5)):
        await quota.reserve(warmup.quota_name("example.org"), 1000, 70)
        standing = await warmup.standing("example.org")
    assert standing and (standing.day, standing.most, standing.used) == (4, 675, 70)


async def test_after_the_last_day_the_plan_is_over_by_itself(database: None) -> None:
    with clock.at(MONDAY):
        await warmup.start("example.org")
    with clock.at(days(PLAN.days() - 0.5)):
        standing = await warmup.standing("example.org")
        assert standing and standing.tomorrow is None
    with clock.at(days(PLAN.days())):
        assert await warmup.standings() == []
        assert warmup.most_of(MONDAY) is None


async def test_starting_twice_does_not_begin_again(database: None) -> None:
    with clock.at(MONDAY):
        await warmup.start("example.org")
    with clock.at(days(2)):
        assert (await warmup.start("example.org")).day == 3


async def test_a_plan_that_was_stopped_or_is_over_can_begin_again(database: None) -> None:
    with clock.at(MONDAY):
        await warmup.start("example.org")
    with clock.at(days(2)):
        await warmup.stop("example.org")
        assert await warmup.standing("example.org") is None
        assert (await warmup.start("example.org")).day == 1
    with clock.at(days(40)):
        assert (await warmup.start("example.org")).day == 1


async def test_what_is_not_warmed_up_cannot_be_stopped(database: None) -> None:
    with pytest.raises(warmup.NotWarming):
        await warmup.stop("example.org")


@pytest.mark.parametrize("name", ["", "example", "example org", "a@example.org", "-.org", "x" * 300 + ".org"])
async def test_what_is_no_domain_is_not_warmed_up(database: None, name: str) -> None:
    with pytest.raises(warmup.BadDomain):
        await warmup.start(name)


async def test_a_clock_that_was_set_back_leads_to_the_first_day(database: None) -> None:
    with clock.at(days(1)):
        await warmup.start("example.org")
    with clock.at(MONDAY):
        standing = await warmup.standing("example.org")
    assert standing and standing.day == 1
