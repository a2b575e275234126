"""Whom targets reach today: for staff, who choose them, and for what is checked before an action opens."""

from collections.abc import Sequence

import msgspec

from service.advocacy import ledger, representing
from service.advocacy.naming import called
from service.advocacy.representing import Member
from service.advocacy.targets import Targets
from service.kit import db

LANGUAGE = "en"


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """`nowhere`: those of a parliament who sit for no area, so that no postcode leads to them.

    `unmapped`: how many of its areas no postcode leads to; people choose them by hand.
    """

    label: str
    by_area: bool
    members: list[Member]
    areas: int = 0
    nowhere: int = 0
    unmapped: int = 0


class Reach(msgspec.Struct, frozen=True):
    groups: list[Group]

    @property
    def members(self) -> list[Member]:
        """Everybody once."""
        return list({member.id: member for group in self.groups for member in group.members}.values())

    @property
    def without_address(self) -> list[Member]:
        return [member for member in self.members if not member.email]

    @property
    def bounced(self) -> list[Member]:
        return [member for member in self.members if member.email and member.bounced]

    @property
    def by_mail(self) -> int:
        """How many can be written to."""
        return len(self.members) - len(self.without_address)


async def of(targets: Targets) -> Reach:
    groups = [await _parliament(id) for id in targets.parliaments]
    groups += [await _committee(id, label) for id, label in await _committees(targets.committees)]
    if targets.people:
        groups.append(await _people("Chosen people", targets.people))
    if targets.sponsors:
        groups.append(await _people("Those who sponsor somebody", await ledger.sponsors()))
    return Reach(groups)


async def _parliament(id: int) -> Group:
    members = await representing.members(LANGUAGE, parliaments=[id])
    areas = {member.area for member in members if member.area is not None}
    row = await db.fetch_one(_PARLIAMENT, LANGUAGE, id, list(areas))
    assert row
    return Group(
        label=row["label"],
        by_area=True,
        members=members,
        areas=len(areas),
        nowhere=sum(member.area is None for member in members),
        unmapped=len(areas) - row["mapped"],
    )


async def _committees(ids: Sequence[int]) -> list[tuple[int, str]]:
    return [(row["id"], row["label"]) for row in await db.fetch(_COMMITTEES, LANGUAGE, list(ids))]


async def _committee(id: int, label: str) -> Group:
    return Group(label=label, by_area=False, members=await representing.members(LANGUAGE, committees=[id]))


async def _people(label: str, ids: Sequence[int]) -> Group:
    return Group(label=label, by_area=False, members=await representing.members(LANGUAGE, people=ids))


_PARLIAMENT = f"""
    SELECT {called("parliament", "$1")} AS label,
           (SELECT count(*) FROM area WHERE area.id = ANY($3) AND (area.kind = 'country'
               OR EXISTS (SELECT FROM place WHERE place.area = area.id))) AS mapped
      FROM parliament WHERE parliament.id = $2
"""  # noqa: S608
_COMMITTEES = f"""
    SELECT committee.id, {called("parliament", "$1")} || ': ' || {called("committee", "$1")} AS label
      FROM committee JOIN parliament ON parliament.id = committee.parliament
     WHERE committee.id = ANY($2) ORDER BY 2, 1
"""  # noqa: S608
