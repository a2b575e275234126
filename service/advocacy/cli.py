"""`hundredfold representatives …`: compare a file with the register, see what differs, and accept it."""

import sys
from datetime import datetime
from pathlib import Path

import rich_click as click

from service.advocacy import accepting, default_register, register_import, register_queries, register_words
from service.advocacy.register.found import LARGEST
from service.advocacy.register_words import Worded
from service.kit.commands import asynchronous, fail, show

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_ID = click.IntRange(1, 2**31)


@click.group()
def representatives() -> None:
    """Members of parliament and their areas: what a file says otherwise, and accepting it."""


@representatives.command(name="import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--parliament", default="", help="Whose members these are, such as ch-nr, where the file does not say.")
@click.option("--source", default="", help="Where the file is from; known for official files.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="From which day on it is so. [default: today]")
@click.option("--election", is_flag=True, help="The members of a new parliament, who begin on the day of --as-of.")
@click.option("--part", is_flag=True, help="Not the whole register: who is missing has not left.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON, for a script.")
@asynchronous
async def import_files(
    files: tuple[Path, ...],
    parliament: str,
    source: str,
    as_of: datetime | None,
    election: bool,
    part: bool,
    as_json: bool,
) -> None:
    """Compare FILES with the register. Nothing changes; what differs waits to be decided."""
    too_large = next((file.name for file in files if file.stat().st_size > LARGEST), None)
    if too_large:
        fail(f"{too_large} is larger than {LARGEST // 1_000_000} MB.")
    made = await register_import.take(
        [(file.name, file.read_bytes()) for file in files],
        parliament=parliament,
        source=source,
        as_of=as_of.date() if as_of else None,
        is_election=election,
        whole=not part,
    )
    found = await register_queries.one(made)
    for one in found.unread:
        place = f"{one.file}, line {one.line}" if one.file else f"Line {one.line}"
        print(_printable(f"{place}: {one.why}" if one.line else one.why), file=sys.stderr)
    result = {"import": found.id, "rows": found.rows, "waiting": found.waiting, "twice": found.twice}
    show(
        result | {"unread": len(found.unread)} if as_json else [found],
        as_json,
        lambda one: (
            f"Import {one.id}: {one.rows} rows, {one.waiting} differences to decide ({one.twice} to look at twice)."
            f" See them with `hundredfold representatives differences {one.id}`."
        ),
    )


@representatives.command()
@click.argument("import_id", metavar="ID", type=_ID)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@asynchronous
async def differences(import_id: int, as_json: bool) -> None:
    """What import ID says otherwise, as far as nobody has decided."""
    await register_queries.one(import_id)
    names = await register_queries.names(import_id)
    waiting = await register_queries.waiting(import_id)
    worded = [register_words.worded(one, names) for one in waiting]
    show(waiting if as_json else worded, as_json, _line)


@representatives.command()
@click.argument("import_id", metavar="ID", type=_ID)
@click.option("--harmless", is_flag=True, required=True, help="All that nobody has to look at one by one.")
@asynchronous
async def accept(import_id: int, harmless: bool) -> None:
    """Write the differences of import ID into the register, but those to look at twice."""
    await register_queries.one(import_id)
    outcome = await accepting.accept(import_id, await accepting.harmless(import_id), None)
    print(f"Accepted: {outcome.accepted}.")
    for label, reason in outcome.left:
        print(_printable(f"Still open: {label}. {reason}"), file=sys.stderr)


@representatives.command()
@asynchronous
async def default() -> None:
    """The Swiss cantons and their postcodes, where no place is known yet."""
    added = await default_register.ensure()
    print(f"Added: {added} places." if added else "There are places already; nothing was added.")


def _line(one: Worded) -> str:
    said = "; ".join(
        f"{row.label}: {', '.join(row.before) or '–'} → {', '.join(row.after) or '–'}" for row in one.rows
    )
    twice = f"  [{one.difference.twice}]" if one.difference.twice else ""
    return _printable(f"{one.difference.id:>8}  {one.what}  {one.difference.label}  {said}{twice}")


def _printable(text: str) -> str:
    """Nothing of a file steers the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


COMMANDS = [representatives]
