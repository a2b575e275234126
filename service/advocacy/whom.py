"""Whom an action asks, in names: for its page, before anybody has said where they live."""

from collections.abc import Sequence

import msgspec

from service.advocacy.naming import called
from service.advocacy.targets import Targets
from service.kit import db


class Whom(msgspec.Struct, frozen=True):
    """`parliaments`: of these one's own members; all others everybody may write to."""

    parliaments: list[str]
    committees: list[str]
    people: list[str]
    sponsors: bool


async def of(targets: Targets, language: str) -> Whom:
    return Whom(
        parliaments=await _names(_PARLIAMENTS, targets.parliaments, language),
        committees=await _names(_COMMITTEES, targets.committees, language),
        people=await _names(_PEOPLE, targets.people),
        sponsors=targets.sponsors,
    )


async def _names(query: str, ids: Sequence[int], *language: str) -> list[str]:
    rows = await db.fetch(query, list(ids), *language) if ids else []
    return [row["name"] for row in rows]


_PARLIAMENTS = f"SELECT {called('parliament', '$2')} AS name FROM parliament WHERE id = ANY($1) ORDER BY id"  # noqa: S608
_COMMITTEES = f"""
    SELECT {called("committee", "$2")} || ' (' || {called("parliament", "$2")} || ')' AS name
      FROM committee JOIN parliament ON parliament.id = committee.parliament
     WHERE committee.id = ANY($1) ORDER BY name
"""  # noqa: S608
_PEOPLE = "SELECT name FROM representative WHERE id = ANY($1) ORDER BY coalesce(nullif(family_name, ''), name), name"
