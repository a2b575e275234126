"""Somebody is released: nothing that leaves afterwards names them, whatever state the mailing is in."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from service.delivery import inserts, ledger, letters, outbox, queries, sending
from service.delivery.claims import Claim, Settled
from service.kit import clock, db, tokens
from service.rendering.inserts import AREAS
from tests.make import mailings, mails, smtp
from tests.make.smtp import Received
from tests.make.staff import staff


def words(mail: Received) -> tuple[list[str], list[str]]:
    """Who stands in the shared list of a mail, and who in the reader's own."""
    body = mail.parsed.get_body(("plain",))
    assert body
    _head, _new, rest = body.get_content().replace("\r\n", "\n").partition("New\n\n")
    new, _yours, own = rest.partition("\n\nYours\n\n")
    return new.split("\n\n"), own.partition("\n\nhttps://")[0].split("\n\n")


async def prepared(count: int, shared: Sequence[int] = (), own: Sequence[int] = (), each: int = 0) -> int:
    """A mailing that is still being frozen; each reader is given `each` of `own` in turn."""
    made = await mailings.mailing({"en": mailings.naming(shared, own)})
    await mailings.audience(made, mailings.people(count))
    ids = [row["id"] for row in await db.fetch("SELECT id FROM delivery WHERE mailing = $1 ORDER BY id", made)]
    if each:
        await outbox.give(made, ids, [[own[(n + m) % len(own)] for m in range(each)] for n in range(count)])
    return made


async def started(count: int, shared: Sequence[int] = (), own: Sequence[int] = (), each: int = 0) -> int:
    made = await prepared(count, shared, own, each)
    await outbox.open(made)
    return made


async def taken_out(mailing: int) -> list[tuple[int, str, int]]:
    rows = await db.fetch("SELECT key, reason, mails FROM mailing_withdrawal WHERE mailing = $1 ORDER BY id", mailing)
    return [tuple(row) for row in rows]


@asynccontextmanager
async def held(office: smtp.PostOffice, work: Any, passes: int = 1) -> AsyncIterator[None]:
    """The server takes `passes` mails and keeps the others waiting for its answer; at the end all goes on."""
    office.gate, office.passes = asyncio.Event(), passes
    running = asyncio.create_task(work())
    while office.commands["MAIL"] < passes + sending.LANES:
        await asyncio.sleep(0.01)
    yield
    office.gate.set()
    await running
    # A server that kept so many waiting seems slow, so that some may have been put off.
    await db.execute("UPDATE delivery SET due_at = $1 WHERE state = 'queued'", clock.now())
    await sending.sweep()
    await work()


