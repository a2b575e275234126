"""Making what was sealed unreadable for good, also for whoever has the secret.

Why it is not enough to forget the secret: docs/decisions/destroying-the-keys.md.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from service.kit import db
from service.kit.rekey import SealedColumn

# No secret has this version, so that nobody takes these bytes for something sealed.
_NOTHING = "'\\x00'::bytea || uuid_send(gen_random_uuid())"
# In seconds: a table of millions takes its time.
_PATIENCE = 86_400


async def overwrite(column: SealedColumn) -> int:
    """Puts other bytes, by chance, in the place of all that is sealed in a column; of how many rows.

    Those of which that was done are left alone, so that an interrupted run goes on where it was.
    """
    async with db.connection() as connection, connection.transaction():
        # Whoever writes there at this moment comes to an end first: what they seal is overwritten too, and nobody
        # waits for us while we wait for them.
        await connection.execute(f"LOCK TABLE {column.table} IN SHARE ROW EXCLUSIVE MODE", timeout=_PATIENCE)
        status: str = await connection.execute(
            f"UPDATE {column.table} SET {column.column} = {_NOTHING}"  # noqa: S608
            f" WHERE substring({column.column} FROM 1 FOR 1) <> '\\x00'",
            timeout=_PATIENCE,
        )
    return int(status.rsplit(" ", 1)[-1])


async def tidy(tables: Iterable[str]) -> None:
    """Writes the tables anew, for PostgreSQL keeps rows that were overwritten until then."""
    async with db.connection() as connection:
        for table in sorted(set(tables)):
            await connection.execute(f"VACUUM (FULL) {table}", timeout=_PATIENCE)


def shred(file: Path) -> None:
    """Overwrites a file before it is removed; on some disks what stood there before outlives that."""
    with file.open("r+b") as stream:
        stream.write(os.urandom(file.stat().st_size))
        stream.flush()
        os.fsync(stream.fileno())
    file.unlink()
