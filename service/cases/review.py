"""What staff decide about the differences of a list. A decision is taken once, whoever sends it again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from service.auth import audit
from service.cases import accepting, editing, review_queries
from service.cases.accepting import Stale
from service.cases.records import Source
from service.cases.review_queries import Change
from service.cases.tables import ChangeKind, Decision
from service.kit import clock, db
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import Sentence

_DECIDE = """
    UPDATE case_change c SET decision = $4, decided_by = $3, decided_at = $5
     WHERE case_import = $1 AND id = ANY($2) AND decision = ''
    RETURNING c.*, NULL AS by_name, '' AS link
"""
# Other requests get their turn between so many new records.
_AT_ONCE = 500
ALREADY_KNOWN = "Somebody with this id of the list is in our records already."


class NothingOpen(Problem):
    code = "nothing_open"
    status = 409
    sentence = Sentence("This was decided already, or a later list has overtaken it. Nothing was changed.")


class NotUndone(Problem):
    code = "not_undone"
    status = 409
    sentence = Sentence(
        "This decision cannot be taken back here: {why} Open the record and change it there, if it is wrong."
    )


class Outcome(msgspec.Struct):
    """`stopped`: how many unsent mails somebody was taken out of; `left`: whose differences stay open, and why."""

    accepted: int = 0
    people: int = 0
    stopped: int = 0
    left: list[tuple[str, str]] = []


async def harmless(list_id: int, kind: str = "", field: str = "", most: int | None = None) -> list[int]:
    """The ids of all that nobody has to look at one by one, or of the first `most`."""
    rows = await db.fetch(
        "SELECT id FROM case_change WHERE case_import = $1 AND decision = '' AND held = ''"
        " AND ($2 = '' OR kind = $2) AND ($3 = '' OR field = $3) ORDER BY id LIMIT $4",
        list_id,
        kind,
        field,
        most,
    )
    return [row["id"] for row in rows]


async def of_person(list_id: int, external_id: str) -> list[int]:
    """The ids of one person's differences that are not held."""
    rows = await db.fetch(
        "SELECT id FROM case_change WHERE case_import = $1 AND external_id = $2 AND decision = '' AND held = ''",
        list_id,
        external_id,
    )
    return [row["id"] for row in rows]


async def accept(list_id: int, changes: Sequence[int], by: int | None) -> Outcome:
    """Writes them into the records, with the list as their source. Raises NothingOpen.

    What no longer fits the record stays open, held, with the reason.
    """
    outcome = Outcome()
    async with db.transaction():
        taken = await _decided(list_id, changes, Decision.ACCEPTED, by)
        source = await _source(list_id)
        new = [one for one in taken if one.kind == ChangeKind.NEW]
        for start in range(0, len(new), _AT_ONCE):
            await _create(list_id, new[start : start + _AT_ONCE], source, by, outcome)
        by_person: dict[int, list[Change]] = defaultdict(list)
        for one in taken:
            if one.kind != ChangeKind.NEW and one.prisoner:
                by_person[one.prisoner].append(one)
        for prisoner in sorted(by_person):
            await _change(prisoner, by_person[prisoner], source, by, outcome)
        await _note("case_list.accepted", list_id, by, outcome.accepted)
    return outcome


async def reject(list_id: int, changes: Sequence[int], by: int | None) -> int:
    """They are not shown again until the source says something else. Raises NothingOpen."""
    async with db.transaction():
        taken = await _decided(list_id, changes, Decision.REJECTED, by)
        await _note("case_list.rejected", list_id, by, len(taken))
    return len(taken)


async def same_person(list_id: int, change: int, by: int | None) -> int:
    """Somebody new is whom the review took them for: their record is listed, what differs there waits to be decided.

    Returns the prisoner. Raises NothingOpen, Invalid.
    """
    async with db.transaction():
        [one] = await _decided(list_id, [change], Decision.ACCEPTED, by)
        if one.kind != ChangeKind.NEW or one.prisoner is None:
            raise NothingOpen
        source = await _source(list_id)
        said = accepting.status_of_new(one, source)
        await editing.change(one.prisoner, {"status": said}, by, _with_link(source, said["link"]))
        await accepting.compare_with(list_id, one)
        await _note("case_list.joined", list_id, by, 1)
        return one.prisoner


async def undo(list_id: int, change: int, by: int | None) -> None:
    """Takes a decision back. Raises NotUndone where that is not possible."""
    async with db.transaction():
        one = await _locked(list_id, change)
        if not (await review_queries.one(list_id)).latest:
            raise NotUndone(why="a later list has come since.")
        if one.decision == Decision.ACCEPTED:
            await _change_back(one, await _source(list_id), by)
        elif one.decision != Decision.REJECTED:
            raise NotUndone(why="it was not decided by anybody.")
        await db.execute(
            "UPDATE case_change SET decision = '', decided_by = NULL, decided_at = NULL WHERE id = $1", change
        )
        await _note("case_list.undone", list_id, by, 1)


