"""The audit says in words what Olga did."""

from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from service.advocacy import actions
from service.campaigns import audience, compose, moments, sending
from service.campaigns.queries import Audience
from service.kit import clock
from service.organisation import queries as organisations
from service.staff import audit_words
from tests.make.campaigns import campaign, postal_address
from tests.make.smtp import smtp_url
from tests.make.staff import sign_in, staff
from tests.make.subscribers import mailing_list, subscriber


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ({"at": "2026-11-22T09:24:00+00:00"}, "leaves: 22 Nov 2026, 10:24"),
        ({"shown": True}, "shown in the archive: yes"),
        ({"shown": False}, "shown in the archive: no"),
        ({"language": "ru"}, "language: Русский"),
        ({"lists": [7, 8], "topics": ["cases"], "languages": []}, "lists: Friends, list 8; topics: cases"),
        ({"fields": ["reply_to", "name"]}, "fields: reply to, name"),
        ({"mails": 3}, "mails: 3"),
        ({"spared": 0}, "people who did not get it: 0"),
        ({}, ""),
    ],
)
@pytest.mark.usefixtures("database")
async def test_details_are_written_for_people(detail: dict[str, Any], told: str) -> None:
    assert audit_words.details(detail, await organisations.required(), {7: "Friends"}) == told


async def test_a_campaign_of_olga_s_is_named_and_hers_when_the_clock_starts_it(web: Any) -> None:
    await sign_in(web, olga := await staff("Olga"))
    await postal_address()
    friends = await mailing_list("Friends")
    await subscriber("anna@example.org", lists=[friends])
    made = await campaign(name="News <in> June")
    await compose.show_in_archive(made, True, olga.id)
    await audience.choose(made, Audience([friends]), olga.id)
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    async with smtp_url("smtp://127.0.0.1:9"):
        with clock.at(noon):
            await sending.schedule(made, moments.Moment(noon, ""), olga.id, None, warned=False)
            assert await sending.start(made)
    page = unescape((await web.get("/staff/audit")).text)
    started = page.partition("<tbody>")[2].partition("</tr>")[0]
    assert "started, as scheduled" in started and ">Olga<" in started
    assert f'<a href="/staff/campaigns/{made}">News <in> June</a>' in started
    for told in ("leaves: 1 Jun 2026, 14:00", "shown in the archive: yes", ">lists: Friends<"):
        assert told in page


async def test_an_action_of_olga_s_is_named_with_a_way_to_it(web: Any) -> None:
    await sign_in(web, olga := await staff("Olga"))
    action = await actions.create("For Maria", olga.id)
    page = unescape((await web.get("/staff/audit")).text)
    assert f'<a href="/staff/actions/{action}">For Maria</a>' in page and "Action: created" in page
