"""`hundredfold subscribers …`: import, export, and what one person has a right to."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import msgspec
import rich_click as click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from service.kit.commands import asynchronous, fail
from service.kit.i18n import LANGUAGES
from service.organisation import queries as organisations
from service.subscribers import erasure, exporting, importing, imports, list_queries, lists, people_queries, topics
from service.subscribers.import_queries import Import
from service.subscribers.intake import Intake, Taken
from service.subscribers.people_queries import Selection
from service.subscribers.tables import Topic

SOME_REFUSED = 3
INTERRUPTED = 130
_COUNTS = ("created", "updated", "unchanged", "suppressed", "bad", "unspoken", "topicless")
_LANGUAGE = click.Choice(list(LANGUAGES))


@click.group()
def subscribers() -> None:
    """Import and export people, and answer one who asks for their data or to be forgotten."""


@subscribers.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "list_name", required=True, help="The list that they join, by name or label.")
@click.option("--create-list", is_flag=True, help="Make the list if there is none of this name.")
@click.option("--consent", default="", help="Where the agreement of these people comes from; kept with each of them.")
@click.option("--language", type=_LANGUAGE, help="For rows that name none; the organisation's fallback if left out.")
@click.option("--topics", "topic_names", default="", help=f"For rows that name none: {','.join(Topic)}.")
@click.option("--dry-run", is_flag=True, help="Only count what would happen.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Write the refused rows to this CSV.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON, for a script.")
@asynchronous
async def import_people(
    file: Path,
    list_name: str,
    create_list: bool,
    consent: str,
    language: str | None,
    topic_names: str,
    dry_run: bool,
    errors: Path | None,
    as_json: bool,
) -> None:
    """Take the people of a CSV into a list. The columns are recognised by their names.

    Ends with 0 when every row was taken, 3 when some rows were refused, and 1 when nothing could be imported.
    """
    mailing_list = await _list(list_name, create_list, dry_run)
    id = await _upload(file, mailing_list)
    try:
        await _decide(id, mailing_list, consent, language, topic_names, dry_run)
        job = await _run(id, dry_run)
    except asyncio.CancelledError:
        print("Interrupted. Who was taken so far stays; run the same command again for the others.", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    finally:
        with suppress(imports.MovedOn):
            await imports.cancel(id, None)
    if errors:
        await _write(errors, exporting.refused(job))
    _report(job, errors, as_json)


@subscribers.command()
@click.option("--list", "list_name", default="", help="Only the people of this list, by name or label.")
@click.option("--topic", type=click.Choice(list(Topic)), default=None, help="Only those who chose this topic.")
@click.option("--language", type=_LANGUAGE, help="Only those who read this language.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; standard output if left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of CSV.")
@asynchronous
async def export(list_name: str, topic: str | None, language: str | None, out: Path | None, as_json: bool) -> None:
    """Everybody who gets mail, as CSV. The export is noted in the audit."""
    mailing_list = await _list(list_name) if list_name else 0
    selection = Selection(mailing_list, topic or "", language or "")
    found = await exporting.record(selection, None)
    await _write(out, _json_lines(selection) if as_json else exporting.people(selection))
    if out:
        print(f"{found} people are in {out}.")


@subscribers.command()
@click.argument("address")
@asynchronous
async def forget(address: str) -> None:
    """Erase everything about ADDRESS: the subscription, posts on the wall, letters to members of parliament.

    With - the address is read from standard input, and so stands in no history and no list of processes.
    """
    print(erasure.in_words(await erasure.forget(_typed(address))))


@subscribers.command()
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="As JSON, to hand over.")
@asynchronous
async def person(address: str, as_json: bool) -> None:
    """Everything that is held about ADDRESS, posts and letters included; with - it is read from standard input."""
    found = await erasure.export_person(_typed(address))
    if found is None:
        fail("Nothing is held about this address.")
    elif as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_spelt_out(found)))


def _spelt_out(held: dict[str, Any], indent: str = "") -> Iterator[str]:
    """What is held, a line for each thing; what is empty is left out."""
    for name, value in held.items():
        called = f"{indent}{name.replace('_', ' ')}:"
        if value and isinstance(value, list) and isinstance(value[0], dict):
            for number, row in enumerate(value, start=1):
                yield f"{called} {number} of {len(value)}"
                yield from _spelt_out(row, indent + "    ")
        elif value not in ("", None, []):
            yield f"{called} {_in_one(value)}"


def _in_one(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _typed(address: str) -> str:
    return sys.stdin.readline() if address == "-" else address


async def _list(name: str, create: bool = False, dry_run: bool = False) -> int:
    found = await list_queries.named(name)
    if found:
        return found.id
    if dry_run:
        fail(f"There is no list “{name}” yet, and a dry run does not make one.")
    if not create:
        fail(f"There is no list “{name}”. Check the name, or add --create-list.")
    return await lists.create(name, "", None)


async def _upload(file: Path, mailing_list: int) -> int:
    fallback = (await organisations.required()).fallback_language
    return await imports.upload(await asyncio.to_thread(_taken, file), file.name, mailing_list, fallback)


def _taken(file: Path) -> Taken:
    with file.open("rb") as source, Intake() as intake:
        while part := source.read(1 << 16):
            intake.write(part)
        return intake.close()


async def _decide(
    id: int, mailing_list: int, consent: str, language: str | None, topic_names: str, dry_run: bool
) -> None:
    wanted = [name.strip() for name in topic_names.split(",") if name.strip()]
    if unknown := set(wanted) - set(Topic):
        fail(f"There is no topic “{sorted(unknown)[0]}”. Topics are {', '.join(Topic)}.")
    if not consent and not dry_run:
        fail("Please say with --consent where the agreement of these people comes from.")
    job = await imports.required(id)
    if "email" not in job.plan.columns:
        fail(_no_addresses(job))
    await imports.decide(
        id,
        imports.Choice(
            columns=job.plan.columns,
            has_header=job.plan.has_header,
            encoding=job.encoding,
            delimiter=job.delimiter,
            mailing_list=mailing_list,
            language=language or job.language,
            topics=topics.known(wanted),
            consent=consent or "dry run",
        ),
    )


def _no_addresses(job: Import) -> str:
    names, _rows = imports.first_rows(job, 1)
    shown = ", ".join("“" + "".join(letter for letter in name[:40] if letter.isprintable()) + "”" for name in names)
    return (
        f"No column of {job.name} holds e-mail addresses. It has {shown}. "
        "Call the one with the addresses “email”, “E-Mail-Adresse”, “courriel” or “адрес” and try again."
    )


async def _run(id: int, dry_run: bool) -> Import:
    """Until the import is over, whoever works on it: the worker takes it when we are too late."""
    await imports.start(id, None, dry_run)
    with _bar((await imports.required(id)).size) as tell:
        await importing.run(id, tell=tell)
        while not (job := await imports.required(id)).is_over:
            tell(job)
            await asyncio.sleep(0.5)
    return job


@contextmanager
def _bar(size: int) -> Iterator[Any]:
    """A progress bar on a terminal, nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Importing", total=size)
        yield lambda job: progress.update(task, completed=job.position, description=f"{job.people:,} rows")