def can_undo(change: Change) -> bool:
    if change.decision == Decision.REJECTED:
        return True
    return change.decision == Decision.ACCEPTED and change.kind in (ChangeKind.CHANGED, ChangeKind.GONE)


async def _decided(list_id: int, changes: Sequence[int], decision: Decision, by: int | None) -> list[Change]:
    rows = await db.fetch(_DECIDE, list_id, list(changes), by, str(decision), clock.now())
    if not rows:
        raise NothingOpen
    return sorted((review_queries.change(row) for row in rows), key=lambda one: one.id)


async def _create(list_id: int, new: list[Change], source: Source, by: int | None, outcome: Outcome) -> None:
    rows = await db.fetch(
        "SELECT external_id FROM prisoner_status WHERE organisation = $1 AND external_id = ANY($2)",
        source.organisation,
        [one.external_id for one in new],
    )
    known = {row["external_id"] for row in rows}
    await _leave([(one, ALREADY_KNOWN) for one in new if one.external_id in known], outcome)
    people: list[tuple[Change, dict[str, Any]]] = []
    partly = []
    for one in new:
        if one.external_id in known:
            continue
        values, missing = accepting.values_of_new(one, source)
        if missing and not one.held:
            await _leave([(one, missing)], outcome)
        else:
            people.append((one, values))
            partly += [one] if one.held else []
    given = [(values, _with_link(source, values["status"]["link"])) for _one, values in people]
    ids = await editing.create_many(given, by) if given else []
    await db.execute_many(
        "UPDATE case_change SET prisoner = $2 WHERE id = $1",
        [(one.id, id) for (one, _values), id in zip(people, ids, strict=True)],
    )
    for one in partly:
        # What was left out is settled, and not asked again with every list.
        await accepting.compare_with(list_id, one, Decision.REJECTED)
    outcome.accepted += len(ids)
    outcome.people += len(ids)


async def _change(prisoner: int, changes: list[Change], source: Source, by: int | None, outcome: Outcome) -> None:
    """All of one person in one go; what somebody changed here since is left for another look."""
    record = await editing.locked(prisoner)
    fresh, left = accepting.parted(record, changes)
    await _leave(left, outcome)
    if not fresh:
        return
    try:
        async with db.savepoint():
            values = accepting.values_of(record, fresh, source)
            changed = await editing.change(prisoner, values, by, _with_link(source, _link_of(record, source)))
    except Invalid as problem:
        reason = " ".join(str(told) for told in problem.fields.values())
        await _leave([(one, reason) for one in fresh], outcome)
        return
    outcome.accepted += len(fresh)
    outcome.people += 1
    outcome.stopped += changed.stopped


async def _change_back(one: Change, source: Source, by: int | None) -> None:
    if not can_undo(one) or one.prisoner is None:
        raise NotUndone(why="what it set going cannot be called back.")
    record = await editing.locked(one.prisoner)
    try:
        values = accepting.values_before(record, one, source)
    except Stale:
        raise NotUndone(why="the record was changed again since.") from None
    # What was not held had come from this source; of anything else we do not know any more who said it.
    await editing.change(one.prisoner, values, by, None if one.held else source)


async def _leave(changes: Iterable[tuple[Change, str]], outcome: Outcome) -> None:
    """Open again, and held."""
    kept = [(one.id, reason[:200]) for one, reason in changes]
    outcome.left += [(one.label, reason) for one, reason in changes]
    await db.execute_many(
        "UPDATE case_change SET decision = '', decided_by = NULL, decided_at = NULL, held = $2 WHERE id = $1", kept
    )


async def _locked(list_id: int, change: int) -> Change:
    row = await db.fetch_one(
        "SELECT c.*, NULL AS by_name, '' AS link FROM case_change c WHERE case_import = $1 AND id = $2 FOR UPDATE",
        list_id,
        change,
    )
    if row is None:
        raise NotFound
    return review_queries.change(row)


async def _source(list_id: int) -> Source:
    found = await review_queries.one(list_id)
    return Source(found.organisation, "", found.created_at.date().isoformat())


def _with_link(source: Source, link: str) -> Source:
    return Source(source.organisation, link, source.seen_on)


def _link_of(record: Any, source: Source) -> str:
    said = accepting.said_by(record, source.organisation)
    return said.link if said else ""


async def _note(action: str, list_id: int, by: int | None, differences: int) -> None:
    await audit.record(by, action, f"case list {list_id}", {"differences": differences})
