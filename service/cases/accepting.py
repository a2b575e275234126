"""What a difference means for a record: the values that editing.py writes when it is accepted, or taken back."""

from collections.abc import Sequence
from typing import Any

import msgspec

from service.cases import comparing, fields
from service.cases.records import Record, Source, Status
from service.cases.review_queries import Change
from service.cases.sources import values as cells
from service.cases.sources.found import Found
from service.cases.tables import ChangeKind, Decision, Designation, State
from service.kit.errors import Invalid

CHANGED_SINCE = "This was changed here after the list was compared. Please look at the record."
_OF_THE_STATUS = ("designation", "since", "link")
_DIRECT = ("name_be", "name_ru", "name_latin", "gender", "born", "arrested_on", "verdict_on", "articles", "sentence")


class Stale(Exception):
    """The record is no longer as the difference has it."""


def said_by(record: Record, organisation: str) -> Status | None:
    return next((status for status in record.statuses if status.organisation == organisation), None)


def parted(record: Record, changes: Sequence[Change]) -> tuple[list[Change], list[tuple[Change, str]]]:
    """Those that still fit the record, and the others with the reason."""
    fresh = [one for one in changes if present(record, one) == one.old]
    return fresh, [(one, CHANGED_SINCE) for one in changes if one not in fresh]


def present(record: Record, change: Change) -> Any:
    """What the record holds now of that which `change` is about, in the shape of its `old`."""
    said = said_by(record, change.organisation)
    if change.kind == ChangeKind.GONE or change.field == "designation":
        return said.designation if said else None
    if change.field in _OF_THE_STATUS:
        return getattr(said, change.field) if said else None
    if change.kind in (ChangeKind.RELEASED, ChangeKind.DIED):
        return {change.field: getattr(record, change.field), "designation": said.designation if said else ""}
    if change.field == "facility":
        return {"facility": record.facility, "whereabouts": record.whereabouts}
    return getattr(record, change.field)


def values_of(record: Record, changes: Sequence[Change], source: Source) -> dict[str, Any]:
    """For editing.change: all `changes` of one person together."""
    values: dict[str, Any] = {}
    status: dict[str, Any] = {}
    for one in changes:
        if one.kind == ChangeKind.GONE:
            status["designation"] = Designation.NONE
        elif one.kind in (ChangeKind.RELEASED, ChangeKind.DIED):
            values |= {"state": State.DIED if one.kind == ChangeKind.DIED else State.RELEASED}
            values[one.field] = one.new[one.field]
            status["designation"] = one.new["designation"]
        elif one.field in _OF_THE_STATUS:
            status[one.field] = one.new
        else:
            values |= one.new if one.field == "facility" else {one.field: one.new}
    said = said_by(record, source.organisation)
    if said and any(one.kind != ChangeKind.GONE for one in changes):
        # Whatever is accepted was seen in this list.
        status["seen_on"] = source.seen_on
    return values | ({"status": _status(said, status, source)} if said and status else {})


def values_before(record: Record, change: Change, source: Source) -> dict[str, Any]:
    """What takes an accepted difference back. Raises Stale when the record has moved on."""
    accepted = Designation.NONE if change.kind == ChangeKind.GONE else change.new
    if present(record, change) != accepted:
        raise Stale
    back = msgspec.structs.replace(change, new=change.old, old=accepted)
    if change.kind == ChangeKind.GONE:
        back = msgspec.structs.replace(back, kind=ChangeKind.CHANGED, field="designation")
    return values_of(record, [back], source)


def values_of_new(change: Change, source: Source) -> tuple[dict[str, Any], str]:
    """For editing.create, without what does not fit; and why something was left out."""
    found = msgspec.convert(change.new, Found)
    values = {field: getattr(found, field) for field in (*_DIRECT, "biography")}
    values |= {"facility": found.place.facility, "whereabouts": "" if found.place.facility else found.place.text}
    values |= {"state": _state(found), "status": status_of_new(change, source)}
    if values["state"] == State.RELEASED:
        values["released_on"] = found.released_on
    if values["state"] == State.DIED:
        values |= {"died_on": found.died_on}
    return _fitting(values)


def status_of_new(change: Change, source: Source) -> dict[str, Any]:
    found = msgspec.convert(change.new, Found)
    return {
        "organisation": source.organisation,
        "designation": found.designation or Designation.NONE,
        "since": "" if cells.is_to_come(found.since) else found.since,
        "link": found.link,
        "seen_on": source.seen_on,
        "external_id": found.external_id,
    }


async def compare_with(list_id: int, change: Change, decision: Decision = Decision.OPEN) -> None:
    """Adds to the list what it says otherwise of somebody whom it called new and who has a record now."""
    await comparing.add(list_id, change.organisation, msgspec.convert(change.new, Found), decision)


def _state(found: Found) -> State:
    if found.died:
        return State.DIED
    return State.RELEASED if found.released else State.DETAINED


def _fitting(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
    reasons: list[str] = []
    for _attempt in range(3):
        try:
            fields.must_fit_together(fields.checked(values))
            break
        except Invalid as problem:
            reasons += [str(told) for told in problem.fields.values()]
            values = {field: value for field, value in values.items() if field not in problem.fields}
    return values, " ".join(reasons)


def _status(said: Status, other: dict[str, Any], source: Source) -> dict[str, Any]:
    known = {field: getattr(said, field) for field in ("designation", "since", "link", "external_id", "seen_on")}
    return known | {"organisation": source.organisation} | other
