"""A list compared with our records: what differs is written down for staff to decide, and no record is touched."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from service.auth import audit
from service.cases import differences, duplicates, publication, queries
from service.cases.differences import Difference, Known
from service.cases.sources import own, values, viasna
from service.cases.sources.found import File, Found, Listing
from service.cases.sources.places import Places
from service.cases.tables import ChangeKind, Decision
from service.kit import clock, db
from service.kit.errors import Invalid
from service.kit.i18n import Sentence

FORMS = {"viasna": viasna.read, "own": own.read}
MOST_FILES = 3
LONGEST_ORGANISATION = 80
_AT_ONCE = 2000
# So many may leave a list from one day to another; more of them, and it is rather a part of the list.
_FEW, _SMALL_PART = 20, 0.1
SHRUNK = "This list names far fewer people than we know from it. Please make sure that it is whole."
_LOCK = 0xCA5E5

_KNOWN = """
    SELECT p.id AS prisoner, s.external_id, p.name_be, p.name_ru, p.name_latin, p.born, p.gender, p.state,
           p.arrested_on, p.verdict_on, p.released_on, p.died_on, p.articles, p.sentence, p.biography, p.facility,
           p.whereabouts, p.sources, s.designation, s.since, s.link
      FROM prisoner_status s JOIN prisoner p ON p.id = s.prisoner
     WHERE s.organisation = $1 AND s.external_id = ANY($2)
"""
_NOT_LISTED = """
    SELECT p.id, p.name_latin, p.name_ru, p.name_be, p.other_names, p.born,
           (SELECT coalesce(string_agg(s.organisation, ', ' ORDER BY s.organisation), '') FROM prisoner_status s
             WHERE s.prisoner = p.id) AS organisations
      FROM prisoner p
     WHERE NOT EXISTS (SELECT FROM prisoner_status s
                        WHERE s.prisoner = p.id AND s.organisation = $1 AND s.external_id = ANY($2))
     ORDER BY p.id
