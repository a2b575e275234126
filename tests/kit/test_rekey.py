from collections.abc import Iterator

import pytest

from service import piccolo_app
from service.kit import clock, db, keys, rekey, sealing
from service.kit.settings import settings
from tests.conftest import SECRET

NEW = "another-secret-" + "n" * 32


@pytest.fixture
def new_secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As after a restart with HUNDREDFOLD_SECRET="2:NEW 1:OLD"."""

    def forget() -> None:
        for cached in (settings, keys.derive, sealing._cipher):
            cached.cache_clear()

    monkeypatch.setenv("HUNDREDFOLD_SECRET", f"2:{NEW} 1:{SECRET}")
    forget()
    yield
    monkeypatch.undo()
    forget()


async def _signed_up(address: str) -> None:
    await db.execute(
        "INSERT INTO subscriber (address, first_name, language, state, topics, created_at, changed_at)"
        " VALUES ($1, $2, 'de', 'confirmed', '{}', $3, $3)",
        sealing.seal_address(address),
        sealing.seal("first_name", "Anna"),
        clock.now(),
    )


@pytest.fixture
async def two_people(database: None) -> None:
    """Anna and Boris signed up under the first secret."""
    await _signed_up("anna@example.org")
    await _signed_up("boris@example.org")


async def test_everything_is_sealed_again_and_opens_without_the_old_secret(
    two_people: None, new_secret: None
) -> None:
    for column in rekey.sealed_columns(piccolo_app.APP_CONFIG.table_classes):
        assert await rekey.reseal(column, lambda done: None) == 0
        assert await rekey.outdated(column) == 0
    rows = await db.fetch("SELECT address, first_name FROM subscriber ORDER BY id")
    assert all(row["address"][0] == keys.current() for row in rows)
    assert [sealing.unseal_address(row["address"]) for row in rows] == ["anna@example.org", "boris@example.org"]
    assert sealing.unseal("first_name", rows[0]["first_name"]) == "Anna"


async def test_anna_is_found_while_half_of_the_rows_are_old(two_people: None, new_secret: None) -> None:
    found = await db.fetch(
        "SELECT id FROM subscriber WHERE address = ANY($1)", sealing.address_candidates("anna@example.org")
    )
    assert len(found) == 1


async def test_who_signed_up_again_meanwhile_does_not_stop_the_others(two_people: None, new_secret: None) -> None:
    await _signed_up("anna@example.org")
    column = rekey.SealedColumn("subscriber", "address", "address")
    await rekey.reseal(column, lambda done: None)
    assert await rekey.outdated(column) == 1
