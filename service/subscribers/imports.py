"""An import from the upload to its end: what staff decide about it. The rows themselves are `importing`'s."""

from datetime import timedelta

import msgspec

from service.auth import audit
from service.kit import clock, db, jobs
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import LANGUAGES, Sentence
from service.subscribers import csv_reading, import_queries, list_queries, mapping, sniffing, spool, topics
from service.subscribers.csv_reading import Dialect, Row
from service.subscribers.import_queries import Import
from service.subscribers.intake import Taken
from service.subscribers.mapping import Plan

PREVIEW = 20
FILE_KEPT = timedelta(days=2)
REFUSED_KEPT = timedelta(days=30)
_BROKEN_OFF = timedelta(hours=2)
RUN = "subscribers.run_import"
_NAME = 200
_CONSENT = 500


class MovedOn(Problem):
    code = "import_state"
    status = 409
    sentence = Sentence("This import has moved on meanwhile. Please look at its present state and try again.")


class Choice(msgspec.Struct, frozen=True):
    """What staff decide about a file before it is read."""

    columns: list[str]
    has_header: bool
    encoding: str
    delimiter: str
    mailing_list: int
    language: str
    topics: list[str]
    consent: str


async def upload(taken: Taken, name: str, mailing_list: int, language: str) -> int:
    """Keeps a file that was taken in, with a suggestion of how to read it. Raises TooManyColumns or NotFound."""
    try:
        start_of_file = next(spool.chunks(taken.file))
        found = sniffing.look(start_of_file, taken.encoding)
        plan = _suggested(start_of_file, taken.encoding, found)
        return await _store(taken, name[-_NAME:], mailing_list, language, found.delimiter, plan)
    except BaseException:
        spool.delete(taken.file)
        raise


async def required(id: int) -> Import:
    """Raises NotFound."""
    found = await import_queries.one(id)
    if found is None:
        raise NotFound
    return found


def first_rows(job: Import, most: int = PREVIEW) -> tuple[list[str], list[Row]]:
    """The names of the columns (made up where the file has none) and the first rows. Raises FileGone."""
    found: list[Row] = []
    chunks = spool.chunks(job.file, job.plan.start)
    for row in csv_reading.rows(chunks, Dialect(job.encoding, job.delimiter), job.plan.start):
        found.append(row)
        if len(found) > most:
            break
    width = min(max((len(row.cells) for row in found), default=1), csv_reading.MOST_CELLS)
    names = [f"Column {number}" for number in range(1, width + 1)]
    if job.plan.has_header and found:
        names[: len(found[0].cells)] = found.pop(0).cells
    return names, found[:most]


async def decide(id: int, choice: Choice) -> None:
    """Writes down how the file is to be read; what cannot be chosen stays as it was. Raises MovedOn."""
    job = await required(id)
    chosen = await _possible(choice, job)
    plan = Plan(chosen.columns, chosen.has_header, job.plan.start)
    if chosen.delimiter != job.delimiter:
        found = sniffing.Look(job.plan.start, chosen.delimiter, chosen.has_header)
        plan = _suggested(next(spool.chunks(job.file)), chosen.encoding, found)
    kept = await db.execute(
        "UPDATE subscriber_import SET mapping = $2, encoding = $3, delimiter = $4, mailing_list = $5, language = $6,"
        " topics = $7, consent = $8, state = 'uploaded', finished_at = NULL"
        " WHERE id = $1 AND file <> '' AND (state = 'uploaded' OR (state = 'finished' AND dry_run))",
        id,
        msgspec.json.encode(plan).decode(),
        chosen.encoding,
        chosen.delimiter,
        chosen.mailing_list,
        chosen.language,
        topics.known(chosen.topics),
        chosen.consent[:_CONSENT],
    )
    if not kept:
        raise MovedOn


async def start(id: int, account: int | None, dry_run: bool) -> None:
    """Lets the worker begin. Raises Invalid while something is missing, MovedOn when it cannot begin any more."""
    async with db.transaction():
        job = await required(id)
        _require_ready(job)
        begun = await db.execute(
            "UPDATE subscriber_import SET state = 'queued', dry_run = $2, position = $3, rows = 0, created = 0,"
            " updated = 0, unchanged = 0, suppressed = 0, bad = 0, unspoken = 0, topicless = 0,"
            " lease_until = NULL, finished_at = NULL"
            " WHERE id = $1 AND file <> '' AND (state = 'uploaded' OR (state = 'finished' AND dry_run))",
            id,
            dry_run,
            job.plan.start,
        )
        if not begun:
            raise MovedOn
        await db.execute("DELETE FROM import_problem WHERE of_import = $1", id)
        action = "import.rehearsed" if dry_run else "import.started"
        await audit.record(account, action, f"import {id}", {"list": job.list_name})
        jobs.enqueue(RUN, id)


