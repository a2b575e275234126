"""Olga sees the bounces that were kept back, and says what they were."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from service.delivery import breaker
from service.delivery.tables import BounceKind
from service.kit import clock, db
from service.subscribers import bounces
from tests.make import mailings
from tests.make.bounces import BLOCKED, came_back, sent
from tests.make.staff import sign_in, staff
from tests.make.subscribers import subscriber

PAGE = "/staff/delivery/bounces"
WORDS = "550 5.1.1 <b>refused</b> by the gate"


async def held(words: str = WORDS, kind: BounceKind = BounceKind.HARD) -> int:
    """Ten mails to one provider came back alike; the id of what is held."""
    mailing = await mailings.mailing()
    for number in range(10):
        person = await subscriber(f"reader{number}@bigmail.example.net")
        delivery = await sent(mailing, person, "bigmail.example.net")
        await came_back(delivery, kind, words)
    await breaker.watch()
    [hold] = await breaker.holds()
    return hold.id


async def left() -> int:
    with clock.at(clock.now() + timedelta(hours=1)):
        await bounces.take()
    count: int = await db.fetch_value("SELECT count(*) FROM subscriber WHERE state = 'unsubscribed'")
    return count


async def test_what_is_held_is_shown_without_anybody_s_address(web: Any) -> None:
    await sign_in(web, await staff("Olga"))
    assert "Nothing is held" in (await web.get(PAGE)).text
    await held()
    page = unescape((await web.get(PAGE)).text)
    assert "10 mails came back from bigmail.example.net" in page and WORDS in page
    assert "reader" not in page and "They are gone" in page and "It was a filter" in page
    assert f'href="{PAGE}"' in (await web.get("/staff/delivery")).text


@pytest.mark.parametrize(("decision", "gone", "badge"), [("gone", 10, "Gone"), ("filter", 0, "A filter")])
async def test_olga_decides_with_one_button(web: Any, decision: str, gone: int, badge: str) -> None:
    csrf = await sign_in(web, await staff("Olga"))
    hold = await held()
    answer = await web.post(f"{PAGE}/{hold}", data={"csrf": csrf, "decision": decision})
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    page = (await web.get(PAGE)).text
    assert badge in page and "They are gone" not in page
    assert await left() == gone
    assert "Held bounces: " in (await web.get("/staff/audit")).text


async def test_a_block_needs_no_decision_about_people(web: Any) -> None:
    await sign_in(web, await staff("Olga"))
    await held(BLOCKED, BounceKind.BLOCKED)
    page = (await web.get(PAGE)).text
    assert "Understood" in page and "They are gone" not in page


async def test_who_only_looks_does_not_decide(web: Any) -> None:
    csrf = await sign_in(web, await staff("Vera", "viewer"))
    hold = await held()
    assert "Ask an owner or an editor" in (await web.get(PAGE)).text
    answer = await web.post(f"{PAGE}/{hold}", data={"csrf": csrf, "decision": "gone"})
    assert (answer.status_code, await left()) == (403, 0)


async def test_a_decision_that_is_none_or_comes_second_changes_nothing(web: Any) -> None:
    csrf = await sign_in(web, await staff("Olga"))
    hold = await held()
    answer = await web.post(f"{PAGE}/{hold}", data={"csrf": csrf, "decision": "maybe"})
    assert answer.status_code == 422 and "press one of the two buttons" in answer.text
    await web.post(f"{PAGE}/{hold}", data={"csrf": csrf, "decision": "filter"})
    second = await web.post(f"{PAGE}/{hold}", data={"csrf": csrf, "decision": "gone"})
    assert second.status_code == 409 and "meanwhile" in second.text
    assert (await web.post(f"{PAGE}/404", data={"csrf": csrf, "decision": "gone"})).status_code == 404
    assert await left() == 0
