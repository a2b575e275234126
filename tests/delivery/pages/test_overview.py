"""The page that tells tired people whether they are needed."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from service.delivery import alerts, places
from service.kit import clock, db
from tests.make import mailings, outcomes
from tests.make.smtp import smtp_url
from tests.make.staff import sign_in, staff

HOUR = timedelta(hours=1)


@pytest.fixture
async def vera(web: Any) -> None:
    places.forget()
    await sign_in(web, await staff("Vera", "viewer"))


async def seen(web: Any) -> str:
    async with smtp_url("smtp://one.example.org?daily=100"):
        answer = await web.get("/staff/delivery")
    assert answer.status_code == 200
    return " ".join(unescape(answer.text).split())


async def test_on_a_quiet_day_it_says_that_all_is_well(web: Any, vera: None) -> None:
    page = await seen(web)
    assert "All is well. No mail waits." in page and "No campaign is being sent." in page
    assert "one.example.org:25" in page and "0 of 100" in page
    assert "data-refresh" not in page


async def test_a_house_without_a_server_is_told_who_sets_it(web: Any, vera: None) -> None:
    page = unescape((await web.get("/staff/delivery")).text)
    assert "No mail server is set up yet" in page and "All is well" not in page


async def test_a_campaign_that_paused_itself_leads_to_its_page_with_the_reason(web: Any, vera: None) -> None:
    mailing = await mailings.started(2)
    await alerts.paused(mailing, "5 refusals in a row are about <this> sender.")
    page = await seen(web)
    assert "5 refusals in a row are about <this> sender." in page and f"/staff/delivery/mailings/{mailing}" in page
    assert "<this>" not in (await web.get("/staff/delivery")).text


async def test_while_something_is_sent_the_page_keeps_itself_fresh(web: Any, vera: None) -> None:
    await outcomes.mailing_to(example_net=3)
    page = await seen(web)
    assert 'data-refresh="10"' in page and "News for …" in page and "All is well. Nothing needs you." in page


async def test_due_mail_without_a_worker_is_told(web: Any, vera: None) -> None:
    await mailings.started(1)
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert "Mail is due and nothing works on it." in await seen(web)


async def test_bounces_that_are_kept_back_lead_to_their_decision(web: Any, vera: None) -> None:
    await db.execute(
        "INSERT INTO bounce_hold (mailing, pattern, words, held_at, decision) VALUES (1, 'blocked', '', $1, '')",
        clock.now(),
    )
    page = await seen(web)
    assert "Bounces that look alike are kept back" in page and "/staff/delivery/bounces" in page


async def test_when_every_server_rests_it_says_what_they_said(web: Any, vera: None) -> None:
    await places.server("one.example.org:25")
    await db.execute("UPDATE mail_server SET rests_until = $1, rests_because = 'It is full.'", clock.now() + HOUR)
    page = await seen(web)
    assert "The mail server has trouble and is tried again by itself" in page and "It is full." in page
