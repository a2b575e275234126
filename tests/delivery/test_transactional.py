"""Mails to one person: after the commit, past every campaign, sealed until they are out."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from service.delivery import claims, overview_queries, probe, sending, servers, transactional
from service.delivery.claims import Claim
from service.kit import clock, db, jobs
from service.organisation import queries as organisations
from tests.make import mailings, smtp

CONTEXT = {"organisation": "Example Solidarity", "postal_address": ""}


async def farewell(address: str) -> int:
    return await transactional.send("subscribers/unsubscribed", "en", address, CONTEXT)


async def test_it_leaves_when_the_transaction_commits_and_not_before(work: Any) -> None:
    async with smtp.office() as office:
        with pytest.raises(RuntimeError):
            async with db.transaction():
                await farewell("anna@example.net")
                raise RuntimeError
        await work()
        assert not office.received
        async with db.transaction():
            await farewell("bob@example.net")
        await work()
        assert office.recipients == ["bob@example.net"]


async def test_nothing_personal_is_readable_while_it_waits_or_after(work: Any, unlikely: str) -> None:
    async with smtp.office(lambda phase, who: "451 4.3.0 later" if phase == "rcpt" else None) as office:
        await transactional.send(
            "subscribers/unsubscribed", "en", f"{unlikely}@example.net", CONTEXT | {"organisation": unlikely}
        )
        await work()
        dump = str([tuple(row) for row in await db.fetch("SELECT * FROM delivery")])
        assert unlikely not in dump
        office.rule = lambda phase, who: None
        await mailings.due_now(None)
        await sending.sweep()
        await work()
        assert office.recipients == [f"{unlikely}@example.net"]
        row = await db.fetch_one("SELECT state, address, context FROM delivery")
        assert row and tuple(row) == ("sent", None, None)


async def test_it_does_not_wait_behind_a_campaign(work: Any) -> None:
    async with smtp.office() as office:
        office.gate, office.passes = asyncio.Event(), 1
        await mailings.started(100)
        campaign = asyncio.create_task(work())
        while office.commands["MAIL"] < 1 + sending.LANES:
            await asyncio.sleep(0.01)
        await farewell("anna@example.net")
        confirmation = asyncio.create_task(sending.send_transactional())
        while office.commands["MAIL"] < sending.LANES + 2:
            await asyncio.sleep(0.01)
        office.gate.set()
        await asyncio.gather(campaign, confirmation)
        assert office.recipients.index("anna@example.net") < 2 * sending.LANES


async def test_a_lost_queue_delays_it_until_the_clock_looks(work: Any) -> None:
    async with smtp.office() as office:
        await farewell("anna@example.net")
        jobs.broker().client.flushall()
        await work()
        assert not office.received
        await sending.sweep()
        await work()
        assert office.recipients == ["anna@example.net"]


async def test_without_a_mail_server_it_waits(work: Any) -> None:
    async with smtp.smtp_url(""):
        await farewell("anna@example.net")
        await work()
        assert await db.fetch_value("SELECT state FROM delivery") == "queued"
    async with smtp.office() as office:
        with clock.at(clock.now() + timedelta(seconds=5)):
            await sending.sweep()
            await work()
        assert office.recipients == ["anna@example.net"]


async def test_one_that_cannot_be_rendered_does_not_hold_up_the_others(work: Any) -> None:
    async with smtp.office() as office:
        await transactional.send("subscribers/unsubscribed", "en", "anna@example.net", {})
        await transactional.send("subscribers/no_such_mail", "en", "anna@example.net", CONTEXT)
        await farewell("bob@example.net")
        await work()
        assert office.recipients == ["bob@example.net"]
        rows = await db.fetch("SELECT state, reason FROM delivery ORDER BY id")
        assert [tuple(row) for row in rows] == [("refused", "content"), ("refused", "content"), ("sent", "")]


async def test_jobs_that_arrive_twice_send_once(work: Any) -> None:
    async with smtp.office() as office:
        await farewell("anna@example.net")
        await asyncio.gather(*(sending.send_transactional() for _job in range(5)))
        await work()
        assert office.recipients == ["anna@example.net"]


async def test_one_that_nobody_knows_of_is_never_sent_twice_and_forgotten_after_two_days(work: Any) -> None:
    async with smtp.office(lambda phase, who: smtp.LOSE if phase == "end" else None) as office:
        await farewell("anna@example.net")
        await work()
        for days, kept in ((1, 1), (3, 0)):
            with clock.at(clock.now() + timedelta(days=days)):
                await sending.sweep()
                await work()
            assert await db.fetch_value("SELECT count(address) FROM delivery WHERE state = 'unknown'") == kept
        assert len(office.received) == 1


async def test_smtp_test_says_in_plain_words_how_the_server_is(database: None) -> None:
    organisation = await organisations.required()
    async with smtp.office(configured=False) as office:
        found = await probe.probe(servers.server(office.url), organisation, "anna@example.net")
        assert found.works and found.lines[0] == "It answers."
        assert office.recipients == ["anna@example.net"]
        office.rule = lambda phase, who: "550 5.1.1 unknown" if phase == "rcpt" else None
        refused = await probe.probe(servers.server(office.url), organisation, "anna@example.net")
        assert not refused.works and "at RCPT" in refused.lines[-1] and "does not exist" in refused.lines[-1]
    away = await probe.probe(servers.server("smtp://127.0.0.1:1"), organisation)
    assert not away.works and "does not answer" in away.lines[0]


async def test_between_two_moments_it_leaves_and_neither_before_nor_after(work: Any) -> None:
    now = clock.now()
    opens, closes = now + timedelta(minutes=5), now + timedelta(minutes=8)
    async with smtp.office() as office:
        for address in ("anna@example.net", "ben@example.net"):
            await transactional.send("subscribers/unsubscribed", "en", address, CONTEXT, due_at=opens, until=closes)
        await work()
        assert not office.received
        await db.execute("UPDATE delivery SET due_at = $1 WHERE id = (SELECT max(id) FROM delivery)", closes)
        for minutes in (5, 8):
            with clock.at(now + timedelta(minutes=minutes)):
                await sending.sweep()
                await work()
        assert office.recipients == ["anna@example.net"]


async def test_what_was_claimed_in_time_is_not_begun_too_late(work: Any) -> None:
    now = clock.now()
    closes = now + timedelta(minutes=5)
    await transactional.send("subscribers/unsubscribed", "en", "anna@example.net", CONTEXT, until=closes)
    row = await db.fetch_value("SELECT id FROM delivery")
    claim = Claim(None)
    async with db.connection() as kept:
        await claim.begin(kept)
        assert [found["id"] for found in await claim.take(10)] == [row]
        with clock.at(closes):
            assert await claim.turn([], [row]) == set()
        assert await claim.turn([], [row]) == {row}
        await kept.execute("SELECT pg_advisory_unlock_all()")


async def test_what_was_put_off_leaves_when_it_is_allowed_again_and_nobody_is_alarmed_meanwhile(work: Any) -> None:
    now = clock.now()
    async with smtp.office() as office:
        row = await transactional.send("subscribers/unsubscribed", "en", "anna@example.net", CONTEXT, until=now)
        with clock.at(now + timedelta(minutes=5)):
            await sending.sweep()
            await work()
            assert not office.received and not await overview_queries.unattended()
            assert (await overview_queries.letters()).late == 0
            assert await transactional.allow(row, clock.now(), clock.now() + timedelta(minutes=1))
            await sending.sweep()
            await work()
        assert office.recipients == ["anna@example.net"]
        assert not await transactional.allow(row, now, now + timedelta(days=1))


async def test_in_annas_name_it_is_signed_and_passes_from_our_own_domain(work: Any) -> None:
    author = transactional.Author(name="Anna Muster", address="anna@example.org")
    async with smtp.office() as office:
        await transactional.send("subscribers/unsubscribed", "en", "rosa@example.net", CONTEXT, author=author)
        await work()
    [mail] = office.received
    own = await organisations.required()
    assert mail.parsed["From"] == f"Anna Muster via {own.sender_name} <{own.sender_address}>"
    assert (mail.parsed["Reply-To"], mail.parsed["Auto-Submitted"]) == ("anna@example.org", None)
    assert b"anna@example.org" not in mail.sender.encode()


async def test_an_author_whose_address_no_header_can_hold_is_refused(work: Any) -> None:
    author = transactional.Author(name="Anna", address="anna@example.org\r\nBcc: ben@example.org")
    async with smtp.office() as office:
        await transactional.send("subscribers/unsubscribed", "en", "rosa@example.net", CONTEXT, author=author)
        await work()
    assert not office.received and await db.fetch_value("SELECT state FROM delivery") == "refused"


async def test_what_nobody_allows_any_more_is_emptied_after_sixty_days(work: Any) -> None:
    now = clock.now()
    await transactional.send("subscribers/unsubscribed", "en", "anna@example.net", CONTEXT, until=now)
    for days, state in ((59, "queued"), (61, "skipped")):
        with clock.at(now + timedelta(days=days)):
            await claims.forget_not_allowed()
        row = await db.fetch_one("SELECT state, context IS NULL AS is_empty FROM delivery")
        assert row and tuple(row) == (state, state == "skipped")
