"""What every test stands on: the real PostgreSQL and Valkey, started once, and emptied before each test that asks."""

import gc
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from service.kit import embedded

SECRET = "tests-only-" + "s" * 32
pytest_plugins = ["tests.faults.table", "tests.together"]

_stack = ExitStack()
_started: list[embedded.Servers] = []


def pytest_configure(config: pytest.Config) -> None:
    """Before any module of ours is imported: jobs and the app read the settings when they are.

    With -n each process has servers of its own; the one that only hands out the tests needs none. DURABLE=1, for a
    bench, makes PostgreSQL wait for the disk as it does in earnest.
    """
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        return
    folder = _stack.enter_context(tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp", ignore_cleanup_errors=True))
    _started.append(_stack.enter_context(embedded.servers(Path(folder), durable=bool(os.environ.get("DURABLE")))))
    os.environ.update(
        DATABASE_URL=_started[0].database_url,
        BROKER_URL=_started[0].broker_url,
        SMTP_URL="",
        DNS_RESOLVER="none",
        HUNDREDFOLD_SECRET=SECRET,
        HUNDREDFOLD_VAR=folder,
        HUNDREDFOLD_ORIGIN="https://news.example.org",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests and all modules stay to the end: nobody looks again and again whether they can go."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    _stack.close()


@pytest.fixture(scope="session")
def servers() -> embedded.Servers:
    return _started[0]


@pytest.fixture(scope="session")
async def migrated(servers: embedded.Servers) -> AsyncIterator[list[str]]:
    """The pool of this test run and the names of all tables but Piccolo's and the organisation."""
    from service import piccolo_app
    from service.kit import db

    await db.open_pool()
    await piccolo_app.migrate()
    tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    yield [row["tablename"] for row in tables if row["tablename"] not in ("migration", "organisation")]
    await db.close_pool()


@pytest.fixture
async def database(migrated: list[str]) -> None:
    """An empty database with its organisation, and an empty queue."""
    from service.delivery import domains, places
    from service.kit import db, jobs
    from service.kit.settings import settings
    from service.organisation import setup
    from tests import emptying

    places.forget()
    domains.everywhere.forget()
    await emptying.empty(tuple(migrated))
    await db.execute("DELETE FROM organisation")
    await setup.ensure()
    (settings().var / "heartbeat").unlink(missing_ok=True)
    jobs.broker().client.flushall()


@pytest.fixture
def work(database: None) -> Callable[[], Any]:
    """`await work()` does everything that waits in the real queue, in this process and with this clock.

    Returns the names of the jobs that ran, in order.
    """
    from service.kit import jobs

    async def run() -> list[str]:
        done: list[str] = []
        while message := _next_message():
            done.append(message.actor_name)
            await jobs.body(message.actor_name)(*message.args)
        return done

    def _next_message() -> Any:
        for queue in jobs.QUEUES:
            consumer = jobs.broker().consume(queue, prefetch=1, timeout=1)
            message = next(consumer)
            if message is not None:
                consumer.ack(message)
                consumer.close()
                return message
            consumer.close()
        return None

    return run


@pytest.fixture
async def web(database: None) -> AsyncIterator[Any]:
    """A browser without scripts: `await web.get("/en/")`. Cookies are kept, redirects are not followed."""
    from httpx import ASGITransport, AsyncClient

    from service.app import app
    from service.kit import log

    # One for all tests, as registering the routes takes a quarter of a second, with what a new one starts from.
    log.set_up()
    app.state.pop("page", None)
    # In the loop of the test, whose pool it shares; Litestar's own test client runs the app in another thread.
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="https://news.example.org") as client:
        yield client


@pytest.fixture
def unlikely() -> str:
    """A word that stands nowhere else: the canary that is searched for in dumps, logs and queues."""
    return "canary" + secrets.token_hex(8)
