"""What a misbehaving server makes of rows, books, subscribers and the mailing."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.delivery import outbox, queries, sending, transactional
from service.kit import clock, db, jobs
from tests.make import hearts, mailings, smtp
from tests.make.smtp import DROP, LOSE


def only(phase: str, answer: str, who: str = "") -> Callable[[str, str], str | None]:
    return lambda asked, recipient: answer if asked == phase and who in (recipient, "") else None


@pytest.mark.parametrize(("phase", "answer"), [("rcpt", "550 5.7.1 blocked"), ("end", "550 5.7.1 spam")])
async def test_a_refusal_that_is_about_us_marks_no_reader(work: Any, phase: str, answer: str) -> None:
    """What every other answer in every phase does: tests/faults/test_smtp_phases.py."""
    async with smtp.office(only(phase, answer)):
        await mailings.started(1)
        await work()
    row = await db.fetch_one("SELECT state, reason FROM delivery")
    assert row and tuple(row) == ("later", "sender")


@pytest.mark.parametrize("offers", [(), ("PIPELINING",)])
async def test_one_refusal_costs_nobody_else_the_mail(work: Any, offers: tuple[str, ...]) -> None:
    rule = only("rcpt", "550 5.1.1 no such user", "reader7@example.net")
    async with smtp.office(rule, offers=offers) as office:
        mailing = await mailings.started(40)
        await work()
        assert await mailings.states(mailing) == {"sent": 39, "refused": 1}
        assert len(office.received) == len(set(office.recipients)) == 39


async def test_a_greylisted_reader_gets_it_at_the_next_try(work: Any) -> None:
    async with smtp.office(only("rcpt", "450 4.7.1 greylisted", "reader2@example.net")) as office:
        mailing = await mailings.started(3)
        await work()
        assert await mailings.states(mailing) == {"sent": 2, "later": 1}
        office.rule = lambda phase, recipient: None
        with clock.at(clock.now() + timedelta(minutes=2)):
            await sending.sweep()
            await work()
        assert await mailings.states(mailing) == {"sent": 3}
        assert len(office.to("reader2@example.net")) == 1


async def test_after_two_days_of_temporary_answers_it_is_refused(work: Any) -> None:
    async with smtp.office(only("rcpt", "452 4.2.2 mailbox full")):
        mailing = await mailings.started(1)
        begun = now = clock.now()
        for _attempt in range(20):
            with clock.at(now):
                await hearts.kept_beating()
                await sending.sweep()
                await work()
            row = await db.fetch_one("SELECT state, due_at, reason FROM delivery")
            assert row
            if row["state"] == "refused":
                break
            assert row["due_at"] > now
            now = row["due_at"]
        assert row["state"] == "refused" and row["reason"] == "later"
        assert timedelta(days=1.3) < now - begun < timedelta(days=2.5)
        assert (await queries.books(mailing)).refused == 1


async def test_a_server_that_says_nul_is_quoted_without_it(work: Any) -> None:
    async with smtp.office(only("rcpt", "550 5.2.0 no\x00thing \x1b[31mred")):
        mailing = await mailings.started(1)
        await work()
        [reason] = await queries.reasons(mailing)
        assert reason.example == "550 5.2.0 no thing [31mred"


async def test_an_address_that_is_refused_as_dead_is_kept_as_a_mail_that_came_back(work: Any) -> None:
    dead = "550 5.1.1 <reader2@example.net>: no reader2 here"
    async with smtp.office(lambda phase, who: dead if phase == "rcpt" and who.startswith("reader2@") else None):
        mailing = await mailings.started(3)
        await work()
        assert await mailings.states(mailing) == {"sent": 2, "refused": 1}
    [kept] = await db.fetch("SELECT subscriber, kind, words, source FROM bounce")
    assert tuple(kept) == (2, "hard", "550 5.1.1 <‹address›>: no ‹address› here", "refused")


async def test_refusals_of_the_sender_pause_the_mailing_within_twenty_and_mark_nobody(work: Any) -> None:
    async with smtp.office(only("mail", "550 5.7.1 your domain is blocked")) as office:
        mailing = await mailings.started(300)
        await work()
        progress = await queries.progress(mailing)
        assert progress and progress.state == "paused"
        assert "blocked" in progress.trouble
        assert progress.books.refused == 0 and progress.books.open == 300
        assert office.commands["MAIL"] <= 20


async def test_paused_by_refusals_it_goes_on_when_staff_resume(work: Any) -> None:
    async with smtp.office(only("mail", "550 5.7.1 blocked")) as office:
        mailing = await mailings.started(50)
        await work()
        office.rule = lambda phase, recipient: None
        await mailings.due_now(mailing)
        await outbox.resume(mailing)
        await work()
        assert await mailings.states(mailing) == {"sent": 50}


async def test_without_a_mail_server_the_mailing_is_paused_with_a_sentence(work: Any) -> None:
    async with smtp.smtp_url(""):
        mailing = await mailings.started(3)
        await work()
        progress = await queries.progress(mailing)
        assert progress and (progress.state, progress.books.open) == ("paused", 3)
        assert "SMTP_URL" in progress.trouble


async def test_a_server_that_is_away_makes_the_mailing_wait_and_go_on_by_itself(work: Any) -> None:
    async with smtp.office(only("connect", DROP)) as office:
        mailing = await mailings.started(3)
        await work()
        progress = await queries.progress(mailing)
        assert progress and (progress.state, progress.books.open) == ("sending", 3)
        assert "does not answer" in progress.trouble
        office.rule = lambda phase, recipient: None
        with clock.at(clock.now() + timedelta(seconds=61)):
            await sending.sweep()
            await work()
        progress = await queries.progress(mailing)
        assert progress and (progress.state, progress.books.sent, progress.trouble) == ("sent", 3, "")


async def test_a_server_in_trouble_gets_a_rest_before_all_rows_have_suffered(work: Any) -> None:
    async with smtp.office(only("mail", "451 4.3.0 busy")):
        mailing = await mailings.started(300)
        await work()
        found = await mailings.states(mailing)
        assert found["later"] <= 20 and found["queued"] >= 280


async def test_transactional_mail_refused_as_sender_waits_and_is_not_lost(work: Any) -> None:
    async with smtp.office(only("mail", "550 5.7.1 blocked")):
        await transactional.send("subscribers/unsubscribed", "en", "anna@example.net", {})
        await work()
        row = await db.fetch_one("SELECT state, reason FROM delivery")
        assert row and row["state"] in ("later", "refused")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), count=st.integers(1, 60))
async def test_the_books_balance_whatever_the_server_says(database: None, work: Any, seed: int, count: int) -> None:
    chance = random.Random(seed)
    answers = [None] * 20 + [
        DROP,
        LOSE,
        "450 4.2.0 later",
        "550 5.1.1 gone",
        "550 5.7.1 blocked",
        "554 5.6.0 content",
        "421 4.3.2 closing",
        "nonsense",
    ]

    def rule(phase: str, recipient: str) -> str | None:
        answer = chance.choice(answers)
        return DROP if answer == LOSE and phase != "end" else answer

    await db.execute("TRUNCATE delivery, mailing CASCADE")
    jobs.broker().client.flushall()
    async with smtp.office(rule) as office:
        mailing = await mailings.started(count)
        for _round in range(4):
            await work()
            books = await queries.books(mailing)
            assert books.balanced and books.audience == count
            assert len(office.received) == len(set(office.recipients))
            assert books.sent <= len(office.received) <= books.sent + books.unknown
            await mailings.due_now(mailing)
            await sending.sweep()