"""
_INSERT = """
    INSERT INTO case_import (organisation, form, files, rows, people, unchanged, problems, unread, by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id
"""
_COLUMNS = (
    *("case_import", "prisoner", "organisation", "external_id", "label", "kind", "field", "old", "new", "held"),
    "decision",
)
_Key = tuple[str, str, str]


class _Change(msgspec.Struct, frozen=True):
    """A difference, and whose it is."""

    external_id: str
    label: str
    prisoner: int | None
    difference: Difference

    @property
    def key(self) -> _Key:
        return self.external_id, self.difference.kind, self.difference.field


async def compare(
    files: Sequence[File], form: str, organisation: str, whole: bool = True, by: int | None = None
) -> int:
    """Reads the files and keeps what differs; the id of the import. Raises Invalid and NotAList.

    `whole`: whether whoever is missing in it is gone from the list. It overtakes what is still open of earlier ones.
    """
    _must_be_possible(files, form, organisation)
    places = Places(await queries.facilities(), clock.now().date())
    listing = await asyncio.to_thread(FORMS[form], files, places)
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        return await _keep(listing, [values.line(file.name)[-200:] for file in files], form, organisation, whole, by)


async def add(list_id: int, organisation: str, found: Found, decision: Decision = Decision.OPEN) -> None:
    """Writes down what one person of a list differs in from their record, in a transaction of the caller."""
    rows = await db.fetch(_KNOWN, organisation, [found.external_id])
    changes = _compared([found], rows, duplicates.Known([]), organisation)
    await _write(list_id, organisation, changes, decision)


def _must_be_possible(files: Sequence[File], form: str, organisation: str) -> None:
    wrong = {}
    if not files or len(files) > MOST_FILES:
        wrong["files"] = Sentence("Please choose one to three files.")
    if form not in FORMS:
        wrong["form"] = Sentence("Please choose how the files are written.")
    if not 0 < len(organisation) <= LONGEST_ORGANISATION:
        wrong["organisation"] = Sentence("Please say whose list this is, in at most 80 letters.")
    if wrong:
        raise Invalid(wrong)


async def _keep(listing: Listing, files: list[str], form: str, organisation: str, whole: bool, by: int | None) -> int:
    changes = await _of_the_listed(listing.people, organisation)
    gone, shrunk = await _gone(listing.people, organisation) if whole else ([], False)
    everybody = whole and not shrunk
    listed = {one.external_id for one in listing.people}
    changes = await _without_the_rejected(changes + gone, organisation, listed, everybody)
    await _overtake(organisation, None if everybody else list(listed))
    differing = {change.external_id for change in changes} & listed
    made: int = await db.fetch_value(
        _INSERT,
        organisation,
        form,
        _json(files),
        listing.rows,
        len(listed),
        len(listed) - len(differing),
        _json(listing.troubles.kept),
        listing.troubles.count,
        by,
        clock.now(),
    )
    await _write(made, organisation, changes)
    detail = {"organisation": organisation, "people": len(listed), "differences": len(changes)}
    await audit.record(by, "case_list.compared", f"case list {made}", detail)
    return made


async def _of_the_listed(people: Sequence[Found], organisation: str) -> list[_Change]:
    changes: list[_Change] = []
    listed = [one.external_id for one in people]
    others = await asyncio.to_thread(duplicates.Known, await _not_listed(organisation, listed))
    for start in range(0, len(people), _AT_ONCE):
        part = people[start : start + _AT_ONCE]
        rows = await db.fetch(_KNOWN, organisation, [one.external_id for one in part])
        changes += await asyncio.to_thread(_compared, part, rows, others, organisation)
    return changes


def _compared(
    people: Sequence[Found], rows: Sequence[db.Record], others: duplicates.Known, organisation: str
) -> list[_Change]:
    known = {row["external_id"]: _known(row) for row in rows}
    changes: list[_Change] = []
    for one in people:
        ours = known.get(one.external_id)
        if ours is None:
            changes.append(_new(one, others))
        else:
            found = differences.between(one, ours, organisation)
            changes += [_Change(one.external_id, one.name, ours.prisoner, difference) for difference in found]
    return changes


def _new(one: Found, others: duplicates.Known) -> _Change:
    """With the one of our records who it may be."""
    difference, likely = differences.of_somebody_new(one), others.likely(one)
    if likely is None:
        return _Change(one.external_id, one.name, None, difference)
    held = f"This may be {likely.called[:170]}."
    return _Change(one.external_id, one.name, likely.id, msgspec.structs.replace(difference, held=held))


async def _gone(people: Sequence[Found], organisation: str) -> tuple[list[_Change], bool]:
    """Whom the organisation listed and this list does not, and whether they are suspiciously many."""
    rows = await db.fetch(
        f"SELECT s.prisoner, s.external_id, s.designation, {publication.NAME} AS name"  # noqa: S608
        " FROM prisoner_status s JOIN prisoner p ON p.id = s.prisoner"
        " WHERE s.organisation = $1 AND s.external_id IS NOT NULL AND s.external_id <> ALL($2)"
        " AND s.designation <> 'np' ORDER BY s.id",
        organisation,
        [one.external_id for one in people],
    )
    shrunk = len(rows) > _FEW and len(rows) > _SMALL_PART * (len(rows) + len(people))
    held = SHRUNK if shrunk else ""
    return [
        _Change(
            row["external_id"],
            row["name"],
            row["prisoner"],
            Difference(ChangeKind.GONE, "", row["designation"], None, held),
        )
        for row in rows
    ], shrunk


async def _without_the_rejected(
    changes: list[_Change], organisation: str, listed: set[str], whole: bool
) -> list[_Change]:
    """What was rejected is not asked again until the source says something else; then the rejection is over."""
    rows = await db.fetch(
        "SELECT id, external_id, kind, field, new FROM case_change"
        " WHERE organisation = $1 AND decision = 'rejected' ORDER BY id",
        organisation,
    )
    asked = {change.key: change for change in changes}
    over, silent = [], set()
    for row in rows:
        key: _Key = (row["external_id"], row["kind"], row["field"])
        if key in asked and _said(row["kind"], asked[key].difference.new) == _said(row["kind"], _object(row["new"])):
            silent.add(key)
        elif row["external_id"] in listed or whole:
            over.append(row["id"])
    await db.execute("UPDATE case_change SET decision = 'overtaken' WHERE id = ANY($1)", over)
    return [change for change in changes if change.key not in silent]


def _said(kind: str, new: Any) -> Any:
    """Of somebody new the rest may change as it will: who was not wanted is not offered again for a transfer."""
    if kind == ChangeKind.NEW:
        return [new.get(field) for field in ("name_be", "name_ru", "name_latin", "born", "designation", "died")]
    return new


async def _overtake(organisation: str, listed: list[str] | None) -> None:
    """Ends what is open of earlier lists; of those `listed` alone, where the new one is not whole."""
    await db.execute(
        "UPDATE case_change SET decision = 'overtaken' WHERE organisation = $1 AND decision = ''"
        " AND ($2::text[] IS NULL OR external_id = ANY($2))",
        organisation,
        listed,
    )


async def _write(
    made: int, organisation: str, changes: Sequence[_Change], decision: Decision = Decision.OPEN
) -> None:
    rows = [
        (
            made,
            change.prisoner,
            organisation,
            change.external_id,
            change.label[:200],
            str(change.difference.kind),
            change.difference.field,
            _json(change.difference.old),
            _json(change.difference.new),
            change.difference.held,
            str(decision),
        )
        for change in changes
    ]
    async with db.connection() as connection:
        await connection.copy_records_to_table("case_change", records=rows, columns=_COLUMNS)


async def _not_listed(organisation: str, listed: list[str]) -> list[duplicates.Somebody]:
    """Whom this list does not name by an id: also those whom it gave another one, vetoed ones above all."""
    return [
        duplicates.Somebody(
            row["id"],
            tuple(filter(None, (row["name_latin"], row["name_ru"], row["name_be"], *row["other_names"]))),
            row["born"],
            row["organisations"],
        )
        for row in await db.fetch(_NOT_LISTED, organisation, listed)
    ]


def _known(row: db.Record) -> Known:
    values = dict(row)
    for field in ("sentence", "biography", "sources"):
        values[field] = _object(values[field])
    return Known(**values)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _object(text: str | None) -> Any:
    return msgspec.json.decode(text) if text else None
