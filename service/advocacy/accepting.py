"""What staff decide about the differences of a file. A decision is taken once, whoever sends it again."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from service.advocacy import elections, register_import, register_known, registering
from service.advocacy.register_comparing import CONTACTS, FIELDS
from service.advocacy.register_known import Mandate, Member, Seat
from service.advocacy.registering import Areas, NoArea
from service.auth import audit
from service.kit import clock, db
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence

CHANGED_SINCE = "This was changed here after the file was compared. Please look at it once more."
ALREADY_KNOWN = "Somebody with this id is in the register already."
NO_AREA = "The area of this mandate is not in the register. Please accept it first."
_DECIDE = """
    UPDATE register_difference d SET decision = $3, decided_by = $4, decided_at = $5
     WHERE register_import = $1 AND id = ANY($2) AND decision = ''
    RETURNING id, subject, kind, label, representative, before, after
"""
_NEEDED = """
    SELECT id FROM register_difference WHERE register_import = $1 AND decision = '' AND kind = 'new' AND (
        (subject = 'area' AND (after->>'kind', after->>'code') IN (SELECT * FROM unnest($2::text[], $3::text[])))
        OR (subject = 'committee'
            AND (after->>'parliament', after->>'code') IN (SELECT * FROM unnest($4::text[], $5::text[]))))
