"""What visitors ask for, written down before anybody looks whether the address is known.

The page does the same work and gives the same answer for every address; a job looks at the request afterwards.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

import msgspec

from service.kit import clock, db, limits, sealing
from service.kit.jobs import enqueue
from service.subscribers import addresses, queries

MOST_BY_ONE = (30, 600)
MOST_BY_ALL = (300, 60)
MOST_ANSWERS = (120, 60)
# A queue that was away for a while delays an answer; one after a week would only puzzle.
_TOO_OLD = timedelta(days=7)
_LOST_AFTER = timedelta(minutes=1)
_MOST_AT_ONCE = 500


class Kind(StrEnum):
    SIGNUP = "signup"
    PREFERENCES = "preferences"
    # The same by the link at the foot of a mail, which a stranger does not have.
    FROM_A_MAIL = "from_a_mail"


class Asked(msgspec.Struct, frozen=True):
    """A request, opened. `shown_in` is the language of `wording`, `language` the one chosen for mails."""

    kind: str
    address: str
    language: str
    topics: list[str]
    shown_in: str
    wording: str


async def admit(client: str) -> None:
    """Counts a request by `client`. Raises TooMany; whom they ask for makes no difference."""
    await limits.take("requests", client, *MOST_BY_ONE)
    await limits.take("requests by all", "", *MOST_BY_ALL)


async def store(
    kind: Kind, address: str, language: str, topics: Sequence[str] = (), shown_in: str = "", wording: str = ""
) -> None:
    """One INSERT, and a job to look at it."""
    async with db.transaction():
        id = await db.fetch_value(
            "INSERT INTO signup_request (kind, address, language, topics, shown_in, wording, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            kind.value,
            sealing.seal_address(address),
            language,
            list(topics),
            shown_in or language,
            wording,
            clock.now(),
        )
        enqueue("subscribers.handle_signup", id)


async def store_for(kind: Kind, subscriber: int) -> None:
    """The same for somebody whose link we read; nothing happens when they are gone."""
    async with db.transaction():
        id = await db.fetch_value(
            "INSERT INTO signup_request (kind, address, language, topics, shown_in, wording, created_at)"
            " SELECT $1, address, language, '{}', language, '', $2 FROM subscriber WHERE id = $3 RETURNING id",
            kind.value,
            clock.now(),
            subscriber,
        )
        enqueue("subscribers.handle_signup", id or 0)


async def take(id: int) -> Asked | None:
    """Removes the request and returns it; None when it was handled before, or too many were answered this minute."""
    most, seconds = MOST_ANSWERS
    if await limits.count("answers", "", seconds) > most:
        return None
    row = await db.fetch_one("DELETE FROM signup_request WHERE id = $1 RETURNING *", id)
    if row is None:
        return None
    fields = {name: row[name] for name in Asked.__struct_fields__ if name != "address"}
    return Asked(address=sealing.unseal_address(row["address"]), **fields)


async def sweep() -> None:
    """Asks again for what the queue lost or the ceiling put off."""
    now = clock.now()
    await db.execute("DELETE FROM signup_request WHERE created_at < $1", now - _TOO_OLD)
    async with db.transaction():
        for id in await queries.waiting_requests(now - _LOST_AFTER, _MOST_AT_ONCE):
            enqueue("subscribers.handle_signup", id)


async def mailbox_has_room(address: str) -> bool:
    """Counts a mail to an address that somebody typed: tags and dots do not make a mailbox new."""
    mailbox = addresses.mailbox_of(address)
    in_a_day = await limits.count("mailbox in a day", mailbox, 86_400)
    in_a_month = await limits.count("mailbox in a month", mailbox, 30 * 86_400)
    return in_a_day <= 3 and in_a_month <= 9
