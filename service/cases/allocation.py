"""Who is written to by whom, fairly: those with the fewest letters for their weight come first. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from math import lcm
from random import Random

from msgspec import Struct


class Candidate(Struct, frozen=True):
    """`load`: letters of late and those to come; `weight` (1 or more): how many times as much mail as others."""

    id: int
    load: int
    weight: int = 1


def allot(candidates: Sequence[Candidate], writers: int, each: int, chance: Random) -> list[tuple[int, ...]]:
    """The ids that each writer is given: `each` different ones, or all where there are fewer candidates."""
    each = min(each, len(candidates))
    shares = quotas(candidates, writers, each, chance)
    order = [candidate.id for candidate in candidates if shares[candidate.id]]
    chance.shuffle(order)
    laid = [id for id in order for _letter in range(shares[id])]
    columns: list[list[int]] = []
    for start in range(0, writers * each, writers or 1):
        column = laid[start : start + writers]
        chance.shuffle(column)
        # Only who fills the end of one column and the beginning of the next can meet the same writer twice.
        if columns and laid[start] == laid[start - 1]:
            _part(columns[-1], column, laid[start], chance)
        columns.append(column)
    return list(zip(*columns, strict=True)) if columns else [()] * writers


def quotas(candidates: Sequence[Candidate], writers: int, each: int, chance: Random) -> dict[int, int]:
    """How many of the writers each candidate gets, by id; at most all of them.

    As if the letters were given out one by one, always to the smallest load / weight; where that is equal to the
    heaviest, and then by chance. So nobody stays at zero while somebody else gets a second letter.
    """
    total = writers * min(each, len(candidates))
    scale = lcm(*(candidate.weight for candidate in candidates))

    def below(candidate: Candidate, level: int) -> int:
        """Letters that lift the candidate up to level / scale."""
        return min(max(-(-level * candidate.weight // scale) - candidate.load, 0), writers)

    def poured(level: int) -> int:
        return sum(below(candidate, level) for candidate in candidates)

    highest = max((candidate.load + writers for candidate in candidates), default=0) * scale
    level = bisect_right(range(highest + 1), total, key=poured) - 1
    shares = {candidate.id: below(candidate, level) for candidate in candidates}
    equal = [
        candidate
        for candidate in candidates
        if (candidate.load + shares[candidate.id]) * scale == level * candidate.weight
        and shares[candidate.id] < writers
    ]
    equal.sort(key=lambda candidate: (-candidate.weight, chance.random()))
    for candidate in equal[: total - sum(shares.values())]:
        shares[candidate.id] += 1
    return shares


def _part(before: list[int], column: list[int], id: int, chance: Random) -> None:
    """Moves `id` away from the writers who have it in the column before; there is room, as no share is above all."""
    twice = [writer for writer, held in enumerate(column) if held == id and before[writer] == id]
    if not twice:
        return
    free = [writer for writer, held in enumerate(column) if held != id and before[writer] != id]
    for writer, other in zip(twice, chance.sample(free, len(twice)), strict=True):
        column[writer], column[other] = column[other], column[writer]
