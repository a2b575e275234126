"""The product on servers of its own, which the tests kill."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults import reckoning
from tests.faults.product import Product
from tests.faults.product import product as running


@pytest.fixture(scope="session")
async def whole() -> AsyncIterator[Product]:
    temporary = tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp", ignore_cleanup_errors=True)
    with temporary as folder, running(Path(folder)) as made:
        keeper = asyncio.create_task(_look_round(made))
        yield made
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper


async def _look_round(product: Product) -> None:
    while True:
        product.look_round()
        await asyncio.sleep(0.05)


@pytest.fixture
async def product(whole: Product) -> AsyncIterator[Product]:
    """Both servers run, and the post office answers at once, whatever the test before has left."""
    yield whole
    print(whole.complaints())
    whole.office.pause = 0
    whole.office.release()
    for server in (whole.servers.postgres, whole.servers.valkey):
        if not server.running:
            await asyncio.to_thread(server.start)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> reckoning.Tell:
    return reckoning.telling(record_property)
