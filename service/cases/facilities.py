"""The registry of prisons. Whoever writes to an address that has changed writes to nobody."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import asyncpg
import msgspec

from service.auth import audit
from service.cases import fields, stays, stopping
from service.cases.fields import Unfit
from service.cases.records import Facility
from service.cases.tables import FacilityKind, Parcels
from service.kit import clock, db
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import Sentence

MOST_ALIASES = 30
# What an envelope says.
ADDRESS = ("name", "street", "postcode", "town")


class Overtaken(Problem):
    code = "facility_overtaken"
    status = 409
    sentence = Sentence("Somebody else has changed this facility since you opened it. Nothing of yours is lost.")


class StillUsed(Problem):
    code = "facility_used"
    status = 409
    sentence = Sentence(
        "People are or were held here, so it stays in the registry. Give it a last day of validity instead."
    )


class Changed(msgspec.Struct, frozen=True):
    """`moved`: how many people have another address now. `stopped`: how many unsent mails showed them."""

    moved: int = 0
    stopped: int = 0


async def get(facility: int) -> Facility:
    """Raises NotFound."""
    row = await db.fetch_one("SELECT to_jsonb(f) AS place FROM facility f WHERE id = $1", facility)
    if not row:
        raise NotFound
    return msgspec.json.decode(row["place"], type=Facility)


async def create(values: Mapping[str, Any], by: int | None) -> int:
    """`values`: columns of facility (_CHECKS). Raises Invalid."""
    row = _EMPTY | _checked(values)
    _must_be_whole(row)
    columns = {**row, "version": 1, "changed_at": clock.now()}
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    async with db.transaction():
        id: int = await db.fetch_value(
            f"INSERT INTO facility ({', '.join(columns)}) VALUES ({places}) RETURNING id",  # noqa: S608
            *(_stored(*column) for column in columns.items()),
        )
        await audit.record(by, "facility.created", f"facility {id}")
    return id


async def change(facility: int, values: Mapping[str, Any], by: int | None, version: int | None = None) -> Changed:
    """Another address counts as a move of whoever is held there: their unsent mails are stopped.

    Raises Invalid, NotFound, Overtaken.
    """
    clean = _checked(values)
    async with db.transaction():
        await db.execute("SELECT FROM facility WHERE id = $1 FOR NO KEY UPDATE", facility)
        before = await get(facility)
        if version is not None and before.version != version:
            raise Overtaken
        after = msgspec.structs.replace(before, **clean)
        _must_be_whole(msgspec.structs.asdict(after))
        differing = [field for field in clean if getattr(before, field) != getattr(after, field)]
        if not differing:
            return Changed()
        await _write(after, differing)
        changed = await _moved(before, after)
        detail = {"fields": differing, "people_moved": changed.moved, "mails_stopped": changed.stopped}
        await audit.record(by, "facility.changed", f"facility {facility}", {k: v for k, v in detail.items() if v})
    return changed


async def remove(facility: int, by: int | None) -> None:
    """Only one that nobody was ever held in. Raises NotFound, StillUsed."""
    try:
        async with db.transaction():
            if not await db.execute("DELETE FROM facility WHERE id = $1", facility):
                raise NotFound
            await audit.record(by, "facility.removed", f"facility {facility}")
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError) as error:
        raise StillUsed from error


def has_moved(before: Facility, after: Facility) -> bool:
    """Whether a letter to the address before would not arrive any more."""
    today = clock.now().date()
    elsewhere = any(getattr(before, field) != getattr(after, field) for field in ADDRESS)
    return elsewhere or (before.is_valid_on(today) and not after.is_valid_on(today))


async def _moved(before: Facility, after: Facility) -> Changed:
    if not has_moved(before, after):
        return Changed()
    held = await stays.begin_anew(before.id, clock.now().date().isoformat())
    return Changed(len(held), sum([await stopping.stop(prisoner, "moved") for prisoner in held]))


async def _write(after: Facility, differing: list[str]) -> None:
    settings = "".join(f"{field} = ${n}, " for n, field in enumerate(differing, 3))
    await db.execute(
        f"UPDATE facility SET {settings}version = version + 1, changed_at = $2 WHERE id = $1",  # noqa: S608
        after.id,
        clock.now(),
        *(_stored(field, getattr(after, field)) for field in differing),
    )


def _stored(column: str, value: Any) -> Any:
    return msgspec.json.encode(value).decode() if column == "rules" else value


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    clean, wrong = fields.checked_with(_CHECKS, values)
    if wrong:
        raise Invalid(wrong)
    return clean


def _must_be_whole(row: Mapping[str, Any]) -> None:
    if not row["name"]:
        raise Invalid({"name": Sentence("Please write the name as it stands on an envelope, in Cyrillic.")})
    if row["valid_from"] and row["valid_until"] and row["valid_until"] < row["valid_from"]:
        raise Invalid({"valid_until": Sentence("This is before the first day. Please look at both.")})


def _checked_day(value: Any) -> date | None:
    found = fields.day(value)
    if found and found > clock.now().date():
        raise Unfit(why="This date is in the future.")
    return found


def _maybe(value: Any) -> bool | None:
    if value not in (True, False, None):
        raise Unfit(why="Please choose one of these.")
    return value


_EMPTY: dict[str, Any] = {
    **dict.fromkeys(("name", "latin", "street", "postcode", "town", "parcels", "source"), ""),
    **dict.fromkeys(("reply_punished", "valid_from", "valid_until", "checked_on")),
    "kind": FacilityKind.OTHER,
    "rules": {},
    "aliases": [],
}
_CHECKS: fields.Checks = {
    **dict.fromkeys(("name", "latin", "street"), fields.text(200)),
    "postcode": fields.text(10),
    "town": fields.text(120),
    "kind": fields.one_of(FacilityKind),
    "parcels": fields.one_of(Parcels),
    "reply_punished": _maybe,
    "rules": fields.texts,
    "aliases": fields.lines(400, MOST_ALIASES),
    **dict.fromkeys(("valid_from", "valid_until"), fields.day),
    "checked_on": _checked_day,
    "source": fields.text(500),
}
