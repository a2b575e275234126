"""A real Chromium before the whole product, both started once."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.examples import Examples, gather
from tests.browser.looking import SHOTS
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

# It lays pages out and shows none: no frame comes for which a script, a click or a screenshot would wait.
BLIND = "--disable-threaded-compositing"

expect.set_options(timeout=15_000)


Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with _chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
async def blind() -> AsyncIterator[Browser]:
    """For who only asks how pages without scripts are made; takes a third less time for each."""
    async with _chromium(*([] if SHOTS else [BLIND])) as browser:
        yield browser


@asynccontextmanager
async def _chromium(*more: str) -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; on Debian: apt install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIETLY, *more])
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
