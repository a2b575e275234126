import pytest

from service.kit import db, jobs
from service.organisation import queries


async def test_the_organisation_is_there_after_migrating(database: None) -> None:
    assert (await queries.required()).fallback_language == "en"


async def test_a_failed_transaction_leaves_nothing_and_asks_for_nothing(database: None) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction():
            await db.execute("UPDATE organisation SET name = 'Gone'")
            jobs.enqueue("delivery.transactional")
            raise RuntimeError
    assert (await queries.required()).name != "Gone"
