"""Reads about people, what they agreed to and what they asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from service.kit import db, sealing


class Person(msgspec.Struct, frozen=True):
    """A subscriber, opened."""

    id: int
    address: str
    first_name: str
    last_name: str
    language: str
    state: str
    topics: list[str]
    country: str
    area: int | None
    created_at: datetime
    changed_at: datetime
    confirmed_at: datetime | None
    confirmations: int
    confirmation_sent_at: datetime | None


async def person(id: int) -> Person | None:
    return _opened(await db.fetch_one("SELECT * FROM subscriber WHERE id = $1", id))


async def person_locked(id: int) -> Person | None:
    """The same, and nobody else changes this row until the transaction ends."""
    return _opened(await db.fetch_one("SELECT * FROM subscriber WHERE id = $1 FOR UPDATE", id))


async def person_at(address: str) -> Person | None:
    """By (normalised) address; locked until the transaction ends."""
    return _opened(
        await db.fetch_one(
            "SELECT * FROM subscriber WHERE address = ANY($1::bytea[]) ORDER BY id LIMIT 1 FOR UPDATE",
            sealing.address_candidates(address),
        )
    )


async def language_of(id: int) -> str | None:
    language: str | None = await db.fetch_value("SELECT language FROM subscriber WHERE id = $1", id)
    return language


async def state_of(id: int) -> str | None:
    state: str | None = await db.fetch_value("SELECT state FROM subscriber WHERE id = $1", id)
    return state


async def lists_of(id: int) -> list[db.Record]:
    """The lists that somebody is on: id, name, description, added_at."""
    return await db.fetch(
        "SELECT l.id, l.name, l.description, m.added_at FROM list_member m"
        " JOIN mailing_list l ON l.id = m.mailing_list WHERE m.subscriber = $1 AND l.archived_at IS NULL"
        " ORDER BY l.name",
        id,
    )


async def name_of_area(area: int | None) -> str:
    """Where somebody said that they vote, as the register of representatives calls it; empty for nowhere."""
    found: str | None = await db.fetch_value(
        "SELECT country || ' ' || coalesce(names->>'', names->>'en', code) FROM area WHERE id = $1", area
    )
    return found or ""


async def requests_of(address: str) -> list[db.Record]:
    """What was asked for with a (normalised) address and nobody has looked at yet."""
    return await db.fetch(
        "SELECT kind, language, topics, shown_in, wording, created_at FROM signup_request"
        " WHERE address = ANY($1::bytea[]) ORDER BY id",
        sealing.address_candidates(address),
    )


async def open_mails_to(address: str) -> list[db.Record]:
    """Mails of no campaign to an address of no subscriber that have not left: template, language, state."""
    return await db.fetch(
        "SELECT template, language, state FROM delivery WHERE mailing IS NULL AND subscriber IS NULL"
        " AND state IN ('queued', 'later', 'unknown') AND address = ANY($1::bytea[]) ORDER BY id",
        sealing.address_candidates(address),
    )


async def consents_of(id: int) -> list[db.Record]:
    """What somebody agreed to or withdrew, the oldest first: id, act, source, wording, language, at."""
    return await db.fetch(
        "SELECT id, act, source, wording, language, at FROM consent WHERE subscriber = $1 ORDER BY id", id
    )


async def last_consent(id: int) -> db.Record | None:
    return await db.fetch_one("SELECT * FROM consent WHERE subscriber = $1 ORDER BY id DESC LIMIT 1", id)


async def consent(id: int, subscriber: int) -> db.Record | None:
    return await db.fetch_one("SELECT * FROM consent WHERE id = $1 AND subscriber = $2", id, subscriber)


async def left_after(subscriber: int, consent: int) -> bool:
    """Whether somebody unsubscribed after that consent was asked for."""
    found: bool = await db.fetch_value(
        "SELECT EXISTS (SELECT FROM consent WHERE subscriber = $1 AND id > $2 AND act = 'unsubscribed')",
        subscriber,
        consent,
    )
    return found


async def only_asked(subscriber: int) -> bool:
    """Whether the address was asked for and never confirmed or imported."""
    found: bool = await db.fetch_value(
        "SELECT bool_or(act = 'asked') AND NOT bool_or(act IN ('confirmed', 'imported'))"
        " FROM consent WHERE subscriber = $1",
        subscriber,
    )
    return found


async def mails_of(id: int) -> list[db.Record]:
    """What was or is to be sent to somebody: mailing, template, language, state, settled_at."""
    return await db.fetch(
        "SELECT mailing, template, language, state, settled_at FROM delivery WHERE subscriber = $1 ORDER BY id", id
    )


async def ids_at(address: str) -> list[int]:
    """Every record of a (normalised) address; more than one only while `rekey` is under way."""
    rows = await db.fetch(
        "SELECT id FROM subscriber WHERE address = ANY($1::bytea[]) ORDER BY id FOR UPDATE",
        sealing.address_candidates(address),
    )
    return [row["id"] for row in rows]


async def to_be_erased(unconfirmed_before: datetime, left_before: datetime, most: int) -> list[db.Record]:
    """Who never confirmed, and who left, long enough ago: id, address (sealed), state, confirmations; locked.

    Who left and asked anew still has a link to confirm.
    """
    return await db.fetch(
        "SELECT id, address, state, confirmations FROM subscriber"
        " WHERE state <> 'confirmed' AND changed_at < $1 AND (state = 'unconfirmed' OR changed_at < $2)"
        " AND (confirmation_sent_at IS NULL OR confirmation_sent_at < $1) LIMIT $3 FOR UPDATE SKIP LOCKED",
        unconfirmed_before,
        left_before,
        most,
    )


async def left_because_of(subscribers: Sequence[int]) -> dict[int, int]:
    """Mailing → how many of these people left because of it and did not take it back."""
    rows = await db.fetch(
        "SELECT substr(source, 9)::bigint AS mailing, sum(CASE act WHEN 'undone' THEN -1 ELSE 1 END) AS people"
        " FROM consent WHERE subscriber = ANY($1::bigint[]) AND act IN ('unsubscribed', 'undone')"
        " AND source ~ '^mailing [0-9]+$' GROUP BY 1 ORDER BY 1",
        subscribers,
    )
    return {row["mailing"]: row["people"] for row in rows}


async def waiting_requests(asked_before: datetime, most: int) -> list[int]:
    """Requests whose job was lost, the oldest first."""
    rows = await db.fetch(
        "SELECT id FROM signup_request WHERE created_at < $1 ORDER BY id LIMIT $2", asked_before, most
    )
    return [row["id"] for row in rows]


async def refused_rows(after: int, most: int) -> list[db.Record]:
    """Rows of any import that were not taken: id, content (sealed)."""
    return await db.fetch("SELECT id, content FROM import_problem WHERE id > $1 ORDER BY id LIMIT $2", after, most)


async def suppressed_hashes(hashes: Sequence[bytes]) -> list[bytes]:
    rows = await db.fetch("SELECT hash FROM suppression WHERE hash = ANY($1::bytea[])", hashes)
    return [row["hash"] for row in rows]


async def suppression_reason(hash: bytes) -> str | None:
    found: str | None = await db.fetch_value("SELECT reason FROM suppression WHERE hash = $1", hash)
    return found


async def confirmations_before(hash: bytes) -> int:
    """How many confirmation mails an erased address had."""
    found: int | None = await db.fetch_value("SELECT confirmations FROM asked_before WHERE hash = $1", hash)
    return found or 0


def _opened(row: db.Record | None) -> Person | None:
    if row is None:
        return None
    values: dict[str, Any] = dict(row)
    values["address"] = sealing.unseal_address(row["address"])
    for name in ("first_name", "last_name"):
        values[name] = sealing.unseal(name, row[name]) if row[name] else ""
    return Person(**{field: values[field] for field in Person.__struct_fields__})
