"""Copies of the database, as backups make them."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.kit import db, embedded
from service.kit.embedded import postgres_programs

COPY = "a_copy"


def dumped(database_url: str) -> bytes:
    return _run("pg_dump", "--format=custom", "--compress=0", database_url)


@asynccontextmanager
async def restored(dump: bytes, servers: embedded.Servers) -> AsyncIterator[None]:
    """Inside the block the service stands on the copy."""
    await db.execute(f"CREATE DATABASE {COPY}")
    address = servers.database_url.replace("/hundredfold?", f"/{COPY}?")
    _run("pg_restore", "--no-owner", f"--dbname={address}", given=dump)
    engine = db.engine()
    first, engine.pool, engine.config["dsn"] = engine.pool, None, address
    await db.open_pool()
    try:
        yield
    finally:
        await db.close_pool()
        engine.pool, engine.config["dsn"] = first, servers.database_url
        await db.execute(f"DROP DATABASE {COPY}")


def _run(program: str, *arguments: str, given: bytes = b"") -> bytes:
    done = subprocess.run([postgres_programs() / program, *arguments], input=given, capture_output=True, check=True)
    return done.stdout
