"""Every page, on a telephone by day and on a desk by night: readable, within its screen, and asking nobody else."""

import os
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from litestar.routes import HTTPRoute
from playwright.async_api import Browser

from service.app import app
from tests.browser.examples import Examples
from tests.browser.looking import AXE, findings, keep_shot, outline
from tests.browser.pages import NOT_PAGES, PLACES, Place
from tests.browser.product import Product
from tests.browser.visitor import DESK, PHONE, Visitor, arrive

Readers = dict[bool, Visitor]
VIEWS = ((PHONE, "light"), (DESK, "dark"))
FORMS_NOBODY_CAN_SEND = """() => [...document.forms]
    .filter((form) => form.checkVisibility() && !form.querySelector("button:not([type=button])"))
    .map((form) => form.action)"""


@pytest.fixture(scope="module")
async def readers(browser: Browser, product: Product, owner: Any) -> AsyncIterator[Readers]:
    """Somebody of the public, and the owner."""
    found = {
        signed_in: await arrive(browser, product.origin, signed_in=owner if signed_in else None)
        for signed_in in (False, True)
    }
    for visitor in found.values():
        await visitor.page.add_init_script(AXE)
    yield found
    for visitor in found.values():
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
    reader, language = readers[place.signed_in], place.languages()[0]
    # A page begins on the screen on which the one before it ended: between two pages nothing has to be turned back.
    views = VIEWS if PLACES.index(place) % 2 else VIEWS[::-1]
    await reader.turn_to(*views[0])
    answer = await reader.goto(place.path.format(language=language, **examples))
    assert answer is not None and answer.status == place.status
    found = []
    for view in views:
        await reader.turn_to(*view)
        found += [f"{view}: {fault}" for fault in await outline(reader, language)]
        if view in looked_at_closely(place):
            found += [f"{view}: {fault}" for fault in await findings(reader.page)]
    found += reader.complaints
    reader.complaints.clear()
    await keep_shot(reader.page, f"{place.path.strip('/').replace('/', '-')}-{language}")
    assert found == []


def looked_at_closely(place: Place) -> Sequence[tuple[int, str]]:
    """All parts of the console on both screens; pages, which are made of the same parts, on one or the other."""
    return VIEWS if place.route == "/staff/styleguide" else [VIEWS[PLACES.index(place) % len(VIEWS)]]


def others(place: Place) -> list[str]:
    """French and Russian, or German and Belarusian: neighbours are made of the same parts. PAGES=all: each."""
    found = place.languages()[1:]
    if os.environ.get("PAGES") != "all":
        found = found[PLACES.index(place) % 2 :: 2]
    return found or place.languages()


@pytest.fixture(scope="module")
async def without_scripts(blind: Browser, product: Product, owner: Any) -> AsyncIterator[dict[bool, Visitor]]:
    """Somebody of the public and the owner, on telephones that run no scripts."""
    found = {
        signed_in: await arrive(blind, product.origin, width=PHONE, scripts=False, signed_in=cookies)
        for signed_in, cookies in ((False, None), (True, owner))
    }
    yield found
    for visitor in found.values():
        await visitor.context.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.path)
async def test_it_says_and_sends_the_same_without_scripts(
    place: Place, without_scripts: dict[bool, Visitor], examples: Examples
) -> None:
    """In other languages where there are some: a telephone is too narrow for the longest words if anything is."""
    reader = without_scripts[place.signed_in]
    reader.complaints.clear()
    for language in others(place):
        await reader.turn_to(*VIEWS[0])
        answer = await reader.goto(place.path.format(language=language, **examples))
        assert answer is not None and answer.status == place.status, language
        assert await outline(reader, language) == []
        assert await reader.page.locator("h1:visible").count() == 1
        assert await reader.page.get_by_text("JavaScript").count() == 0
        assert await reader.page.evaluate(FORMS_NOBODY_CAN_SEND) == []
        await keep_shot(reader.page, f"{place.path.strip('/').replace('/', '-')}-{language}-without-scripts")
    assert reader.complaints == []
