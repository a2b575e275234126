import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from service.kit import clock, db, files, keys, sealing
from service.kit.errors import Invalid
from service.kit.settings import settings
from service.subscribers import import_batches, import_queries, importing, imports, leaving, queries, sniffing, spool
from service.subscribers.import_queries import Import
from service.subscribers.tables import SuppressionReason
from tests.make import subscribers as make

Work = Callable[[], Any]


async def run(content: str | bytes, mailing_list: int, work: Work, dry_run: bool = False, **choice: Any) -> Import:
    id = await make.ready(content, mailing_list, **choice)
    await imports.start(id, None, dry_run=dry_run)
    await work()
    return await imports.required(id)


async def refused(job: Import) -> list[tuple[int, str]]:
    return [(row["row"], row["reason"]) for row in await import_queries.problems_after(job.id, 0, 10_000)]


async def addresses() -> set[str]:
    return {sealing.unseal_address(row["address"]) for row in await db.fetch("SELECT address FROM subscriber")}


async def test_anna_is_imported_with_all_that_her_row_says(work: Work) -> None:
    friends = await make.mailing_list()
    job = await run(
        'Email Address,First Name,Last Name,LANGUAGE,TAGS\nAnna@Example.org,Анна,Жук,fr-CH,"""Actions"",""donor"""\n',
        friends,
        work,
    )
    assert (job.state, job.created, job.bad) == ("finished", 1, 0)
    async with db.transaction():
        anna = await queries.person_at("anna@example.org")
    assert anna
    assert (anna.first_name, anna.last_name, anna.language, anna.topics) == ("Анна", "Жук", "fr", ["actions"])
    assert anna.state == "confirmed"
    [consent] = await queries.consents_of(anna.id)
    assert (consent["act"], consent["source"], consent["wording"]) == ("imported", f"import {job.id}", job.consent)
    assert [row["name"] for row in await queries.lists_of(anna.id)] == ["Friends"]


async def test_of_a_thousand_people_exactly_the_forty_bad_rows_are_reported(work: Work) -> None:
    file = make.people(1000, bad=40)
    job = await run(file.text, await make.mailing_list(), work)
    assert (job.created, job.bad, job.people) == (960, 40, 1000)
    assert [row for row, _reason in await refused(job)] == file.bad_rows
    assert await addresses() == set(file.good)
    rehearsed = await run(file.text, await make.mailing_list("Others"), work, dry_run=True)
    assert (rehearsed.created, rehearsed.updated, rehearsed.bad) == (0, 960, 40)


async def test_a_rehearsal_counts_like_the_import_and_writes_nobody_down(work: Work) -> None:
    friends, file = await make.mailing_list(), make.people(500, bad=7)
    job = await run(file.text + file.text.split("\r\n", 1)[1], friends, work, dry_run=True)
    assert (job.created, job.unchanged, job.bad) == (493, 493, 14)
    assert await addresses() == set()
    await imports.start(job.id, None, dry_run=False)
    await work()
    job = await imports.required(job.id)
    assert (job.created, job.unchanged, job.bad) == (493, 493, 14)


async def test_languages_that_we_do_not_write_in_and_people_without_a_topic_are_counted(work: Work) -> None:
    friends = await make.mailing_list()
    await make.subscriber("vera@example.org")
    text = (
        "email,language,topics\nanna@example.org,es,actions\nigor@example.org,pl,\nyan@example.org,,\n"
        "vera@example.org,es,\nanna@example.org,es,actions\n"
    )
    rehearsed = await run(text, friends, work, dry_run=True, language="fr", topics=[])
    assert (rehearsed.created, rehearsed.unspoken, rehearsed.topicless) == (3, 2, 2)
    await imports.start(rehearsed.id, None, dry_run=False)
    await work()
    job = await imports.required(rehearsed.id)
    assert (job.created, job.unspoken, job.topicless) == (3, 2, 2)


async def test_repeated_rows_across_batches_of_a_rehearsal_count_once(work: Work, monkeypatch: Any) -> None:
    monkeypatch.setattr(import_batches, "ROWS", 10)
    file = make.people(25)
    job = await run(file.text + file.text.split("\r\n", 1)[1], await make.mailing_list(), work, dry_run=True)
    assert (job.created, job.unchanged) == (25, 25)


async def test_who_unsubscribed_is_not_brought_back(work: Work) -> None:
    friends = await make.mailing_list()
    anna = await make.subscriber("anna@example.org")
    await leaving.leave(anna, "link in a mail")
    await leaving.suppress("igor@example.org", SuppressionReason.COMPLAINT, "staff")
    job = await run("email\nanna@example.org\nIGOR@example.org\nvera@example.org\n", friends, work)
    assert (job.created, job.suppressed, job.updated) == (1, 2, 0)
    person = await queries.person(anna)
    assert person
    assert person.state == "unsubscribed"
    assert await queries.lists_of(anna) == []


