"""The page on which Olga sees what her domain says about the mail, and keeps the keys that sign."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import tests.make.staff as make
from service.delivery import dkim_keys
from service.delivery.dkim_keys import KeyState
from service.kit import clock, db
from tests.make import dns

PAGE = "/staff/deliverability"
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
async def csrf(web: Any) -> str:
    await db.execute("UPDATE organisation SET sender_address = 'news@example.org'")
    return await make.sign_in(web, await make.staff("Olga"))


async def test_olga_sees_what_is_missing_and_what_to_write(web: Any, csrf: str) -> None:
    async with dns.configured():
        page = (await web.get(PAGE)).text
    assert "records need you" in page
    assert re.search(
        r"<textarea[^>]* readonly[^>]*>\s*v=DMARC1; p=none; rua=mailto:news@example.org</textarea>", page
    )
    assert "no server yet: SMTP_URL is empty" in page


async def test_where_nobody_answers_the_page_comes_all_the_same(web: Any, csrf: str) -> None:
    answer = await web.get(PAGE)
    assert answer.status_code == 200
    assert "Looking up is switched off here" in answer.text and "v=DMARC1" in answer.text


async def test_what_stands_in_the_dns_is_shown_as_text_only(web: Any, csrf: str) -> None:
    async with dns.configured({"TXT example.org": ["v=spf1 <script>alert(1)</script> -all"]}):
        page = (await web.get(PAGE)).text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


async def test_within_a_minute_nobody_is_asked_twice_unless_olga_wants(web: Any, csrf: str) -> None:
    async with dns.configured() as server:
        with clock.at(MONDAY):
            await web.get(PAGE)
            asked = len(server.asked)
            await web.get(PAGE)
            assert len(server.asked) == asked > 0
            assert (await web.post(f"{PAGE}/again", data={"csrf": csrf})).headers["location"] == PAGE
            await web.get(PAGE)
            assert len(server.asked) == 2 * asked
        with clock.at(MONDAY + timedelta(minutes=1)):
            await web.get(PAGE)
            assert len(server.asked) == 3 * asked


async def test_a_silent_dns_does_not_hold_the_page_for_long(
    web: Any, csrf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.delivery.dns.lookups._TRY", 3600)
    monkeypatch.setattr("service.delivery.dns.lookups._PATIENCE", 0.1)
    async with dns.configured({f"TXT {name}": dns.SILENCE for name in ("example.org", "_dmarc.example.org")}):
        page = (await web.get(PAGE)).text
    assert "The DNS did not answer in time." in page


async def test_olga_makes_a_key_publishes_it_and_it_signs(web: Any, csrf: str) -> None:
    async with dns.configured() as server:
        made = await web.post(f"{PAGE}/keys", data={"csrf": csrf, "algorithm": "ed25519"})
        assert (made.status_code, made.headers["location"]) == (303, PAGE)
        [key] = await dkim_keys.listing()
        assert f"{key.name}</textarea>" in (await web.get(PAGE)).text

        early = await web.post(f"{PAGE}/keys/{key.id}/start", data={"csrf": csrf})
        assert early.status_code == 409
        assert "is not seen from here yet" in early.text and f'href="#key-{key.id}"' in early.text

        server.records[f"TXT {key.name}"] = [key.value]
        assert (await web.post(f"{PAGE}/keys/{key.id}/start", data={"csrf": csrf})).status_code == 303
    assert (await dkim_keys.get(key.id)).state is KeyState.SIGNING
    told = await db.fetch("SELECT action, account FROM audit WHERE action LIKE 'dkim_key.%' ORDER BY id")
    assert [row["action"] for row in told] == ["dkim_key.made", "dkim_key.started"]
    assert None not in {row["account"] for row in told}


async def test_olga_may_know_better_than_our_dns(web: Any, csrf: str) -> None:
    key = await dkim_keys.make("example.org", "ed25519")
    async with dns.configured():
        assert 'name="anyway"' in (await web.get(PAGE)).text
        started = await web.post(f"{PAGE}/keys/{key.id}/start", data={"csrf": csrf, "anyway": "yes"})
    assert started.status_code == 303
    assert (await dkim_keys.get(key.id)).state is KeyState.SIGNING


async def test_a_second_click_on_make_tells_of_the_key_that_waits(web: Any, csrf: str) -> None:
    for status in (303, 409):
        answer = await web.post(f"{PAGE}/keys", data={"csrf": csrf, "algorithm": "ed25519"})
        assert answer.status_code == status
    assert "waits for its record already" in answer.text
    assert (await web.post(f"{PAGE}/keys", data={"csrf": csrf, "algorithm": "dsa"})).status_code == 422


async def test_a_key_that_stopped_is_removed_after_a_week_and_not_before(web: Any, csrf: str) -> None:
    with clock.at(MONDAY):
        key = await dkim_keys.make("example.org", "ed25519")
        await dkim_keys.start(key.id)
        assert (await web.post(f"{PAGE}/keys/{key.id}/retire", data={"csrf": csrf})).status_code == 303
        early = await web.post(f"{PAGE}/keys/{key.id}/remove", data={"csrf": csrf})
        assert early.status_code == 409 and "still under way" in early.text
    with clock.at(MONDAY + timedelta(days=7)):
        await dkim_keys.remove(key.id)
    for change in ("start", "retire", "remove"):
        gone = await web.post(f"{PAGE}/keys/{key.id}/{change}", data={"csrf": csrf})
        assert gone.status_code == 404


async def test_a_sender_without_a_domain_comes_first(web: Any, csrf: str) -> None:
    await db.execute("UPDATE organisation SET sender_address = 'news@localhost'")
    page = await web.get(PAGE)
    assert page.status_code == 200
    assert "“localhost” is no domain that mail could come from" in page.text
    refused = await web.post(f"{PAGE}/keys", data={"csrf": csrf, "algorithm": "rsa"})
    assert refused.status_code == 422


async def test_an_editor_does_not_get_there(web: Any, csrf: str) -> None:
    anna = await make.sign_in(web, await make.staff("Anna", role="editor"))
    assert (await web.get(PAGE)).status_code == 403
    assert (await web.post(f"{PAGE}/keys", data={"csrf": anna, "algorithm": "rsa"})).status_code == 403
    assert PAGE not in (await web.get("/staff")).text


async def test_the_settings_lead_there(web: Any, csrf: str) -> None:
    assert f'href="{PAGE}"' in (await web.get("/staff/settings")).text
