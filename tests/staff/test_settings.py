"""The organisation's settings, the audit, and the switch that stops everything."""

import asyncio
from typing import Any

import pytest

import tests.make.staff as make
from service.auth import audit
from service.delivery.sending import LANES, sweep
from service.kit import db
from service.organisation import queries as organisations
from service.staff import invitations, organisation
from tests.make import mailings, smtp

GOOD = {
    "name": "Example Solidarity",
    "postal_address": "Example Lane 1\n8000 Zürich",
    "website": "https://example.org/about",
    "timezone": "Europe/Minsk",
    "languages": ["en", "de"],
    "fallback_language": "de",
    "sender_name": "Example News",
    "sender_address": "news@example.org",
    "reply_to": "",
    "contact_address": "hello@example.org",
}


async def test_olga_saves_the_settings(web: Any) -> None:
    csrf = await make.sign_in(web, await make.staff("Olga"))

    assert (await web.post("/staff/settings", data={**GOOD, "csrf": csrf})).status_code == 303

    saved = await organisations.required()
    assert (saved.name, saved.timezone, saved.languages) == ("Example Solidarity", "Europe/Minsk", ["en", "de"])
    assert saved.postal_address == "Example Lane 1\n8000 Zürich"
    detail = await db.fetch_value("SELECT detail FROM audit WHERE action = 'settings.changed'")
    assert "sender_name" in detail and "news@example.org" not in detail


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "n" * 121),
        ("website", "javascript:alert(1)"),
        ("website", "example.org"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("languages", []),
        ("fallback_language", "fr"),
        ("sender_name", "=?utf-8?q?Hi=0ABcc:_x@example.org?="),
        ("sender_name", "News \u202e gro.elpmaxe"),
        ("sender_name", "News \U0001f389"),
        ("sender_address", "a@example.org, b@example.org"),
        ("sender_address", "News <news@example.org>"),
        ("sender_address", ""),
        ("sender_address", "новости@example.org"),
        ("reply_to", "nobody"),
        ("contact_address", "a@b@example.org"),
    ],
)
async def test_what_cannot_be_is_refused_beside_its_field_and_kept(web: Any, field: str, value: Any) -> None:
    csrf = await make.sign_in(web, await make.staff("Olga"))

    answer = await web.post("/staff/settings", data={**GOOD, field: value, "csrf": csrf})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Example Lane 1" in answer.text
    assert (await organisations.required()).name == "Hundredfold"


async def test_an_editor_does_not_reach_the_settings(web: Any) -> None:
    csrf = await make.sign_in(web, await make.staff("Anna", role="editor"))

    assert (await web.get("/staff/settings")).status_code == 403
    assert (await web.post("/staff/settings", data={**GOOD, "csrf": csrf})).status_code == 403
    assert (await web.post("/staff/settings/freeze", data={"csrf": csrf})).status_code == 403


def test_each_time_zone_is_offered_once_under_its_name_of_today() -> None:
    offered = organisation.timezones("Europe/Minsk")
    assert {"Europe/Kyiv", "Asia/Kolkata", "Europe/Zurich", "America/New_York", "UTC"} <= set(offered)
    assert not {"Europe/Kiev", "Asia/Calcutta", "US/Eastern", "Etc/GMT+3", "Canada/Atlantic"} & set(offered)
    assert len(offered) == len(set(offered))
    assert "Europe/Kiev" in organisation.timezones("Europe/Kiev")


async def test_frozen_the_console_is_for_owners_alone_until_it_is_thawed(web: Any) -> None:
    olga, anna = await make.staff("Olga"), await make.staff("Anna", role="editor")
    csrf = await make.sign_in(web, olga)
    assert (await web.post("/staff/settings/freeze", data={"csrf": csrf})).status_code == 303
    assert "Everything is stopped" in (await web.get("/staff/people")).text

    await make.sign_in(web, anna)
    shut = await web.get("/staff/campaigns")
    assert shut.status_code == 403
    assert shut.text.count("Olga has stopped everything") == 1
    for told in (shut, await web.get("/staff/nowhere")):
        assert "Everything is stopped" in told.text
        assert 'href="/staff' not in told.text
        assert "Sign out" in told.text

    csrf = await make.sign_in(web, olga)
    await web.post("/staff/settings/thaw", data={"csrf": csrf})
    await make.sign_in(web, anna)
    assert (await web.get("/staff/campaigns")).status_code != 403
    actions = [row["action"] for row in await db.fetch("SELECT action FROM audit ORDER BY id")]
    assert actions == ["organisation.frozen", "organisation.thawed"]


async def test_frozen_in_the_middle_of_a_mailing_nothing_more_leaves_until_it_is_thawed(work: Any) -> None:
    olga = await make.staff("Olga")
    async with smtp.office() as office:
        office.gate, office.passes = asyncio.Event(), 1
        mailing = await mailings.started(50)
        sending = asyncio.create_task(work())
        while office.commands["MAIL"] < 1 + LANES:
            await asyncio.sleep(0.01)
        await organisation.freeze(by=olga.id)
        office.gate.set()
        await sending
        await invitations.invite("anna@example.org", "viewer", "Anna", by=olga.id)
        await work()
        await sweep()
        await work()
        assert await mailings.states(mailing) == {"sent": 1 + LANES, "queued": 49 - LANES}
        assert "anna@example.org" not in office.recipients

        await organisation.thaw(by=olga.id)
        await sweep()
        await work()
        assert await mailings.states(mailing) == {"sent": 50}
        assert sorted(set(office.recipients)) == sorted(office.recipients) and "anna@example.org" in office.recipients


async def test_the_audit_turns_its_pages_and_filters(web: Any) -> None:
    olga, anna = await make.staff("Olga"), await make.staff("Anna", role="editor")
    for number in range(60):
        await audit.record(anna.id, "campaign.saved", f"campaign {number}", {"fields": ["title", "<b>"]})
    await audit.record(None, "staff.invited", f"account {anna.id}")
    await make.sign_in(web, olga)

    first = (await web.get("/staff/audit")).text
    assert "campaign 59" in first and "campaign 10<" not in first and "a command" in first
    assert "<b>" not in first and "title, &lt;b&gt;" in first
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "campaign 10<" in (await web.get(older)).text

    filtered = (await web.get("/staff/audit", params={"action": "staff.invited"})).text
    assert "Staff: invited" in filtered and "campaign 59" not in filtered
    assert "Nothing here" in (await web.get("/staff/audit", params={"person": olga.id})).text
    assert (await web.get("/staff/audit?person=abc&before=-1&action=%27%3B--")).status_code == 200


async def test_nobody_but_an_owner_reads_the_audit(web: Any) -> None:
    await make.sign_in(web, await make.staff("Anna", role="editor"))

    assert (await web.get("/staff/audit")).status_code == 403