async def test_people_keep_the_language_the_topics_and_the_name_that_they_chose(work: Work) -> None:
    friends = await make.mailing_list()
    anna = await make.subscriber("anna@example.org", language="be", topics=["cases"], first_name="Аня")
    job = await run(
        "email,first_name,last_name,language,topics\nanna@example.org,Anna,Zhuk,en,newsletter\n", friends, work
    )
    person = await queries.person(anna)
    assert person
    assert (person.language, person.topics, person.first_name, person.last_name) == ("be", ["cases"], "Аня", "Zhuk")
    assert (job.updated, job.unchanged) == (1, 0)
    again = await run("email,last_name\nanna@example.org,Zhuk\n", friends, work)
    assert (again.updated, again.unchanged) == (0, 1)


async def test_who_never_confirmed_gets_the_topics_of_the_file_and_not_those_that_a_stranger_ticked(
    work: Work,
) -> None:
    anna = await make.subscriber("anna@example.org", state="unconfirmed", topics=["cases", "actions"], language="de")
    await run("email\nanna@example.org\n", await make.mailing_list(), work, language="fr")
    person = await queries.person(anna)
    assert person
    assert (person.state, person.topics, person.language) == ("confirmed", ["newsletter"], "fr")
    assert [row["act"] for row in await queries.consents_of(anna)] == ["imported"]


async def test_those_who_left_mailchimp_are_suppressed_and_leave_here_too(work: Work) -> None:
    anna = await make.subscriber("anna@example.org")
    job = await run(
        "Email Address,First Name,UNSUB_TIME,UNSUB_REASON\n"
        "anna@example.org,Anna,2026-01-05 10:00:00,\nigor@example.org,Ihar,2026-01-06 10:00:00,too much\n",
        await make.mailing_list(),
        work,
    )
    assert (job.created, job.suppressed) == (0, 2)
    person = await queries.person(anna)
    assert person
    assert person.state == "unsubscribed"
    later = await run("email\nigor@example.org\n", await make.mailing_list("Others"), work)
    assert (later.created, later.suppressed) == (0, 1)


async def test_listmonk_states_decide(work: Work) -> None:
    rows = [("anna", "enabled"), ("igor", "blocklisted"), ("vera", "disabled"), ("yan", "")]
    text = "uuid,email,name,attributes,status,created_at,updated_at\n" + "".join(
        f'7,{name}@example.org,{name} K,"{{""city"": ""Minsk""}}",{status},2026,2026\n' for name, status in rows
    )
    job = await run(text, await make.mailing_list(), work)
    assert (job.created, job.suppressed, job.bad) == (2, 1, 1)
    assert await addresses() == {"anna@example.org", "yan@example.org"}


async def test_a_worker_lost_in_the_middle_costs_nothing_and_repeats_nothing(work: Work, monkeypatch: Any) -> None:
    monkeypatch.setattr(import_batches, "ROWS", 30)
    file = make.people(200, bad=10)
    id = await make.ready(file.text, await make.mailing_list())
    await imports.start(id, None, dry_run=False)

    class Lost(BaseException):
        pass

    def lose(job: Import) -> None:
        if job.rows > 90:
            raise Lost

    with pytest.raises(Lost):
        await importing.run(id, tell=lose)
    halfway = await imports.required(id)
    assert (halfway.state, halfway.rows) == ("running", 120)
    await imports.sweep()
    await work()
    assert (await imports.required(id)).rows == 120
    with clock.at(clock.now() + timedelta(minutes=2)):
        await imports.sweep()
        await work()
    job = await imports.required(id)
    assert (job.state, job.created, job.bad) == ("finished", 190, 10)
    assert [row for row, _reason in await refused(job)] == file.bad_rows


async def test_a_long_import_hands_over_so_that_others_get_their_turn(work: Work, monkeypatch: Any) -> None:
    monkeypatch.setattr(import_batches, "ROWS", 30)
    monkeypatch.setattr(importing, "SLICE", 0)
    id = await make.ready(make.people(100).text, await make.mailing_list())
    await imports.start(id, None, dry_run=False)
    assert await work() == ["subscribers.run_import"] * 5
    assert (await imports.required(id)).created == 100


