"""What the features above keep of a person: each says so in its `about_people.py`, which is found by its name.

Nothing has to be imported for it first, so that no process hands over or erases less than another.
"""

import importlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from service.kit import db, paths, sealing

Row = dict[str, Any]


class Kept(msgspec.Struct, frozen=True):
    """One kind of thing. `tell` and `erase` get all sealed forms of an address; `erase` says how many it found.

    `words`: for one and for many, with {number}. `line`: one of the rows that `tell` gives, in short, for staff.
    """

    name: str
    words: tuple[str, str]
    tell: Callable[[Sequence[bytes]], Awaitable[list[Row]]]
    erase: Callable[[Sequence[bytes]], Awaitable[int]]
    line: Callable[[Row], str]


class Told(msgspec.Struct, frozen=True):
    """All of one kind that is kept of somebody, for a page."""

    heading: str
    lines: list[str]


async def tell(address: str) -> dict[str, list[Row]]:
    """All that there is about a (normalised) address, by its name; kinds of which there is nothing are left out."""
    told = {kept.name: await kept.tell(sealing.address_candidates(address)) for kept in everywhere()}
    return {name: rows for name, rows in told.items() if rows}


async def in_short(address: str) -> list[Told]:
    told = await tell(address)
    return [
        Told(_counted(kept, len(told[kept.name])), [kept.line(row) for row in told[kept.name]])
        for kept in everywhere()
        if kept.name in told
    ]


async def erase(address: str) -> list[str]:
    """In the transaction of the erasure: how much of each kind is gone, in words."""
    sealed = sealing.address_candidates(address)
    return [_counted(kept, gone) for kept in everywhere() if (gone := await kept.erase(sealed))]


def everywhere() -> list[Kept]:
    files = sorted((paths.ROOT / "service").glob("*/about_people.py"))
    modules = [importlib.import_module(f"service.{file.parent.name}.about_people") for file in files]
    return [kept for module in modules for kept in module.KEPT]


def plain(row: db.Record | Row, *columns: str) -> Row:
    """Some columns of a row as JSON holds them."""
    return {column: moment(row[column]) for column in columns or row.keys()}


def moment(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else value


def _counted(kept: Kept, number: int) -> str:
    return kept.words[number != 1].format(number=number)
