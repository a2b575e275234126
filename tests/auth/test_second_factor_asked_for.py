"""Owners and editors have thirty days to set up the second factor; then the console opens with it alone."""

import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest

import tests.make.staff as make
from service.auth import second_factor, sessions
from service.kit import clock, db

SET_UP = "/staff/account/second-factor"


@pytest.fixture
def now() -> Iterator[datetime]:
    moment = clock.now()
    with clock.at(moment):
        yield moment


@pytest.mark.parametrize("role", ["owner", "editor"])
async def test_until_the_day_it_is_only_a_reminder_with_the_day(web: Any, now: datetime, role: str) -> None:
    await make.sign_in(web, await make.staff("Ed", role))
    page = await web.get("/staff/campaigns")
    assert page.status_code == 200
    assert f"As an {role} you reach" in page.text
    assert (now + sessions.GRACE).strftime("%Y-%m-%dT%H:%M") in page.text


async def test_from_then_on_every_page_leads_to_where_it_is_set_up(web: Any, now: datetime) -> None:
    ed = await make.staff("Ed", "editor")
    await make.sign_in(web, ed)
    with clock.at(now + sessions.GRACE + timedelta(minutes=1)):
        csrf = await make.sign_in(web, ed)
        for page in ("/staff", "/staff/campaigns", "/staff/subscribers"):
            answer = await web.get(page)
            assert (answer.status_code, answer.headers["location"]) == (303, SET_UP)
        refused = await web.post("/staff/subscribers/find", data={"csrf": csrf, "address": "anna@example.org"})
        assert (refused.status_code, "need a second factor" in refused.text) == (403, True)
        shown = (await web.get(SET_UP)).text
        assert "A second factor is needed now" in shown
        assert "Not now" not in shown
        assert (await web.get("/staff/account")).status_code == 200
        assert (await web.post("/staff/sign-out", data={"csrf": csrf})).status_code == 303


async def test_with_it_everything_is_open_again_at_once(web: Any, now: datetime) -> None:
    olga = await make.staff("Olga")
    await make.sign_in(web, olga)
    with clock.at(now + sessions.GRACE):
        csrf = await make.sign_in(web, olga)
        page = (await web.get(SET_UP)).text
        [setup] = re.findall(r'name="setup" value="(\w+)"', page)
        [key] = re.findall(r"<code>([A-Z2-7 ]+)</code>", html.unescape(page))
        code = pyotp.TOTP(key.replace(" ", "")).at(clock.now())
        done = await web.post(SET_UP, data={"csrf": csrf, "setup": setup, "code": code, "confirm": olga.password})
        assert "Your recovery codes" in done.text
        assert (await web.get("/staff/campaigns")).status_code == 200


async def test_to_turn_it_off_again_after_the_day_does_not_help(web: Any, now: datetime) -> None:
    olga = await make.staff("Olga")
    await make.sign_in(web, olga)
    secret = second_factor.new_secret()
    await second_factor.set_up(olga.id, secret, pyotp.TOTP(secret).at(now))
    with clock.at(now + sessions.GRACE):
        await make.sign_in(web, olga)
        assert (await web.get("/staff/campaigns")).status_code == 200
        await second_factor.turn_off(olga.id)
        assert (await web.get("/staff/campaigns")).headers["location"] == SET_UP


async def test_moderators_and_viewers_are_asked_for_nothing_until_they_become_editors(
    web: Any, now: datetime
) -> None:
    mo = await make.staff("Mo", "moderator")
    await make.sign_in(web, mo)
    late = now + 2 * sessions.GRACE
    with clock.at(late):
        await make.sign_in(web, mo)
        page = await web.get("/staff/campaigns")
        assert (page.status_code, "second factor" in page.text) == (200, False)
        await db.execute("UPDATE account SET role = 'editor' WHERE id = $1", mo.id)
        await make.sign_in(web, mo)
        assert "As an editor you reach" in (await web.get("/staff/campaigns")).text
    with clock.at(late + sessions.GRACE):
        await make.sign_in(web, mo)
        assert (await web.get("/staff/campaigns")).headers["location"] == SET_UP


async def test_one_more_session_does_not_put_the_day_off(web: Any, now: datetime) -> None:
    olga = await make.staff("Olga")
    await make.sign_in(web, olga)
    with clock.at(now + timedelta(days=29)):
        await sessions.begin(olga.id)
    with clock.at(now + sessions.GRACE):
        await make.sign_in(web, olga)
        assert (await web.get("/staff")).headers["location"] == SET_UP