def _report(job: Import, errors: Path | None, as_json: bool) -> None:
    if as_json:
        counts = {name: getattr(job, name) for name in _COUNTS}
        print(
            json.dumps({"import": job.id, "state": job.state, "dry_run": job.dry_run, "rows": job.people, **counts})
        )
    else:
        print("\n".join([_told(job), *_noted(job)]))
    if job.state != "finished":
        fail(job.failure or "The import was cancelled.")
    if job.bad:
        where = f"They are in {errors}." if errors else "See them with --errors FILE.csv."
        print(f"{job.bad} rows were refused. {where}", file=sys.stderr)
        raise SystemExit(SOME_REFUSED)


def _told(job: Import) -> str:
    would = "would be " if job.dry_run else ""
    return (
        f"{job.people} rows: {would}added {job.created}, {would}updated {job.updated}, unchanged {job.unchanged}, "
        f"not written to any more {job.suppressed}, refused {job.bad}."
    )


def _noted(job: Import) -> Iterator[str]:
    if job.unspoken:
        verb, they = ("names", "it gets") if job.unspoken == 1 else ("name", "they get")
        rows = "row" if job.unspoken == 1 else "rows"
        yield f"{job.unspoken} {rows} {verb} a language that we do not write in; {they} {LANGUAGES[job.language]}."
    if job.topicless:
        people = "person" if job.topicless == 1 else "people"
        have = "would have" if job.dry_run else "has" if job.topicless == 1 else "have"
        yield (
            f"{job.topicless} {people} {have} no topic, so only mails to a list reach them. "
            "Name some with --topics if they agreed to them."
        )


async def _json_lines(selection: Selection) -> AsyncIterator[str]:
    async for page in people_queries.everybody(selection):
        yield "".join(msgspec.json.encode(person).decode() + "\n" for person in page)


async def _write(out: Path | None, parts: AsyncIterator[str]) -> None:
    """To a file that only we may read, or to standard output."""
    try:
        with _opened(out) as file:
            async for part in parts:
                file.write(part)
            file.flush()
    except OSError as error:
        fail(f"{out or 'The standard output'} cannot be written: {error.strerror}.")


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        return
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        yield file


COMMANDS = [subscribers]