@pytest.mark.parametrize("dry_run", [False, True])
async def test_cancelling_stops_before_the_next_batch_and_destroys_the_file(
    database: None, monkeypatch: Any, dry_run: bool
) -> None:
    monkeypatch.setattr(import_batches, "ROWS", 10)
    id = await make.ready(make.people(100).text, await make.mailing_list())
    file = (await imports.required(id)).file
    await imports.start(id, None, dry_run=dry_run)
    cancelled: list[Any] = []

    def cancel(job: Import) -> None:
        if not cancelled:
            cancelled.append(asyncio.ensure_future(imports.cancel(id, None)))

    await importing.run(id, tell=cancel)
    await asyncio.gather(*cancelled)
    job = await imports.required(id)
    assert job.state == "cancelled"
    assert 0 < job.created < 100
    assert len(await addresses()) == (0 if dry_run else job.created)
    assert not files.path(file).exists()
    with pytest.raises(imports.MovedOn):
        await imports.start(id, None, dry_run=False)


async def test_a_worker_that_was_too_slow_changes_nothing_any_more(database: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(import_batches, "ROWS", 10)
    id = await make.ready(make.people(30).text, await make.mailing_list())
    await imports.start(id, None, dry_run=False)
    slow = await import_queries.claim(id, clock.now(), clock.now() + importing.LEASE)
    assert slow
    with clock.at(clock.now() + timedelta(minutes=2)):
        await importing.run(id)
    counts = {"created": 10, "updated": 0, "unchanged": 0, "suppressed": 0, "bad": 0}
    counts |= {"unspoken": 0, "topicless": 0}
    assert not await import_queries.advance(slow, 400, 10, counts, clock.now())
    assert (await imports.required(id)).created == 30


async def test_a_file_of_nonsense_does_not_fill_the_database(work: Work, monkeypatch: Any) -> None:
    monkeypatch.setattr(import_batches, "ROWS", 10)
    monkeypatch.setattr(import_batches, "REFUSED", 25)
    job = await run("email\n" + "nonsense\n" * 100, await make.mailing_list(), work)
    assert (job.bad, len(await refused(job))) == (100, 25)


async def test_a_person_sealed_under_the_older_secret_is_known_again(work: Work, monkeypatch: Any) -> None:
    anna = await make.subscriber("anna@example.org")
    newer = msgspec.structs.replace(settings(), secrets={1: settings().secrets[1], 2: "n" * 40})
    monkeypatch.setattr(keys, "settings", lambda: newer)
    job = await run("email\nanna@example.org\nigor@example.org\n", await make.mailing_list(), work)
    assert (job.created, job.updated) == (1, 1)
    assert await db.fetch_value("SELECT count(*) FROM subscriber") == 2
    assert (await queries.lists_of(anna))[0]["name"] == "Friends"


async def test_two_imports_of_the_same_people_at_the_same_time_take_everybody_once(database: None) -> None:
    friends, file = await make.mailing_list(), make.people(3000)
    lines = file.text.split("\r\n")
    backwards = "\r\n".join([lines[0], *reversed(lines[1:-1])])
    ids = [await make.ready(text, friends) for text in (file.text, backwards)]
    for id in ids:
        await imports.start(id, None, dry_run=False)
    await asyncio.gather(*(importing.run(id) for id in ids))
    first, second = [await imports.required(id) for id in ids]
    assert (first.state, second.state) == ("finished", "finished")
    assert first.created + second.created == 3000
    assert await db.fetch_value("SELECT count(*) FROM list_member") == 3000
    assert await db.fetch_value("SELECT count(*) FROM consent") == 3000


async def test_a_sign_up_in_the_same_moment_breaks_nothing(database: None) -> None:
    id = await make.ready("email\nanna@example.org\nigor@example.org\n", await make.mailing_list())
    await imports.start(id, None, dry_run=False)
    async with db.connection() as other:
        transaction = other.transaction()
        await transaction.start()
        await other.execute(
            "INSERT INTO subscriber (address, language, state, topics, created_at, changed_at, confirmations)"
            " VALUES ($1, 'de', 'unconfirmed', '{cases}', now(), now(), 0)",
            sealing.seal_address("anna@example.org"),
        )
        running = asyncio.create_task(importing.run(id))
        await _waits_for_a_lock()
        await transaction.commit()
    await running
    job = await imports.required(id)
    assert (job.state, job.created, job.updated) == ("finished", 1, 1)
    assert await addresses() == {"anna@example.org", "igor@example.org"}


async def test_who_is_erased_in_the_same_moment_stays_erased(database: None) -> None:
    anna = await make.subscriber("anna@example.org")
    id = await make.ready("email\nanna@example.org\n", await make.mailing_list())
    await imports.start(id, None, dry_run=False)
    hashes = await _hashes("anna@example.org")
    async with db.connection() as other:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("DELETE FROM subscriber WHERE id = $1", anna)
        await other.execute("INSERT INTO suppression (hash, reason, at) VALUES ($1, 'erased', now())", hashes[0])
        running = asyncio.create_task(importing.run(id))
        await _waits_for_a_lock()
        await transaction.commit()
    await running
    job = await imports.required(id)
    assert (job.created, job.suppressed) == (0, 1)
    assert await addresses() == set()


async def test_names_carry_no_line_break_into_a_header(work: Work) -> None:
    await run(
        'email,first_name\nanna@example.org,"Anna\r\nBcc: igor@example.org"\nvera@example.org,\u202eVe\x00ra\n',
        await make.mailing_list(),
        work,
    )
    rows = await db.fetch("SELECT first_name FROM subscriber ORDER BY id")
    assert {sealing.unseal("first_name", row["first_name"]) for row in rows} == {
        "Anna Bcc: igor@example.org",
        "Ve ra",
    }


async def test_the_waiting_file_is_unreadable_on_the_disk_and_gone_after_the_import(
    work: Work, unlikely: str
) -> None:
    id = await make.ready(f"email\n{unlikely}@example.org\n", await make.mailing_list())
    path = files.path((await imports.required(id)).file)
    assert path.stat().st_mode & 0o777 == 0o600
    assert unlikely.encode() not in path.read_bytes()
    await imports.start(id, None, dry_run=False)
    await work()
    assert not path.exists()


async def test_a_file_that_nobody_starts_is_destroyed_after_two_days(database: None) -> None:
    id = await make.ready("email\nanna@example.org\n", await make.mailing_list())
    file = (await imports.required(id)).file
    with clock.at(clock.now() + timedelta(days=2, minutes=1)):
        await imports.sweep()
    assert not files.path(file).exists()
    job = await imports.required(id)
    assert (job.state, job.failure) == ("failed", "The file waited for two days and was destroyed.")


async def test_refused_rows_are_forgotten_after_a_month(work: Work) -> None:
    job = await run("email\nanna\n", await make.mailing_list(), work)
    with clock.at(clock.now() + timedelta(days=29)):
        await imports.sweep()
    assert len(await refused(job)) == 1
    with clock.at(clock.now() + timedelta(days=31)):
        await imports.sweep()
    assert await refused(job) == []


async def test_a_file_that_is_gone_ends_the_import_with_a_sentence(work: Work) -> None:
    id = await make.ready("email\nanna@example.org\n", await make.mailing_list())
    await imports.start(id, None, dry_run=False)
    spool.delete((await imports.required(id)).file)
    await work()
    job = await imports.required(id)
    assert (job.state, job.failure) == ("failed", str(spool.FileGone()))


async def test_nothing_starts_without_the_column_of_addresses_and_the_origin_of_the_consent(database: None) -> None:
    id = await make.ready("name\nAnna\n", await make.mailing_list(), consent="")
    with pytest.raises(Invalid) as told:
        await imports.start(id, None, dry_run=False)
    assert list(told.value.fields) == ["columns", "consent"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
async def test_any_encoding_and_delimiter_of_excel_is_read(work: Work, encoding: str) -> None:
    text = "E-Mail;Vorname;Name\r\nanna@example.org;Анна;Жук\r\nigor@example.org;Игорь;Петров\r\n"
    job = await run(text.encode(encoding), await make.mailing_list(), work)
    assert (job.delimiter, job.created, job.bad) == (";", 2, 0)
    async with db.transaction():
        anna = await queries.person_at("anna@example.org")
    assert anna
    assert (anna.first_name, anna.last_name) == ("Анна", "Жук")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", sniffing.EmptyFile),
        (b"\xef\xbb\xbf \r\n", sniffing.EmptyFile),
        (b"PK\x03\x04....[Content_Types].xml", sniffing.ExcelWorkbook),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 500, sniffing.ExcelWorkbook),
        (b"PK\x03\x04....audience/members.csv", sniffing.Archive),
        (b"%PDF-1.7 ...", sniffing.NotText),
        (bytes(range(32)) * 200, sniffing.NotText),
        (b"a," * 5000 + b"\n", sniffing.TooManyColumns),
    ],
)
async def test_what_is_no_csv_is_refused_and_not_kept(database: None, content: bytes, problem: type) -> None:
    before = len(spool.kept())
    with pytest.raises(problem):
        await make.uploaded(content, await make.mailing_list())
    assert len(spool.kept()) == before


async def _hashes(address: str) -> list[bytes]:
    from service.subscribers import suppression

    return await suppression.hashes_of([address])


async def _waits_for_a_lock() -> None:
    """Returns when some statement is held up by another's row."""
    while not await db.fetch_value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
        await asyncio.sleep(0.01)