async def test_everybody_gets_the_people_that_were_chosen_for_them(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await started(4, [1, 2], [3, 4, 5], each=2)
        await work()
        own = {mail.recipient: words(mail) for mail in office.received}
    assert own == {
        "reader1@example.net": (["Maryna", "Ales"], ["Nasta", "Yury"]),
        "reader2@example.net": (["Maryna", "Ales"], ["Yury", "Volha"]),
        "reader3@example.net": (["Maryna", "Ales"], ["Volha", "Nasta"]),
        "reader4@example.net": (["Maryna", "Ales"], ["Nasta", "Yury"]),
    }
    assert await db.fetch_value("SELECT count(inserts) FROM delivery WHERE mailing = $1", mailing) == 0


async def test_the_link_to_say_that_it_was_posted_names_who_stands_in_the_mail_and_not_who_reads_it(
    work: Any,
) -> None:
    async with smtp.office() as office:
        mailing = await started(1, [1], [3, 4, 5], each=2)
        await outbox.withdraw_key(3, "released")
        await work()
        [mail] = office.received
    body = mail.parsed.get_body(("plain",))
    assert body
    [link] = [line for line in body.get_content().splitlines() if "/en/posted/" in line]
    batch, nonce, *keys = tokens.read("posted", link.rpartition("/")[2])
    assert (batch, keys) == (f"mailing {mailing}", [4, 5])
    assert len(nonce) == 18


async def test_two_mails_to_one_reader_have_links_that_nobody_can_connect(database: None) -> None:
    mailing = await started(1, [1], [3], each=1)
    [row] = await db.fetch("SELECT * FROM delivery WHERE mailing = $1", mailing)
    written = await letters.of_mailing(mailing)
    assert (await written.write(row)).message != (await written.write(row)).message


async def test_a_person_released_while_it_is_sent_stands_in_nothing_that_is_claimed_after(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await started(300, [1, 2], [3, 4, 5], each=2)
        async with held(office, work):
            assert await outbox.withdraw_key(1, "released") == 299 - sending.LANES
            await outbox.withdraw_key(4, "hidden")
        before, after = office.received[: 1 + sending.LANES], office.received[1 + sending.LANES :]
        assert all("Maryna" in words(mail)[0] for mail in before)
        assert all(words(mail)[0] == ["Ales"] for mail in after)
        assert all(sorted(words(mail)[1]) == ["Nasta", "Volha"] for mail in after)
        assert sorted(office.recipients) == sorted(address for _n, address, _name in mailings.people(300))
    books = await queries.books(mailing)
    assert books.balanced and books.sent == 300
    assert [row[:2] for row in await taken_out(mailing)] == [(1, "released"), (4, "hidden")]


async def test_a_worker_that_has_read_the_mailing_before_is_granted_nothing_more(database: None) -> None:
    mailing = await started(3, [1, 2])
    claim = Claim(mailing)
    async with db.connection() as kept:
        await claim.begin(kept)
        ids = [row["id"] for row in await claim.take(2)]
        assert await claim.turn([], ids[:1]) == set(ids[:1])
        await outbox.withdraw_key(1, "released")
        assert await claim.turn([Settled(ids[0], "sent")], ids[1:]) == set()
        assert await claim.take(10, ids[1:]) == []
        await claim.end()
        again = Claim(mailing, (await letters.of_mailing(mailing)).revision)
        await again.begin(kept)
        assert len(await again.take(10)) == 2
        assert len(await again.turn([], ids[1:])) == 1


async def test_a_mail_that_is_tried_again_names_another_than_at_first(work: Any) -> None:
    async with smtp.office(lambda phase, who: "451 4.2.0 later" if phase == "end" else None) as office:
        mailing = await started(1, [1, 2], [3, 4], each=1)
        await work()
        assert await mailings.states(mailing) == {"later": 1}
        await outbox.withdraw_key(3, "released")
        await outbox.withdraw_key(1, "died")
        office.rule = lambda phase, who: None
        await mailings.due_now(mailing)
        await sending.sweep()
        await work()
        [mail] = office.received
    assert words(mail) == (["Ales"], ["Yury"])


async def test_a_mail_under_way_that_comes_back_later_names_another(work: Any) -> None:
    async with smtp.office(lambda phase, who: "451 4.2.0 later" if phase == "end" else None) as office:
        office.gate = asyncio.Event()
        mailing = await started(1, [1, 2], [3, 4], each=1)
        running = asyncio.create_task(work())
        while not office.commands["MAIL"]:
            await asyncio.sleep(0.01)
        await outbox.withdraw_key(3, "released")
        office.gate.set()
        await running
        office.rule = lambda phase, who: None
        await mailings.due_now(mailing)
        await sending.sweep()
        await work()
        [mail] = office.received
    assert words(mail)[1] == ["Yury"]


async def test_an_unknown_mail_of_a_finished_mailing_is_sent_again_without_the_released(work: Any) -> None:
    async with smtp.office(lambda phase, who: smtp.LOSE if phase == "end" else None) as office:
        mailing = await started(1, [1, 2], [3, 4], each=1)
        await work()
        await sending.sweep()
        assert await mailings.state(mailing) == "sent"
        await outbox.withdraw_key(3, "released")
        office.rule = lambda phase, who: None
        await outbox.resend_unknown(mailing)
        await work()
        _first, again = office.received
    assert words(again)[1] == ["Yury"]


async def test_a_paused_mailing_goes_on_without_the_released(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await started(5, [1, 2])
        await outbox.pause(mailing, "Anna wants to look at it again.")
        assert await outbox.withdraw_key(2, "released") == 5
        await outbox.resume(mailing)
        await work()
        assert [words(mail)[0] for mail in office.received] == [["Maryna"]] * 5
    assert await taken_out(mailing) == [(2, "released", 5)]


async def test_opening_waits_for_a_release_that_is_being_accepted_and_looks_once_more(work: Any) -> None:
    async with smtp.office() as office:
        accepted = asyncio.Event()

        async def accept() -> None:
            async with db.transaction():
                await outbox.withdraw_key(1, "released")
                await db.execute("UPDATE organisation SET name = 'Maryna is free'")
                accepted.set()
                await asyncio.sleep(0.2)

        async with db.transaction():
            mailing = await prepared(2, [1, 2], [1, 3], each=1)
            accepting = asyncio.create_task(accept_outside(accept))
            await accepted.wait()
            freed = "SELECT 1::bigint AS key, 'released' AS reason FROM organisation WHERE name = $1"
            await outbox.open(mailing, select_gone_keys=freed, key_args=["Maryna is free"])
        await accepting
        await work()
        assert [words(mail) for mail in office.received] == [(["Ales"], ["Nasta"])] * 2
    assert await taken_out(mailing) == [(1, "released", 2)]


async def accept_outside(accept: Any) -> None:
    """In a transaction of its own, as another request has it."""
    db.engine().current_transaction.set(None)
    await accept()


async def test_a_mailing_whose_list_is_empty_now_pauses_and_says_how_to_go_on(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await started(3, [1], [3], each=1)
        olga = await staff("Olga")
        await outbox.withdraw_key(1, "released")
        assert [mail.address for mail in await mails.waiting()] == [olga.address]
        await db.execute("DELETE FROM delivery WHERE template IS NOT NULL")
        await work()
        progress = await queries.progress(mailing)
        assert progress and progress.state == "paused" and "Nobody is left" in progress.trouble
        assert not office.received
        await outbox.resume(mailing)
        await work()
        assert [words(mail) for mail in office.received] == [(["nobody"], ["Nasta"])] * 3


async def test_a_mailing_that_staff_have_paused_says_that_a_list_is_empty_now(database: None) -> None:
    mailing = await started(3, [1])
    await outbox.pause(mailing, "Anna wants to look at it again.")
    await outbox.withdraw_key(1, "released")
    progress = await queries.progress(mailing)
    assert progress and progress.state == "paused" and "Nobody is left" in progress.trouble


async def test_whose_own_list_has_nobody_left_gets_no_mail(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await started(3, [1], [3], each=1)
        await db.execute("UPDATE delivery SET state = 'unknown' WHERE subscriber = 2")
        await outbox.withdraw_key(3, "released")
        await work()
        assert not office.received
        assert await mailings.states(mailing) == {"skipped": 2, "unknown": 1}
        assert await outbox.resend_unknown(mailing) == 0
    most, *_others = await queries.reasons(mailing)
    assert (most.state, most.reason, most.count) == ("skipped", "released", 3)
    assert (await queries.books(mailing)).balanced


async def test_what_names_somebody_besides_goes_with_them_and_counts_once(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await started(2, [1, 2, 3])
        await db.execute("UPDATE mailing_insert SET about = 9 WHERE key IN (1, 2)")
        await db.execute("UPDATE mailing_insert SET about = 8 WHERE key = 3")
        assert await inserts.showing([9]) == 2
        assert await outbox.withdraw_key(9, "hidden") == 2
        await work()
        assert [words(mail)[0] for mail in office.received] == [["Nasta"]] * 2
    assert await taken_out(mailing) == [(9, "hidden", 2)]


async def test_what_has_left_is_not_touched(work: Any) -> None:
    async with smtp.office():
        mailing = await started(2, [1, 2])
        await work()
        await sending.sweep()
        assert await outbox.withdraw_key(1, "released") == 0
        assert await taken_out(mailing) == []
        assert await db.fetch_value("SELECT count(*) FROM mailing_insert WHERE key = 1") == 1


async def test_of_who_is_taken_out_nothing_is_kept_of_mails_that_have_left(work: Any) -> None:
    async with smtp.office():
        mailing = await started(2, [1, 2, 3])
        await db.execute("UPDATE mailing_insert SET about = 1 WHERE key = 3")
        await work()
        await sending.sweep()
        await outbox.withdraw_key(1, "hidden")
    kept = await db.fetch("SELECT key, html, text FROM mailing_insert WHERE mailing = $1 AND html <> ''", mailing)
    assert {row["key"] for row in kept} == {0, 2}
    assert await db.fetch_value("SELECT text FROM mailing_insert WHERE key = 1") == ""


async def test_what_lists_said_is_forgotten_once_a_mailing_is_over_for_good(work: Any) -> None:
    async with smtp.office():
        mailing = await started(1, [1, 2])
        await work()
        await sending.sweep()
        for days, said in ((1, ["Ales", "Maryna", "nobody"]), (8, ["", "", ""])):
            with clock.at(clock.now() + timedelta(days=days)):
                await inserts.forget()
            rows = await db.fetch(
                "SELECT text FROM mailing_insert WHERE mailing = $1 AND NOT personal ORDER BY text", mailing
            )
            assert [row["text"] for row in rows] == said


async def test_who_could_have_stood_in_a_mail_is_forgotten_once_it_is_over_for_good(work: Any) -> None:
    async with smtp.office(lambda phase, who: smtp.LOSE if phase == "end" and "reader1@" in who else None):
        mailing = await started(2, [1, 2], [3, 4], each=1)
        await work()
        await sending.sweep()
        later = clock.now() + inserts.KEPT_FOR + timedelta(hours=1)
        for expected, decided in ((3, False), (0, True)):
            if decided:
                await outbox.leave_unknown(mailing)
            with clock.at(later):
                await ledger.forget(clock.now() - timedelta(days=365))
            rows = await db.fetch("SELECT count(*) FILTER (WHERE personal) AS own, count(*) FROM mailing_insert")
            assert tuple(rows[0]) == (expected, expected + 3)


async def test_two_who_are_released_at_once_are_both_taken_out(database: None) -> None:
    mailing = await started(4, [1, 2, 3], [1, 2, 3, 4], each=2)
    await asyncio.gather(outbox.withdraw_key(1, "released"), outbox.withdraw_key(2, "released"))
    assert sorted(row[0] for row in await taken_out(mailing)) == [1, 2]
    assert (await letters.of_mailing(mailing)).revision == 2


async def test_a_hundred_thousand_readers_are_given_their_people_in_seconds(database: None) -> None:
    count = 100_000
    mailing = await mailings.mailing({"en": mailings.naming([], range(1, 6))})
    await db.execute(
        "INSERT INTO delivery (mailing, state, language, due_at) SELECT $1, 'queued', 'en', $2"
        " FROM generate_series(1, $3::int)",
        mailing,
        clock.now(),
        count,
    )
    ids = [row["id"] for row in await db.fetch("SELECT id FROM delivery ORDER BY id")]
    async with asyncio.timeout(20):
        await outbox.give(mailing, ids, [[n % 5 + 1, (n + 1) % 5 + 1] for n in range(count)])
    assert await db.fetch_value("SELECT count(*) FROM delivery WHERE cardinality(inserts) = 2") == count


async def test_a_cancelled_mailing_is_left_as_it_is(database: None) -> None:
    mailing = await started(2, [1, 2])
    await outbox.cancel(mailing)
    assert await outbox.withdraw_key(1, "released") == 0
    assert await taken_out(mailing) == []


async def test_who_named_an_area_is_given_it_beside_their_people_and_it_never_replaces_one(work: Any) -> None:
    mailing = await prepared(3, [1], [3, 4], each=1)
    areas = "SELECT * FROM unnest(ARRAY[1, 3]::bigint[], ARRAY[$1, $1]::bigint[]) AS s (subscriber, key)"
    assert await outbox.add_keys(mailing, ["en"], areas, [AREAS + 7]) == 2
    assert await outbox.add_keys(mailing, ["fr"], areas, [AREAS + 7]) == 0
    rows = await db.fetch("SELECT inserts FROM delivery WHERE mailing = $1 ORDER BY id", mailing)
    assert [row["inserts"] for row in rows] == [[3, AREAS + 7], [4], [3, AREAS + 7]]
    async with smtp.office() as office:
        await outbox.open(mailing)
        await outbox.withdraw_key(3, "released")
        await work()
    assert [words(mail)[1] for mail in office.received] == [["Yury"]] * 3
