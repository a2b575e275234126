"""Copies of the database, as backups make them."""

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from service.kit import account, db, embedded
from service.kit.embedded import postgres_programs

COPY = "a_copy"


def dumped(database_url: str) -> bytes:
    return _run("pg_dump", "--format=custom", "--compress=0", database_url)


@asynccontextmanager
async def restored(dump: bytes, servers: embedded.Servers) -> AsyncIterator[None]:
    """Inside the block the service stands on a copy beside the first database."""
    await db.execute(f"CREATE DATABASE {COPY}")
    address = servers.database_url.replace("/hundredfold?", f"/{COPY}?")
    restore(dump, address)
    try:
        async with standing_on(address):
            yield
    finally:
        await db.execute(f"DROP DATABASE {COPY}")


def restore(dump: bytes, database_url: str) -> None:
    _run("pg_restore", "--no-owner", f"--dbname={database_url}", given=dump)


@asynccontextmanager
async def standing_on(database_url: str) -> AsyncIterator[None]:
    """Inside the block it is the database of this process."""
    engine = db.engine()
    pool, dsn = engine.pool, engine.config["dsn"]
    engine.pool, engine.config["dsn"] = None, database_url
    await db.open_pool()
    try:
        yield
    finally:
        await db.close_pool()
        engine.pool, engine.config["dsn"] = pool, dsn


def copy_files(servers: embedded.Servers, folder: Path) -> None:
    """Everything of the cluster, as it lies on the disk at this moment."""
    who = servers.postgres.account
    account.own_folder(folder, who)
    target = account.own_folder(folder / "postgres", who)
    sockets = servers.database_url.partition("host=")[2]
    command = ["pg_basebackup", "-D", target, "-h", sockets, "-U", "postgres", "--checkpoint=fast"]
    subprocess.run([postgres_programs() / command[0], *command[1:]], check=True, cwd="/", **account.identity(who))


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """PostgreSQL on `folder`/postgres, made where there is none; its address."""
    (folder / "log").mkdir(parents=True, exist_ok=True)
    servers = embedded.prepare(folder, durable=False)
    servers.postgres.start()
    try:
        yield servers.database_url
    finally:
        servers.postgres.stop()


def _run(program: str, *arguments: str, given: bytes = b"") -> bytes:
    done = subprocess.run(
        [postgres_programs() / program, *arguments], input=given, capture_output=True, check=True, cwd=os.sep
    )
    return done.stdout
