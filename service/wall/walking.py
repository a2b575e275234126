"""One face after the other, for a projector: each page leads to the next, and the last one to the first."""

import msgspec

from service.cases.publication import Person
from service.wall import showing
from service.wall.showing import NEWEST, Face

# Small beside the large one.
BESIDE = 9
_AFTER = "AND (w.published_at, w.id) < (SELECT published_at, id FROM wall_post WHERE key = $2)"


class Step(msgspec.Struct, frozen=True):
    """`face` is shown large, `beside` are the next ones. `after`: the key that leads there; empty for the first."""

    face: Face | None
    beside: list[Face]
    after: str


async def step(language: str, person: Person | None, after: str) -> Step:
    """Those who stand by `person`, or everybody, from the one after the post with this key on."""
    found = await _faces(language, person, after) or await _faces(language, person, "")
    if not found:
        return Step(None, [], "")
    return Step(found[0], found[1:], found[0].key if len(found) > 1 else "")


async def _faces(language: str, person: Person | None, after: str) -> list[Face]:
    args: list[object] = [1 + BESIDE]
    where = ""
    if after:
        args.append(after)
        where = _AFTER
    if person:
        args.append(person.id)
        where += f" AND w.prisoner = ${len(args)}"
    return await showing.faces(language, f"{where} {NEWEST} LIMIT $1", *args)
