"""How delivery goes over all mailings, and whether somebody is needed."""

from datetime import timedelta

import pytest

from service.delivery import outbox, overview_queries, places, slowing
from service.delivery.claims import Claim
from service.delivery.slowing import Limit
from service.delivery.strain import Strain
from service.delivery.tables import BounceKind
from service.kit import clock, db
from service.kit.settings import settings
from tests.delivery.test_transactional import farewell
from tests.make import mailings, outcomes
from tests.make.smtp import smtp_url


@pytest.fixture(autouse=True)
def fresh(database: None) -> None:
    places.forget()


async def slow_down(domain: str, words: str = "421 slow down") -> None:
    id = (await places.domains([domain]))[domain]
    await slowing.slow_down(id, Strain.RATE, Limit(8.0, 4), words)


async def test_mailings_under_way_are_listed_and_those_that_are_over_are_not() -> None:
    sending, paused, over = await mailings.started(2), await mailings.started(3), await mailings.started(1)
    await outbox.pause(paused, "Olga paused it.")
    await outbox.cancel(over)
    found = await overview_queries.under_way("en")
    assert [(one.id, one.progress.state, one.progress.books.open) for one in found] == [
        (sending, "sending", 2),
        (paused, "paused", 3),
    ]
    assert await overview_queries.mailings() == {"sending": 1, "paused": 1}
    assert await overview_queries.unfinished() == {"queued": 5}


async def test_a_slowed_domain_is_named_when_ten_were_written_to_lately() -> None:
    mailing = await outcomes.mailing_to(example_net=10, example_com=9)
    await outcomes.settle(mailing, "example_net", "sent", 10)
    await outcomes.settle(mailing, "example_com", "sent", 9)
    for domain in ("example.net", "example.com", "example.org"):
        await slow_down(domain)
    [large], smaller = await overview_queries.slowed()
    assert (large.name, large.per_second, large.words, smaller) == ("example.net", 4.0, "421 slow down", 2)


async def test_a_slowed_domain_is_named_no_more_when_its_mailing_is_long_over() -> None:
    mailing = await outcomes.mailing_to(example_net=10)
    await outcomes.settle(mailing, "example_net", "sent", 10)
    await slow_down("example.net")
    await db.execute("UPDATE mailing SET state = 'sent', finished_at = $1", clock.now() - timedelta(days=8))
    assert await overview_queries.slowed() == ([], 1)


async def test_a_server_that_rests_says_until_when_and_why() -> None:
    async with smtp_url("smtp://one.example.org smtp://two.example.org:587?daily=100"):
        await places.server("two.example.org:587")
        await db.execute(
            "UPDATE mail_server SET rests_until = $1, rests_because = 'It has trouble.'",
            clock.now() + timedelta(seconds=50),
        )
        await db.execute(
            "INSERT INTO mail_quota (name, hour, used) VALUES ('server two.example.org:587', $1, 12)",
            clock.now().replace(minute=0, second=0, microsecond=0),
        )
        one, two = await overview_queries.outgoing()
        assert (one.server.label, one.rests_until, one.rests_because, one.used) == ("one.example.org:25", None, "", 0)
        assert (two.rests_because, two.used, two.server.daily) == ("It has trouble.", 12, 100)
        with clock.at(clock.now() + timedelta(minutes=1)):
            assert [found.rests_until for found in await overview_queries.outgoing()] == [None, None]


async def test_a_server_that_cannot_be_read_does_not_take_the_page_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as environment:
        environment.setenv("SMTP_URL", "nonsense smtp://one.example.org")
        settings.cache_clear()
        found = await overview_queries.outgoing()
    settings.cache_clear()
    assert [one.server.host for one in found] == ["one.example.org"]


async def test_single_mails_are_counted_and_late_ones_after_a_minute() -> None:
    now = clock.now()
    with clock.at(now):
        await farewell("anna@example.net")
        assert (await overview_queries.letters()).late == 0
    with clock.at(now + timedelta(seconds=90)):
        await farewell("bob@example.net")
        found = await overview_queries.letters()
        assert (found.waiting, found.late, found.unknown, found.oldest_at) == (2, 1, 0, now)


async def test_a_worker_counts_as_long_as_its_lock_is_held() -> None:
    assert await overview_queries.workers() == 0
    async with db.connection() as kept:
        await Claim(await mailings.started(1)).begin(kept)
        assert await overview_queries.workers() == 1
        await kept.execute("SELECT pg_advisory_unlock_all()")
    assert await overview_queries.workers() == 0


async def test_due_mail_that_nobody_works_on_is_noticed_after_a_minute() -> None:
    now = clock.now()
    with clock.at(now):
        await mailings.started(1)
        assert not await overview_queries.unattended()
    with clock.at(now + timedelta(seconds=90)):
        assert await overview_queries.unattended()
        await db.execute("UPDATE organisation SET frozen_at = $1", clock.now())
        assert not await overview_queries.unattended()


async def test_what_came_back_and_what_was_settled_lately() -> None:
    mailing = await outcomes.mailing_to(example_net=4)
    await outcomes.settle(mailing, "example_net", "sent", 3)
    await outcomes.settle(mailing, "example_net", "refused", 1, "gone")
    await outcomes.bounced(mailing, BounceKind.BLOCKED, 2)
    assert await overview_queries.came_back(clock.now() - timedelta(hours=1)) == {"blocked": 2}
    assert await overview_queries.settled_lately() == 4
    with clock.at(clock.now() + timedelta(hours=2)):
        assert await overview_queries.came_back(clock.now() - timedelta(hours=1)) == {}
        assert await overview_queries.settled_lately() == 0
