"""Adding, moving and removing blocks. A place is "2", or "1.left.0" inside columns."""

import copy
from typing import Any

import msgspec

from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.rendering import blocks
from service.rendering.blocks import KINDS, MOST_BLOCKS, SIMPLE, Block, Columns, Simple


class NoSuchPlace(Problem):
    code = "no_such_block"
    status = 409
    sentence = Sentence("This block is not where it was any more. Nothing else was lost; please look again.")


class TooMany(Problem):
    code = "too_many_blocks"
    status = 409
    sentence = Sentence("A mail has at most {most} blocks. Please put the rest into another mail.")


def add(content: list[Block], after: str, kind: str) -> str:
    """Puts an empty block below the one at `after` ("": at the start; "1.left": at the start of that column).

    Returns its place.
    """
    return _insert(content, after, _fresh(kind, inside="." in after))


def duplicate(content: list[Block], place: str) -> str:
    """Puts a copy below; returns its place."""
    row, number = _find(content, place)
    return _insert(content, place, copy.deepcopy(row[number]))


def move(content: list[Block], place: str, by: int) -> str:
    """One up (-1) or down (1) among its neighbours, as far as there are some; returns its place."""
    row, number = _find(content, place)
    target = min(max(number + by, 0), len(row) - 1)
    row.insert(target, row.pop(number))
    return _beside(place, target)


def remove(content: list[Block], place: str) -> Block | Simple:
    """Takes the block away and returns it, so that it can be put back."""
    row, number = _find(content, place)
    return row.pop(number)


def put_back(content: list[Block], removed: dict[str, Any]) -> str:
    """Where `{"place", "block"}` came from, or at the end when that place is gone; returns its place."""
    (block,) = blocks.decode([removed["block"]])
    try:
        row, number = _find(content, removed["place"], largest=1)
    except NoSuchPlace:
        content.append(block)
        return str(len(content) - 1)
    row.insert(number, block)
    return removed["place"]


def as_removed(place: str, block: Block | Simple) -> dict[str, Any]:
    return {"place": place, "block": msgspec.to_builtins(block)}


def count(content: list[Block]) -> int:
    """All blocks, those in columns too."""
    return sum(1 + (len(b.left) + len(b.right) if isinstance(b, Columns) else 0) for b in content)


def _fresh(kind: str, inside: bool) -> Any:
    if kind not in (SIMPLE if inside else KINDS):
        raise NoSuchPlace
    return KINDS[kind]()


def _insert(content: list[Block], after: str, block: Any) -> str:
    if count(content) >= MOST_BLOCKS:
        raise TooMany(most=MOST_BLOCKS)
    if after == "" or after.endswith(("left", "right")):
        row, number = _row(content, after), 0
        place = f"{after}.0" if after else "0"
    else:
        row, before = _find(content, after)
        number = before + 1
        place = _beside(after, number)
    row.insert(number, block)
    return place


def _find(content: list[Block], place: str, largest: int = 0) -> tuple[list[Any], int]:
    """The row that a block stands in, and its number there; `largest`: how far past the end is still a place."""
    column, _dot, number = place.rpartition(".")
    row = _row(content, column)
    if not number.isdecimal() or len(number) > 4 or int(number) >= len(row) + largest:
        raise NoSuchPlace
    return row, int(number)


def _row(content: list[Block], column: str) -> list[Any]:
    """The whole mail for "", the left column of the second block for "1.left"."""
    if column == "":
        return content
    number, _dot, side = column.partition(".")
    if number.isdecimal() and len(number) < 5 and int(number) < len(content) and side in ("left", "right"):
        columns = content[int(number)]
        if isinstance(columns, Columns):
            found: list[Any] = getattr(columns, side)
            return found
    raise NoSuchPlace


def _beside(place: str, number: int) -> str:
    column, dot, _number = place.rpartition(".")
    return f"{column}{dot}{number}"
