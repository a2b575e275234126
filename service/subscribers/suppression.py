"""Addresses that must not be written to: only a keyed hash of each is kept, and no import gets past it."""

import hmac
from collections.abc import Iterable, Sequence

from service.kit import clock, db
from service.organisation import queries as organisations
from service.subscribers import queries
from service.subscribers.tables import SuppressionReason


async def suppressed(addresses: Sequence[str]) -> set[str]:
    """Those of the (normalised) addresses that are suppressed."""
    hashes = dict(zip(await hashes_of(addresses), addresses, strict=True))
    return {hashes[found] for found in await queries.suppressed_hashes(list(hashes))}


async def reason(address: str) -> str | None:
    """Why `address` is suppressed; None when it is not."""
    return await queries.suppression_reason((await hashes_of([address]))[0])


async def add(address: str, why: SuppressionReason) -> None:
    """Nobody writes to `address` any more. A person who is subscribed also has to leave: see leaving.suppress."""
    await db.execute(
        "INSERT INTO suppression (hash, reason, at) VALUES ($1, $2, $3)"
        " ON CONFLICT (hash) DO UPDATE SET reason = excluded.reason, at = excluded.at",
        (await hashes_of([address]))[0],
        why.value,
        clock.now(),
    )


async def lift(address: str) -> None:
    """The person confirmed the address anew: their own will ends it, nothing else does."""
    await db.execute("DELETE FROM suppression WHERE hash = $1", (await hashes_of([address]))[0])


async def hashes_of(addresses: Iterable[str]) -> list[bytes]:
    """The keyed hash of each (normalised) address, in their order."""
    pepper = await organisations.pepper()
    return [hmac.digest(pepper, address.encode(), "sha256") for address in addresses]
