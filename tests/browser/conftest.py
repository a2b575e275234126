"""A real Chromium before the whole product, both started once."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.examples import Examples, gather
from tests.browser.product import Product
from tests.browser.visitor import Visitor, arrive

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=15_000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process has the browser and the product; the others go on with the rest."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.xdist_group("browser"))


Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; on Debian: apt install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def product(browser: Browser) -> AsyncIterator[Product]:
    """With its demo; every journey brings its own people, so that none stands in another's way."""
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        product = Product(Path(folder))
        await product.start()
        yield product
        await product.stop()


@pytest.fixture(scope="session")
async def examples(product: Product, owner: Any) -> Examples:
    return await gather(product, owner)


@pytest.fixture(scope="session")
async def owner(browser: Browser, product: Product) -> Any:
    """The cookies of the owner, who came in by the link that `up` printed."""
    visitor = await arrive(browser, product.origin)
    await visitor.goto(product.way_in)
    await visitor.page.get_by_role("button", name="Sign in").click()
    await visitor.page.wait_for_url("**/staff")
    cookies = await visitor.context.storage_state()
    await visitor.context.close()
    return cookies


@pytest.fixture
async def visit(browser: Browser, product: Product) -> AsyncIterator[Visit]:
    """`await visit(width=390, scripts=False)`: somebody new; a complaint of their browser fails the test."""
    visitors: list[Visitor] = []

    async def come(**how: Any) -> Visitor:
        visitors.append(await arrive(browser, product.origin, **how))
        return visitors[-1]

    yield come
    for visitor in visitors:
        await visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
