"""The rights of one person: to have everything we hold, and to have it erased."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

from service.delivery import bounces, ledger, outbox
from service.kit import db, sealing
from service.subscribers import addresses, asked_before, elsewhere, queries, suppression
from service.subscribers.elsewhere import moment, plain
from service.subscribers.import_batches import SEALED_FOR
from service.subscribers.queries import Person
from service.subscribers.tables import SuppressionReason

_ROWS_AT_ONCE = 2000
_ADDRESS = re.compile(r"[^\s,;:|<>()\"']{1,254}@[^\s,;:|<>()\"']{1,254}")
_SOMEBODY_ELSE = "(another address)"


async def forget(typed: str) -> list[str]:
    """Erases all that is held about an address, here and in the features above, and suppresses it.

    Returns what that was, in words, and nothing where nothing was known. Raises BadAddress. What stays is the keyed
    hash that keeps an import from bringing the person back.
    """
    address = addresses.normalise(typed)
    sealed = sealing.address_candidates(address)
    async with db.transaction():
        people = await queries.ids_at(address)
        await remove(people)
        gone = ["the subscription with all that belongs to it"] if people else []
        if await db.execute("DELETE FROM signup_request WHERE address = ANY($1::bytea[])", sealed):
            gone.append("what was asked for and not answered yet")
        gone += await elsewhere.erase(address)
        if await outbox.forget_address(sealed):
            gone.append("mails that waited to leave")
        if await _forget_refused_rows(_naming(address, typed)):
            gone.append("rows of imports that were refused")
        await suppression.add(address, SuppressionReason.ERASED)
    return gone


def in_words(gone: Sequence[str]) -> str:
    """What `forget` returned, for staff."""
    if not gone:
        return "There was nothing about this address. It is kept away from now on."
    return f"Erased: {', '.join(gone)}. A keyed hash stays, which keeps imports from bringing the address back."


async def remove(subscribers: Sequence[int]) -> None:
    """Their records, consents and memberships, and their names in the ledger; call it where they are locked."""
    await outbox.forget(subscribers)
    await bounces.forget(subscribers)
    await ledger.count_leavers(await queries.left_because_of(subscribers))
    await db.execute("DELETE FROM subscriber WHERE id = ANY($1::bigint[])", subscribers)


async def export_person(typed: str) -> dict[str, Any] | None:
    """All that is held about an address, as plain JSON values; None when it is nothing. Raises BadAddress."""
    address = addresses.normalise(typed)
    async with db.transaction():
        person = await queries.person_at(address)
        held = await _subscription(person) if person else await _without_one(address)
        waiting = {
            "suppressed": await suppression.reason(address),
            "asked_for": [plain(row) for row in await queries.requests_of(address)],
            "mails_waiting": [plain(row) for row in await queries.open_mails_to(address)],
            "refused_rows": await _told_rows(_naming(address, typed)),
        }
        held |= {name: value for name, value in waiting.items() if value} | await elsewhere.tell(address)
    return {"address": address, **held} if held else None


async def _without_one(address: str) -> dict[str, Any]:
    asked = await asked_before.confirmations(address)
    return {"confirmation_mails": asked} if asked else {}


async def _subscription(person: Person) -> dict[str, Any]:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "language": person.language,
        "state": person.state,
        "topics": person.topics,
        "country": person.country,
        "area": await queries.name_of_area(person.area),
        "created_at": moment(person.created_at),
        "changed_at": moment(person.changed_at),
        "confirmed_at": moment(person.confirmed_at),
        "confirmation_mails": person.confirmations,
        "lists": [plain(row, "name", "added_at") for row in await queries.lists_of(person.id)],
        "consents": [
            plain(row, "act", "source", "wording", "language", "at") for row in await queries.consents_of(person.id)
        ],
        "mails": [
            plain(row, "mailing", "template", "language", "state", "settled_at")
            for row in await queries.mails_of(person.id)
        ],
        "returned": [
            plain(row, "mailing", "kind", "status", "words", "at") for row in await bounces.of_person(person.id)
        ],
    }


async def _forget_refused_rows(naming: re.Pattern[str]) -> int:
    """A row that an import could not take may name the person as well."""
    rows = [id async for id, _content in _refused_rows(naming)]
    return await db.execute("DELETE FROM import_problem WHERE id = ANY($1::bigint[])", rows)


async def _told_rows(naming: re.Pattern[str]) -> list[str]:
    """The same rows without whoever else stands in them."""
    return [
        _ADDRESS.sub(lambda found: found[0] if naming.search(found[0]) else _SOMEBODY_ELSE, content)
        async for _id, content in _refused_rows(naming)
    ]


async def _refused_rows(naming: re.Pattern[str]) -> AsyncIterator[tuple[int, str]]:
    """Those that name somebody: id and content, opened."""
    last = 0
    while rows := await queries.refused_rows(last, _ROWS_AT_ONCE):
        last = rows[-1]["id"]
        for row in rows:
            content = _content(row["content"])
            if naming.search(content):
                yield row["id"], content


def _naming(address: str, typed: str) -> re.Pattern[str]:
    """Finds an address as a file may spell it; joanna@example.org is somebody else than anna@example.org."""
    spellings = {address, typed.strip()}
    with suppress(UnicodeError):
        mailbox, _at, domain = address.rpartition("@")
        spellings.add(f"{mailbox}@{domain.encode().decode('idna')}")
    whole = "|".join(map(re.escape, spellings))
    return re.compile(rf"(?<![\w.+-])(?:{whole})(?![\w-]|\.\w)", re.IGNORECASE)


def _content(sealed: bytes) -> str:
    """Empty when its key is gone."""
    try:
        return sealing.unseal(SEALED_FOR, sealed)
    except sealing.Unsealable:
        return ""
