"""Every page, on a telephone by day and on a desk by night: readable, within its screen, and asking nobody else."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar.routes import HTTPRoute
from playwright.async_api import Browser

from service.app import app
from tests.browser.examples import Examples
from tests.browser.looking import faults, keep_shot, outline
from tests.browser.pages import NOT_PAGES, PLACES, Place
from tests.browser.product import Product
from tests.browser.visitor import DESK, PHONE, Visitor, arrive

Readers = dict[bool, list[Visitor]]


@pytest.fixture(scope="module")
async def readers(browser: Browser, product: Product, owner: Any) -> AsyncIterator[Readers]:
    """A telephone by day and a desk by night: of the public, and of the owner."""
    ways: list[dict[str, Any]] = [{"width": PHONE, "scheme": "light"}, {"width": DESK, "scheme": "dark"}]
    found = {
        signed_in: [await arrive(browser, product.origin, signed_in=cookies, **way) for way in ways]
        for signed_in, cookies in ((False, None), (True, owner))
    }
    yield found
    for visitor in [*found[False], *found[True]]:
        await visitor.context.close()


def test_no_page_is_forgotten() -> None:
    pages = {
        route.path
        for route in app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods and not route.path.startswith("/static")
    }
    assert pages - {place.route for place in PLACES} == set(NOT_PAGES)
    assert {place.route for place in PLACES if place.route} <= pages


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.path)
async def test_it_can_be_read_by_everybody(place: Place, readers: Readers, examples: Examples) -> None:
    phone, desk = readers[place.signed_in]
    # The width of a telephone is the hard one, so it reads all languages; the desk reads the first.
    found = await asyncio.gather(
        _look(phone, place, place.languages(), examples), _look(desk, place, place.languages()[:1], examples)
    )
    assert found == [[], []]


async def _look(reader: Visitor, place: Place, languages: list[str], examples: Examples) -> list[str]:
    """What is wrong, each with the address."""
    found = []
    for language in languages:
        path = place.path.format(language=language, **examples)
        answer = await reader.goto(path)
        assert answer is not None
        if answer.status != place.status:
            found.append(f"{path} answers {answer.status}")
        # A translation changes lengths, not colours and roles: the others need no axe.
        said = await faults(reader, language) if language == languages[0] else await outline(reader, language)
        found += [f"{path}: {fault}" for fault in said + reader.complaints]
        reader.complaints.clear()
        await keep_shot(reader.page, f"{place.path.strip('/').replace('/', '-')}-{language}")
    return found


@pytest.fixture(scope="module")
async def without_scripts(browser: Browser, product: Product, owner: Any) -> AsyncIterator[dict[bool, Visitor]]:
    """Somebody of the public and the owner, on telephones that run no scripts."""
    found = {
        signed_in: await arrive(browser, product.origin, width=PHONE, scripts=False, signed_in=cookies)
        for signed_in, cookies in ((False, None), (True, owner))
    }
    yield found
    for visitor in found.values():
        await visitor.context.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.path)
async def test_it_says_and_sends_the_same_without_scripts(
    place: Place, without_scripts: dict[bool, Visitor], examples: Examples
) -> None:
    reader = without_scripts[place.signed_in]
    answer = await reader.goto(place.path.format(language=place.languages()[0], **examples))
    assert answer is not None and answer.status == place.status
    assert await reader.page.locator("h1:visible").count() == 1
    assert await reader.page.get_by_text("JavaScript").count() == 0
    for form in await reader.page.locator("form:visible").all():
        assert await form.locator("button:not([type=button])").count(), await form.get_attribute("action")
    assert reader.complaints == []