"""


class NothingOpen(Problem):
    code = "nothing_open"
    status = 409
    sentence = Sentence("This was decided already, or a later file has overtaken it. Nothing was changed.")


class Outcome(msgspec.Struct):
    """`left`: what stays open, and why."""

    accepted: int = 0
    left: list[tuple[str, str]] = []


class _Import(msgspec.Struct, frozen=True):
    id: int
    source: str
    as_of: date
    countries: dict[str, str]


class _Difference(msgspec.Struct, frozen=True):
    id: int
    subject: str
    kind: str
    label: str
    representative: int | None
    before: dict[str, Any]
    after: dict[str, Any]


async def harmless(import_id: int, subject: str = "", kind: str = "") -> list[int]:
    """The ids of all that nobody has to look at one by one."""
    rows = await db.fetch(
        "SELECT id FROM register_difference WHERE register_import = $1 AND decision = '' AND twice = ''"
        " AND ($2 = '' OR subject = $2) AND ($3 = '' OR kind = $3) ORDER BY id",
        *(import_id, subject, kind),
    )
    return [row["id"] for row in rows]


async def accept(import_id: int, differences: Sequence[int], by: int | None) -> Outcome:
    """Writes them into the register, with the areas and committees that they need. Raises NothingOpen.

    What no longer fits stays open, with the reason.
    """
    async with db.transaction():
        await db.have_patience()
        await register_import.one_at_a_time()
        of = await _import(import_id)
        taken = await _decided(import_id, differences, "accepted", by)
        taken += await _decided(import_id, await _needed(import_id, taken), "accepted", by, required=False)
        outcome = Outcome(len(taken), [])
        await _areas(of, [one for one in taken if one.subject == "area"])
        for one in taken:
            if one.subject == "committee":
                what = one.before if one.kind == "changed" else one.after
                await registering.name_committee(what["parliament"], what["code"], one.after["names"])
        areas = await registering.areas()
        await _places(of, areas, [one for one in taken if one.subject == "places"], outcome)
        members = [one for one in taken if one.subject == "member"]
        await _new(of, areas, [one for one in members if one.kind == "new"], outcome)
        await _changed(of, areas, [one for one in members if one.kind != "new"], outcome)
        outcome.accepted -= len(outcome.left)
        await register_import.close_decided()
        await _note("register.accepted", import_id, by, outcome.accepted)
        await db.execute(
            "UPDATE register_import SET begun_at = NULL WHERE id = $1 AND is_election AND $2",
            import_id,
            bool(members),
        )
        await elections.begin()
    return outcome


async def reject(import_id: int, differences: Sequence[int], by: int | None) -> int:
    """They are not shown again until a file says something else. Raises NothingOpen."""
    async with db.transaction():
        taken = await _decided(import_id, differences, "rejected", by)
        await register_import.close_decided()
        await _note("register.rejected", import_id, by, len(taken))
    return len(taken)


async def reconsider(import_id: int, difference: int, by: int | None) -> None:
    """What was rejected waits again. Raises NothingOpen."""
    async with db.transaction():
        reopened = await db.execute(
            "UPDATE register_difference SET decision = '', decided_by = NULL, decided_at = NULL"
            " WHERE register_import = $1 AND id = $2 AND decision = 'rejected'",
            *(import_id, difference),
        )
        if not reopened:
            raise NothingOpen
        await db.execute("UPDATE register_import SET closed_at = NULL WHERE id = $1", import_id)
        await _note("register.reconsidered", import_id, by, 1)


async def _decided(
    import_id: int, differences: Sequence[int], decision: str, by: int | None, required: bool = True
) -> list[_Difference]:
    rows = await db.fetch(_DECIDE, import_id, list(differences), decision, by, clock.now())
    if required and not rows:
        raise NothingOpen
    found = [
        _Difference(
            **{**row, "before": msgspec.json.decode(row["before"]), "after": msgspec.json.decode(row["after"])}
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.id)


async def _needed(import_id: int, taken: Sequence[_Difference]) -> list[int]:
    mandates = [each for one in taken for each in one.after.get("mandates", ())]
    areas = {(each.get("kind", ""), each.get("area", "")) for each in mandates}
    areas |= {(one.before["kind"], one.before["code"]) for one in taken if one.subject == "places"}
    seats = {(each["parliament"], each["code"]) for one in taken for each in one.after.get("seats", ())}
    rows = await db.fetch(
        _NEEDED,
        *(import_id, [kind for kind, _code in areas], [code for _kind, code in areas]),
        *([parliament for parliament, _code in seats], [code for _parliament, code in seats]),
    )
    return [row["id"] for row in rows]


async def _areas(of: _Import, differences: Sequence[_Difference]) -> None:
    for one in differences:
        if one.kind == "new":
            await registering.add_area(one.after, of.source)
        else:
            await registering.change_area(one.before["id"], one.after)


async def _places(of: _Import, areas: Areas, differences: Sequence[_Difference], outcome: Outcome) -> None:
    for one in differences:
        country, kind, code = (one.before[part] for part in ("country", "kind", "code"))
        try:
            area = areas.find(country, kind, code, of.as_of)
        except NoArea:
            await _leave([(one, NO_AREA)], outcome)
            continue
        await registering.change_places(area, country, one.after["added"], one.after["gone"])


async def _new(of: _Import, areas: Areas, differences: Sequence[_Difference], outcome: Outcome) -> None:
    known = await _known_ids(differences)
    fresh: list[tuple[_Difference, list[tuple[Mandate, int | None]]]] = []
    for one in differences:
        if known & one.after["ids"].items():
            await _leave([(one, ALREADY_KNOWN)], outcome)
            continue
        try:
            fresh.append((one, _placed(of, areas, one)))
        except NoArea:
            await _leave([(one, NO_AREA)], outcome)
    ids = await registering.add_members([_row_of_new(of, one) for one, _mandates in fresh])
    await registering.write_mandates(
        [(id, mandates) for id, (_one, mandates) in zip(ids, fresh, strict=True)], of.source
    )
    await registering.write_seats([(id, _seats(one)) for id, (one, _mandates) in zip(ids, fresh, strict=True)])
    await db.execute_many(
        "UPDATE register_difference SET representative = $2 WHERE id = $1",
        [(one.id, id) for id, (one, _mandates) in zip(ids, fresh, strict=True)],
    )


async def _changed(of: _Import, areas: Areas, differences: Sequence[_Difference], outcome: Outcome) -> None:
    """What somebody changed here since is left for another look."""
    ids = [one.representative for one in differences if one.representative]
    present = {member.id: member for member in await register_known.members(ids, locked=True)}
    fresh: list[tuple[_Difference, Member, list[tuple[Mandate, int | None]]]] = []
    for one in differences:
        member = present.get(one.representative or 0)
        if member is None or not _fits(member, one.before):
            await _leave([(one, CHANGED_SINCE)], outcome)
            continue
        try:
            fresh.append((one, member, _placed(of, areas, one)))
        except NoArea:
            await _leave([(one, NO_AREA)], outcome)
    await registering.change_members([_row(of, one, member) for one, member, _mandates in fresh])
    await registering.write_mandates([(member.id, mandates) for _one, member, mandates in fresh], of.source)
    await registering.write_seats([(member.id, _seats(one)) for one, member, _mandates in fresh])
    await registering.leave_committees([member.id for _one, member, _mandates in fresh])


def _placed(of: _Import, areas: Areas, one: _Difference) -> list[tuple[Mandate, int | None]]:
    """The mandates of a difference, each with its area. Raises NoArea."""
    mandates = msgspec.convert(one.after.get("mandates", []), list[Mandate])
    return [(each, _area(of, areas, each)) for each in mandates]


def _area(of: _Import, areas: Areas, mandate: Mandate) -> int | None:
    if not mandate.kind or mandate.id:
        return None
    # A mandate of long ago goes on for an area of today.
    day = max(mandate.since or of.as_of, of.as_of)
    return areas.find(of.countries[mandate.parliament], mandate.kind, mandate.area, day)


def _seats(one: _Difference) -> list[Seat]:
    return msgspec.convert(one.after.get("seats", []), list[Seat])


def _row_of_new(of: _Import, one: _Difference) -> dict[str, Any]:
    said = {field: one.after.get(field, [] if field == "languages" else "") for field in FIELDS}
    has_contact = any(said[field] for field in CONTACTS)
    source = {"source": of.source, "retrieved_on": clock.now().date()} if has_contact else {"source": ""}
    return said | source | {"external": one.after["ids"]}


def _row(of: _Import, one: _Difference, member: Member) -> dict[str, Any]:
    """Everything of a member as it is then."""
    ours = {field: getattr(member, field) for field in ("id", *FIELDS, "source", "retrieved_on")}
    said = {field: one.after[field] for field in FIELDS if field in one.after}
    then = ours | said | {"external": member.external | one.after.get("ids", {})}
    if said.keys() & CONTACTS.keys():
        then |= {"source": of.source, "retrieved_on": clock.now().date()}
    return then


def _fits(member: Member, before: dict[str, Any]) -> bool:
    """Whether all that a difference compared is still so."""
    mandates = {each.id: each for each in member.mandates}
    seats = {(each.parliament, each.code): each for each in member.seats}
    return (
        all(getattr(member, field) == before[field] for field in FIELDS if field in before)
        and all(mandates.get(each.id) == each for each in msgspec.convert(before.get("mandates", []), list[Mandate]))
        and all(
            seats.get((each.parliament, each.code)) == each
            for each in msgspec.convert(before.get("seats", []), list[Seat])
        )
    )


async def _known_ids(differences: Sequence[_Difference]) -> set[tuple[str, str]]:
    schemes = sorted({scheme for one in differences for scheme in one.after["ids"]})
    rows = await db.fetch("SELECT external FROM representative WHERE external ?| $1", schemes)
    return {item for row in rows for item in msgspec.json.decode(row["external"]).items()}


async def _leave(differences: Iterable[tuple[_Difference, str]], outcome: Outcome) -> None:
    """Open again, with the reason."""
    for one, reason in differences:
        outcome.left.append((one.label, reason))
        await db.execute(
            "UPDATE register_difference SET decision = '', decided_by = NULL, decided_at = NULL, twice = $2"
            " WHERE id = $1",
            *(one.id, reason),
        )


async def _import(import_id: int) -> _Import:
    row = await db.fetch_one("SELECT id, source, as_of FROM register_import WHERE id = $1 FOR UPDATE", import_id)
    if row is None:
        raise NotFound
    countries = {each["key"]: each["country"] for each in await db.fetch("SELECT key, country FROM parliament")}
    return _Import(row["id"], row["source"], row["as_of"], countries)


async def _note(action: str, import_id: int, by: int | None, differences: int) -> None:
    await audit.record(by, action, f"register import {import_id}", {"differences": differences})
