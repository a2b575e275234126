"""Suppressed addresses are known again by a keyed hash alone."""

from service.kit import db, sealing
from service.organisation.setup import PEPPER
from service.subscribers import suppression
from service.subscribers.tables import SuppressionReason

PEOPLE = [f"person{number}@example.org" for number in range(1000)]


async def test_a_batch_is_asked_for_at_once(database: None, statements: list[str]) -> None:
    for address in PEOPLE[:3]:
        await suppression.add(address, SuppressionReason.BOUNCED)
    statements.clear()
    assert await suppression.suppressed(PEOPLE) == set(PEOPLE[:3])
    assert len(statements) == 2
    assert await suppression.suppressed([]) == set()


async def test_the_latest_reason_counts_until_it_is_lifted(database: None) -> None:
    await suppression.add("anna@example.org", SuppressionReason.BOUNCED)
    await suppression.add("anna@example.org", SuppressionReason.ERASED)
    assert await suppression.reason("anna@example.org") == "erased"
    await suppression.lift("anna@example.org")
    assert await suppression.reason("anna@example.org") is None


async def test_without_the_pepper_nobody_can_try_addresses(database: None) -> None:
    await suppression.add("anna@example.org", SuppressionReason.ERASED)
    await db.execute("UPDATE organisation SET pepper = $1", sealing.seal(PEPPER, "00" * 32))
    assert await suppression.reason("anna@example.org") is None
