"""What visitors ask for, written down before anybody looks whether the address is known.

The page does the same work and gives the same answer for every address; a job looks at the request afterwards.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_network

import msgspec

from service.kit import clock, db, limits, sealing
from service.kit.jobs import enqueue
from service.subscribers import addresses, queries

_DAY = 86_400
MOST_BY_ONE = (30, 600)
MOST_IN_A_DAY = (200, _DAY)
# A stand where a hundred people of one big provider sign up behind one router is not an attack.
MOST_OF_A_DOMAIN = (120, _DAY)
# Whoever has a /48 has 65,536 networks that would each count as one client.
_A_SITE_IS = 4
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


async def admit(client: str, address: str = "") -> None:
    """Counts a request by `client`, for an address if one was typed.

    Raises TooMany; whether the address is known makes no difference.
    """
    await take_both("requests", client, *MOST_BY_ONE)
    await take_both("requests in a day", client, *MOST_IN_A_DAY)
    if address:
        # Not which addresses: what we count must not tell who asked for whom.
        domain = addresses.mailbox_of(address).rpartition("@")[2]
        await limits.take("requests for a domain", f"{client} {domain}", *MOST_OF_A_DOMAIN)
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
    in_a_day = await limits.count("mailbox in a day", mailbox, _DAY)
    in_a_month = await limits.count("mailbox in a month", mailbox, 30 * _DAY)
    return in_a_day <= 3 and in_a_month <= 9


async def take_both(name: str, client: str, most: int, seconds: int) -> None:
    """Counts the client, and with a larger bound the /48 that an IPv6 client is in."""
    await limits.take(name, client, most, seconds)
    if ":" in client:
        site = ip_network(client).supernet(new_prefix=48)
        await limits.take(f"{name} by a site", str(site), _A_SITE_IS * most, seconds)
