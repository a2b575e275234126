"""How many confirmation mails an erased address had: three ever stay three for one who never confirms."""

from collections.abc import Mapping

from service.kit import db
from service.subscribers import queries, suppression


async def confirmations(address: str) -> int:
    return await queries.confirmations_before((await suppression.hashes_of([address]))[0])


async def keep(counts: Mapping[str, int]) -> None:
    """(Normalised) address → confirmation mails so far."""
    await db.execute(
        "INSERT INTO asked_before (hash, confirmations) SELECT * FROM unnest($1::bytea[], $2::smallint[])"
        " ON CONFLICT (hash) DO UPDATE"
        " SET confirmations = greatest(asked_before.confirmations, excluded.confirmations)",
        await suppression.hashes_of(counts),
        list(counts.values()),
    )


async def forget(address: str) -> None:
    """The person confirmed: it was their own wish."""
    await db.execute("DELETE FROM asked_before WHERE hash = $1", (await suppression.hashes_of([address]))[0])
