"""The rights of one person: to have everything we hold, and to have it erased."""

from collections.abc import Sequence
from typing import Any

from service.delivery import bounces, ledger, outbox
from service.kit import db, jobs, sealing
from service.subscribers import addresses, asked_before, queries, suppression
from service.subscribers.import_batches import SEALED_FOR
from service.subscribers.tables import SuppressionReason

_ROWS_AT_ONCE = 2000
# How many took part in an action stays counted.
_TOOK_PART_NO_MORE = """
    WITH gone AS (DELETE FROM took_part WHERE address = ANY($1::bytea[]) RETURNING action)
    UPDATE action SET forgotten = forgotten + 1 FROM gone WHERE action.id = gone.action
"""
# Letters to members: without their text the ones that wait are ended by a job, and go nowhere.
_WROTE_NO_MORE = """
    UPDATE advocacy_letter SET address = NULL, name = NULL, home = NULL, subject = NULL, body = NULL,
        likeness = '{}', held_for = '{}', writer = uuid_send(gen_random_uuid()) WHERE address = ANY($1::bytea[])
"""


async def forget(typed: str) -> bool:
    """Erases all that is held about an address, and suppresses it; whether there was anything. Raises BadAddress.

    What stays is the keyed hash that keeps an import from bringing the person back.
    """
    address = addresses.normalise(typed)
    sealed = sealing.address_candidates(address)
    async with db.transaction():
        people = await queries.ids_at(address)
        await remove(people)
        await db.execute("DELETE FROM signup_request WHERE address = ANY($1::bytea[])", sealed)
        await db.execute(_TOOK_PART_NO_MORE, sealed)
        if await db.execute(_WROTE_NO_MORE, sealed):
            jobs.enqueue("advocacy.forget")
        await _forget_refused_rows({address, typed.strip().lower()})
        await suppression.add(address, SuppressionReason.ERASED)
    return bool(people)


async def remove(subscribers: Sequence[int]) -> None:
    """Their records, consents and memberships, and their names in the ledger; call it where they are locked."""
    await outbox.forget(subscribers)
    await bounces.forget(subscribers)
    await ledger.count_leavers(await queries.left_because_of(subscribers))
    await db.execute("DELETE FROM subscriber WHERE id = ANY($1::bigint[])", subscribers)


async def export_person(typed: str) -> dict[str, Any] | None:
    """All that is held about an address, as plain JSON values; None when it is nothing. Raises BadAddress."""
    address = addresses.normalise(typed)
    why = await suppression.reason(address)
    async with db.transaction():
        person = await queries.person_at(address)
        if person is None:
            hashed = {"suppressed": why, "confirmation_mails": await asked_before.confirmations(address)}
            kept = {name: value for name, value in hashed.items() if value}
            return {"address": address, **kept} if kept else None
        return {
            "address": address,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "language": person.language,
            "state": person.state,
            "topics": person.topics,
            "country": person.country,
            "area": await queries.name_of_area(person.area),
            "took_part_in": [_plain(row, "action", "at") for row in await queries.actions_of(address)],
            "suppressed": why,
            "created_at": _moment(person.created_at),
            "changed_at": _moment(person.changed_at),
            "confirmed_at": _moment(person.confirmed_at),
            "confirmation_mails": person.confirmations,
            "lists": [_plain(row, "name", "added_at") for row in await queries.lists_of(person.id)],
            "consents": [
                _plain(row, "act", "source", "wording", "language", "at")
                for row in await queries.consents_of(person.id)
            ],
            "mails": [
                _plain(row, "mailing", "template", "language", "state", "settled_at")
                for row in await queries.mails_of(person.id)
            ],
            "returned": [
                _plain(row, "mailing", "kind", "status", "words", "at") for row in await bounces.of_person(person.id)
            ],
        }


async def _forget_refused_rows(spellings: set[str]) -> None:
    """A row that an import could not take may name the person as well."""
    last = 0
    while rows := await queries.refused_rows(last, _ROWS_AT_ONCE):
        last = rows[-1]["id"]
        naming = [row["id"] for row in rows if _names(row["content"], spellings)]
        await db.execute("DELETE FROM import_problem WHERE id = ANY($1::bigint[])", naming)


def _names(sealed: bytes, spellings: set[str]) -> bool:
    try:
        content = sealing.unseal(SEALED_FOR, sealed).lower()
    except sealing.Unsealable:
        return False
    return any(spelling in content for spelling in spellings)


def _plain(row: db.Record, *columns: str) -> dict[str, Any]:
    return {column: _moment(row[column]) for column in columns}


def _moment(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else value
