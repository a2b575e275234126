"""The entries of the ledger, as staff write, confirm and reject them. What they save is confirmed by that."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import asyncpg
import msgspec

from service.advocacy import promise_fields
from service.advocacy.promise_fields import Fields
from service.advocacy.tables import PromiseKind
from service.auth import audit
from service.cases import fields
from service.kit import clock, db
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import Sentence
from service.organisation import queries as organisations

_TWICE = Sentence("This member sponsors this prisoner already. Change that entry instead.")
_GONE = Sentence("This is not in our records any more. Please look again.")


class Overtaken(Problem):
    code = "promise_overtaken"
    status = 409
    sentence = Sentence("Somebody else has changed this entry since you opened it. Nothing of yours is lost.")


class NoSponsorship(Problem):
    code = "no_sponsorship"
    status = 409
    sentence = Sentence("Only a sponsorship that nobody has taken over yet can be handed over.")


async def record(values: Mapping[str, Any], by: int | None) -> int:
    """`values`: see promise_fields.py. Raises Invalid."""
    clean = promise_fields.checked(values)
    async with db.transaction():
        return await _added(clean, by)


async def change(promise: int, values: Mapping[str, Any], by: int | None, version: int) -> None:
    """What supporters told, too, or what was rejected: from then on everybody may know of it.

    Raises Invalid, NotFound, Overtaken.
    """
    clean = promise_fields.checked(values)
    async with db.transaction():
        before = await locked(promise, version)
        await _must_be_the_only_one(clean, promise)
        await _write(promise, clean, by)
        await audit.record(by, "promise.changed" if before["confirmed_at"] else "promise.confirmed", _name(promise))


async def reject(promise: int, by: int | None, version: int) -> None:
    """Nobody sees it any more, and what supporters wrote about it is forgotten. Raises NotFound, Overtaken."""
    async with db.transaction():
        await locked(promise, version)
        await db.execute(_REJECT, promise, clock.now())
        await audit.record(by, "promise.rejected", _name(promise))


async def follow_up(promise: int, on: Any, by: int | None, version: int) -> None:
    """Somebody looked after it; `on`: when to look again, empty for never. Raises Invalid, NotFound, Overtaken."""
    day = _day("follow_up_on", on)
    async with db.transaction():
        await locked(promise, version)
        await db.execute("UPDATE promise SET follow_up_on = $2, version = version + 1 WHERE id = $1", promise, day)
        await audit.record(by, "promise.followed_up", _name(promise), {"again": day.isoformat()} if day else None)


async def hand_over(promise: int, to: int, on: Any, by: int | None, version: int) -> int:
    """The sponsorship ends on that day and begins anew with another member; returns the new one.

    Raises Invalid, NotFound, Overtaken, NoSponsorship.
    """
    day = _day("on", on) or await organisations.today()
    async with db.transaction():
        before = await locked(promise, version)
        _must_be_a_sponsorship(before)
        if not to or to == before["representative"]:
            raise Invalid({"successor": Sentence("Please choose another member, who takes it over.")})
        successor = await _added(_taken_over(before, to, day), by, before["action"])
        await db.execute(_HANDED_OVER, promise, successor, day)
        await audit.record(by, "promise.handed_over", _name(promise), {"to": successor})
    return successor


async def locked(promise: int, version: int | None = None) -> db.Record:
    """The row, until the end of the transaction. Raises NotFound, Overtaken."""
    row = await db.fetch_one("SELECT * FROM promise WHERE id = $1 FOR UPDATE", promise)
    if row is None:
        raise NotFound
    if version is not None and row["version"] != version:
        raise Overtaken
    return row


async def _added(clean: Fields, by: int | None, action: int | None = None) -> int:
    await _must_be_the_only_one(clean, 0)
    now = clock.now()
    try:
        id: int = await db.fetch_value(_ADD, *_columns(clean), action, by, now)
    except asyncpg.ForeignKeyViolationError:
        raise Invalid({"representative": _GONE}) from None
    await audit.record(by, "promise.recorded", _name(id), {"kind": clean.kind})
    return id


async def _write(promise: int, clean: Fields, by: int | None) -> None:
    try:
        await db.execute(_CHANGE, promise, *_columns(clean), by, clock.now())
    except asyncpg.ForeignKeyViolationError:
        raise Invalid({"representative": _GONE}) from None


async def _must_be_the_only_one(clean: Fields, promise: int) -> None:
    """Of two people who write down the same sponsorship one waits for the other. Raises Invalid."""
    await db.execute("SELECT FROM representative WHERE id = $1 FOR NO KEY UPDATE", clean.representative)
    today = await organisations.today()
    if clean.kind != PromiseKind.SPONSORS or (clean.until and clean.until < today):
        return
    if await db.fetch_value(_ANOTHER, clean.representative, clean.prisoner, promise, today):
        raise Invalid({"representative": _TWICE})


def _taken_over(before: db.Record, to: int, day: date) -> Fields:
    return Fields(
        representative=to,
        prisoner=before["prisoner"],
        kind=PromiseKind.SPONSORS,
        statement={},
        source="",
        since=day,
        until=None,
        follow_up_on=None,
    )


def _must_be_a_sponsorship(row: db.Record) -> None:
    is_known = row["confirmed_at"] is not None and row["rejected_at"] is None
    if not is_known or row["kind"] != PromiseKind.SPONSORS or row["successor"] is not None:
        raise NoSponsorship


def _columns(clean: Fields) -> list[Any]:
    values = msgspec.structs.asdict(clean)
    return [msgspec.json.encode(value).decode() if name == "statement" else value for name, value in values.items()]


def _day(field: str, value: Any) -> date | None:
    try:
        return fields.day(value)
    except Problem as problem:
        raise Invalid({field: problem.told}) from None


def _name(promise: int) -> str:
    return f"promise {promise}"


# The order of the columns is that of promise_fields.Fields.
_ADD = """
    INSERT INTO promise (representative, prisoner, kind, statement, source, since, until, follow_up_on,
                         action, confirmed_by, confirmed_at, told_at)
    VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9, $10, $11, $11) RETURNING id
"""
_CHANGE = """
    UPDATE promise SET representative = $2, prisoner = $3, kind = $4, statement = $5::jsonb, source = $6, since = $7,
           until = $8, follow_up_on = $9, version = version + 1, told = NULL, rejected_at = NULL,
           confirmed_by = CASE WHEN confirmed_at IS NULL OR rejected_at IS NOT NULL THEN $10 ELSE confirmed_by END,
           confirmed_at = CASE WHEN rejected_at IS NULL THEN coalesce(confirmed_at, $11) ELSE $11 END
     WHERE id = $1
"""
_REJECT = """
    UPDATE promise SET rejected_at = $2, told = NULL, follow_up_on = NULL, version = version + 1 WHERE id = $1
"""
_HANDED_OVER = """
    UPDATE promise SET successor = $2, until = least(until, $3), follow_up_on = NULL, version = version + 1
     WHERE id = $1
"""
_ANOTHER = """
    SELECT id FROM promise d
     WHERE representative = $1 AND prisoner = $2 AND id <> $3 AND kind = 'sponsors' AND rejected_at IS NULL
       AND confirmed_at IS NOT NULL AND (until IS NULL OR until >= $4) LIMIT 1
"""