async def cancel(id: int, account: int | None) -> None:
    """Ends it where it is; who was imported stays. Twice is fine. Raises MovedOn when it is over."""
    async with db.transaction():
        job = await required(id)
        ended = await db.execute(
            "UPDATE subscriber_import SET state = 'cancelled', file = '', lease_until = NULL, finished_at = $2"
            " WHERE id = $1 AND (state IN ('uploaded', 'queued', 'running') OR (state = 'finished' AND file <> ''))",
            id,
            clock.now(),
        )
        if not ended and job.state != "cancelled":
            raise MovedOn
        if ended:
            await audit.record(account, "import.cancelled", f"import {id}", {"list": job.list_name})
    if job.file:
        spool.delete(job.file)


async def sweep() -> None:
    """Goes on with imports whose worker was lost, and destroys what was kept for long enough."""
    for id in await import_queries.waiting(clock.now()):
        jobs.enqueue(RUN, id)
    await db.execute(
        "UPDATE subscriber_import SET file = '', finished_at = coalesce(finished_at, $1),"
        " state = CASE WHEN state = 'finished' THEN state ELSE 'failed' END,"
        " failure = CASE WHEN state = 'finished' THEN '' ELSE $3 END WHERE file <> '' AND created_at < $2",
        clock.now(),
        clock.now() - FILE_KEPT,
        "The file waited for two days and was destroyed.",
    )
    await import_queries.remove_problems(clock.now() - REFUSED_KEPT)
    await _destroy_files()


async def _destroy_files() -> None:
    """Files past their time, and those of an upload that broke off."""
    wanted = await import_queries.files()
    for name, written in spool.kept():
        age = clock.now().timestamp() - written
        if age > FILE_KEPT.total_seconds() or (name not in wanted and age > _BROKEN_OFF.total_seconds()):
            spool.delete(name)


async def _possible(choice: Choice, job: Import) -> Choice:
    lists = dict(await list_queries.choices())
    return msgspec.structs.replace(
        choice,
        encoding=choice.encoding if choice.encoding in sniffing.ENCODINGS else job.encoding,
        delimiter=choice.delimiter if choice.delimiter in sniffing.DELIMITERS else job.delimiter,
        mailing_list=choice.mailing_list if choice.mailing_list in lists else job.mailing_list,
        language=choice.language if choice.language in LANGUAGES else job.language,
    )


def _suggested(start_of_file: bytes, encoding: str, found: sniffing.Look) -> Plan:
    rows = csv_reading.rows([start_of_file[found.start :]], Dialect(encoding, found.delimiter))
    sample = [row.cells for row in rows]
    header = sample[0] if sample and found.has_header else []
    width = max((len(cells) for cells in sample[:PREVIEW]), default=1)
    names = [*header, *[""] * (width - len(header))][: csv_reading.MOST_CELLS]
    return Plan(mapping.suggest(names, sample[bool(header) :]), found.has_header, found.start)


async def _store(taken: Taken, name: str, mailing_list: int, language: str, delimiter: str, plan: Plan) -> int:
    id: int | None = await db.fetch_value(
        "INSERT INTO subscriber_import (mailing_list, file, name, state, dry_run, encoding, delimiter, mapping,"
        " language, topics, consent, size, position, rows, created, updated, unchanged, suppressed, bad,"
        " unspoken, topicless, failure, created_at)"
        " SELECT l.id, $2, $3, 'uploaded', false, $4, $5, $6, $7, '{}', '', $8, 0, 0, 0, 0, 0, 0, 0,"
        " 0, 0, '', $9 FROM mailing_list l WHERE l.id = $1 AND l.archived_at IS NULL RETURNING id",
        mailing_list,
        taken.file,
        name,
        taken.encoding,
        delimiter,
        msgspec.json.encode(plan).decode(),
        language,
        taken.size,
        clock.now(),
    )
    if id is None:
        raise NotFound
    return id


def _require_ready(job: Import) -> None:
    wrong: dict[str, Sentence] = {}
    columns = mapping.problem(job.plan.columns)
    if columns:
        wrong["columns"] = Sentence(columns)
    if not job.consent:
        wrong["consent"] = Sentence("Please write where the agreement of these people comes from.")
    if wrong:
        raise Invalid(wrong)
