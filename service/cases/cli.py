"""`hundredfold cases …`: compare a list of a source with the records, and accept what needs nobody's look."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from service.cases import comparing, queries, review, review_queries, review_words
from service.cases.review_queries import Change
from service.cases.sources import viasna
from service.cases.sources.found import File
from service.cases.sources.spreadsheet import LARGEST
from service.kit.commands import asynchronous, fail, show

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def cases() -> None:
    """Lists of people: what differs from the records, and accepting it."""


@cases.command(name="import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--form", type=click.Choice(list(comparing.FORMS)), default="viasna", show_default=True)
@click.option("--organisation", default="", help="Whose list it is; Viasna for Viasna's form.")
@click.option("--part", is_flag=True, help="Not the whole list: who is missing is not gone.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON, for a script.")
@asynchronous
async def import_list(files: tuple[Path, ...], form: str, organisation: str, part: bool, as_json: bool) -> None:
    """Compare FILES with the records. No record changes; what differs waits to be decided."""
    too_large = next((file.name for file in files if file.stat().st_size > LARGEST), None)
    if too_large:
        fail(f"{too_large} is larger than {LARGEST // 1_000_000} MB.")
    whose = organisation or (viasna.ORGANISATION if form == "viasna" else "")
    read = [File(file.name, file.read_bytes()) for file in files]
    found = await review_queries.one(await comparing.compare(read, form, whose, whole=not part))
    for trouble in await review_queries.troubles(found.id):
        print(_printable(f"{trouble.file}, row {trouble.line}: {trouble.sentence}"), file=sys.stderr)
    counts = {field: getattr(found, field) for field in ("rows", "people", "unchanged", "waiting", "held", "unread")}
    show(
        {"list": found.id, **counts} if as_json else [found],
        as_json,
        lambda one: (
            f"List {one.id}: {one.people} people, {one.unchanged} unchanged, {one.waiting} differences to decide"
            f" ({one.held} held back). See them with `hundredfold cases changes {one.id}`."
        ),
    )


@cases.command()
@click.argument("list_id", metavar="ID", type=click.IntRange(1, 2**31))
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@asynchronous
async def changes(list_id: int, as_json: bool) -> None:
    """What list ID says otherwise, as far as nobody has decided."""
    await review_queries.one(list_id)
    places = {facility.id: facility.name for facility in await queries.facilities()}
    waiting = await review_queries.waiting(list_id)
    show([_plain(each) for each in waiting] if as_json else waiting, as_json, lambda each: _line(each, places))


@cases.command()
@click.argument("list_id", metavar="ID", type=click.IntRange(1, 2**31))
@click.option("--harmless", is_flag=True, required=True, help="All that nobody has to look at one by one.")
@asynchronous
async def accept(list_id: int, harmless: bool) -> None:
    """Write the differences of list ID into the records, but those that are held back."""
    await review_queries.one(list_id)
    outcome = await review.accept(list_id, await review.harmless(list_id), None)
    print(f"Accepted: {outcome.accepted} for {outcome.people} people. Unsent mails stopped: {outcome.stopped}.")
    for label, reason in outcome.left:
        print(_printable(f"Still open: {label}. {reason}"), file=sys.stderr)


def _plain(change: Change) -> dict[str, Any]:
    fields = ("id", "external_id", "label", "kind", "field", "old", "new", "held")
    return {field: getattr(change, field) for field in fields}


def _line(change: Change, places: dict[int, str]) -> str:
    [person] = review_words.people([change], places)
    [row] = person.rows
    old, new = (", ".join(text for _language, text in lines) for lines in (row.old, row.new))
    held = f"  [held: {change.held}]" if change.held else ""
    return _printable(f"{change.id:>8}  {change.kind:<8}  {change.label}  {row.label}: {old or '–'} → {new}{held}")


def _printable(text: str) -> str:
    """Nothing of a list steers the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


COMMANDS = [cases]
