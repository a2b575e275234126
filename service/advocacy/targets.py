"""Whom an action asks: one's own members, those of committees, chosen people, those who sponsor somebody."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from service.advocacy import ledger, representing
from service.advocacy.representing import Member
from service.kit import db


class Targets(msgspec.Struct, frozen=True, kw_only=True):
    """`parliaments`: of these the members of the supporter's area; everybody may write to all the others.

    `sponsors`: whoever already sponsors a prisoner.
    """

    parliaments: list[int] = []
    committees: list[int] = []
    people: list[int] = []
    sponsors: bool = False

    def __bool__(self) -> bool:
        return bool(self.parliaments or self.committees or self.people or self.sponsors)


class Asking(Protocol):
    """An action, as queries.py reads it."""

    @property
    def targets(self) -> Targets: ...


def needs_area(targets: Targets) -> bool:
    """Whether it depends on where somebody lives, whom they are asked to write to."""
    return bool(targets.parliaments)


async def asked(action: Asking, areas: Sequence[int], language: str) -> list[Member]:
    """To whom somebody of these areas may write in this action: first their own members, nobody twice.

    `areas`: none for whoever did not say where they live. Also members without an e-mail address.
    """
    targets = action.targets
    found: dict[int, Member] = {}
    for group in (
        await representing.members(language, areas=areas, parliaments=targets.parliaments),
        await representing.members(language, committees=targets.committees),
        await representing.members(language, people=await _chosen(targets)),
    ):
        for member in group:
            found.setdefault(member.id, member)
    return list(found.values())


async def touched_by(parliaments: Sequence[int], people: Sequence[int]) -> list[int]:
    """The actions, not over yet, that ask somebody of these parliaments or one of these people.

    That is: whose targets an election changes.
    """
    rows = await db.fetch("SELECT id, targets FROM action WHERE state <> 'closed' ORDER BY id")
    of = set(await db.fetch_value(_COMMITTEES_OF, list(parliaments)))
    sponsors = set(await ledger.sponsors())
    touched = []
    for row in rows:
        targets = msgspec.json.decode(row["targets"], type=Targets)
        if (
            set(targets.parliaments) & set(parliaments)
            or set(targets.committees) & of
            or set(targets.people) & set(people)
            or (targets.sponsors and sponsors & set(people))
        ):
            touched.append(row["id"])
    return touched


async def _chosen(targets: Targets) -> list[int]:
    return [*targets.people, *(await ledger.sponsors() if targets.sponsors else [])]


_COMMITTEES_OF = "SELECT coalesce(array_agg(id), '{}') FROM committee WHERE parliament = ANY($1)"
