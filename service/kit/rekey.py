"""Sealing everything again under the newest secret, in batches; stopped and started again it goes on where it was."""

from collections.abc import Callable, Iterable

import asyncpg
import msgspec
from piccolo.columns import Bytea
from piccolo.table import Table

from service.kit import db, keys, sealing

BATCH = 1000
SEALED = "sealed: "


class SealedColumn(msgspec.Struct, frozen=True):
    """A column that holds sealed bytes; `purpose` is what they were sealed for."""

    table: str
    column: str
    purpose: str


def sealed_columns(tables: Iterable[type[Table]]) -> list[SealedColumn]:
    """Every bytea column whose help text says `sealed: <purpose>`."""
    found = []
    for table in tables:
        for column in table._meta.columns:
            said = column._meta.help_text or ""
            if isinstance(column, Bytea) and said.startswith(SEALED):
                purpose = said.removeprefix(SEALED)
                found.append(SealedColumn(table._meta.tablename, column._meta.name, purpose))
    return found


async def outdated(column: SealedColumn) -> int:
    """How many rows are still sealed under an older secret."""
    found: int = await db.fetch_value(
        f"SELECT count(*) FROM {column.table} WHERE get_byte({column.column}, 0) <> $1",  # noqa: S608
        keys.current(),
    )
    return found


async def reseal(column: SealedColumn, progress: Callable[[int], None]) -> int:
    """Seals the outdated rows again; tells `progress` the size of each batch. Returns how many would not open."""
    last, lost = 0, 0
    while True:
        async with db.transaction():
            rows = await db.fetch(
                f"SELECT id, {column.column} AS sealed FROM {column.table}"  # noqa: S608
                f" WHERE get_byte({column.column}, 0) <> $1 AND id > $2 ORDER BY id LIMIT {BATCH} FOR UPDATE",
                keys.current(),
                last,
            )
            if not rows:
                return lost
            renewed = [(row["id"], _renewed(column.purpose, row["sealed"])) for row in rows]
            await _write(column, [(id, sealed) for id, sealed in renewed if sealed])
        lost += sum(sealed is None for _id, sealed in renewed)
        last = rows[-1]["id"]
        progress(len(rows))


def _renewed(purpose: str, sealed: bytes) -> bytes | None:
    try:
        if purpose == sealing.ADDRESS:
            return sealing.seal_address(sealing.unseal_address(sealed))
        return sealing.seal(purpose, sealing.unseal(purpose, sealed))
    except sealing.Unsealable:
        return None


async def _write(column: SealedColumn, rows: list[tuple[int, bytes]]) -> None:
    update = f"UPDATE {column.table} SET {column.column} = $2 WHERE id = $1"  # noqa: S608
    try:
        async with db.savepoint():
            await db.execute_many(update, rows)
    except asyncpg.UniqueViolationError:
        # Somebody signed up again under the new secret meanwhile: the newer record stays, the older one is left.
        for row in rows:
            try:
                async with db.savepoint():
                    await db.execute(update, *row)
            except asyncpg.UniqueViolationError:
                continue
