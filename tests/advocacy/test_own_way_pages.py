"""The telephone and the printer, as visitors use them."""

import re
from typing import Any

import pypdfium2
import pytest

from service.advocacy.pages import call, paper
from service.kit import db
from service.kit.i18n import LANGUAGES
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")
LETTER = {
    "name": "Anna Muster",
    "street": "",
    "postcode": "3011",
    "town": "Bern",
    "subject": "About <Maria>",
    "text": "Guten Tag Rosa Beispiel\n\nI wrote this by myself.",
}


async def asked(state: str = "open", **columns: Any) -> str:
    """The key of Rosa, whom action k7 asks."""
    values = {"key": "rosa", "phone": "+41 (0)58 322-90 00", "postal": "Parlamentsgebäude\n3003 Bern"} | columns
    rosa = await advocacy.representative(await advocacy.parliament(), await advocacy.area(), **values)
    await advocacy.action(key="k7", state=state, targets={"people": [rosa]})
    return str(values["key"])


async def page(web: Any, path: str, status: int = 200) -> str:
    answer = await web.get(path)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.text)


async def own_ways() -> list[str]:
    return [row["way"] for row in await db.fetch("SELECT way FROM own_way ORDER BY id")]


async def test_anna_touches_the_number_and_reads_what_to_say(web: Any) -> None:
    await asked()
    found = await page(web, "/en/actions/k7/call/rosa")
    assert 'href="tel:+410583229000"' in found and "+41 (0)58 322-90 00" in found
    assert "Say your name and where you live." in found and "National Council · Bern · Example Party" in found


async def test_of_who_has_no_number_none_is_made_up(web: Any) -> None:
    await asked(phone="")
    found = await page(web, "/en/actions/k7/call/rosa?area=3")
    assert "tel:" not in found and "I have called" not in found
    assert 'href="/en/actions/k7/write/rosa?area=3"' in found


async def test_what_a_source_calls_a_number_leads_nowhere_else(web: Any) -> None:
    await asked(phone='"><a href="javascript:alert(1)">12')
    found = await page(web, "/en/actions/k7/call/rosa")
    assert 'href="tel:112"' in found and 'href="javascript' not in found


async def test_who_called_says_so_is_thanked_and_shown_how_to_pass_it_on(web: Any) -> None:
    await asked()
    answer = await web.post("/en/actions/k7/own/rosa", data={"way": "phone"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/actions/k7/share")
    assert "We have counted your call" in await page(web, "/en/actions/k7/share")
    assert await own_ways() == ["phone"]


async def test_looking_at_the_pages_counts_nothing(web: Any) -> None:
    await asked()
    for way in ("call", "paper"):
        await page(web, f"/en/actions/k7/{way}/rosa")
    await web.post("/en/actions/k7/paper/rosa", data=LETTER)
    assert await own_ways() == []


async def test_one_client_does_not_make_a_crowd(web: Any) -> None:
    await asked()
    statuses = [
        (await web.post("/en/actions/k7/own/rosa", data={"way": "phone"})).status_code
        for _each in range(call.MOST_TOLD[0] + 2)
    ]
    assert statuses.count(303) == call.MOST_TOLD[0] == len(await own_ways()) and statuses[-1] == 429


async def test_whoever_has_a_thousand_networks_does_not_make_one_either(web: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(call, "MOST_TOLD", (1, 86_400))
    await asked()
    for n in range(6):
        came_from = {"x-forwarded-for": f"2001:db8:1:{n}::7"}
        await web.post("/en/actions/k7/own/rosa", data={"way": "phone"}, headers=came_from)
    assert len(await own_ways()) == 4


@pytest.mark.parametrize(("state", "status"), [("closed", 410), ("frozen", 409), ("draft", 404)])
async def test_when_one_cannot_take_part_nothing_is_counted(web: Any, state: str, status: int) -> None:
    await asked(state)
    for path in ("call", "paper"):
        await page(web, f"/en/actions/k7/{path}/rosa", status)
    assert (await web.post("/en/actions/k7/own/rosa", data={"way": "phone"})).status_code == status
    assert await own_ways() == []


async def test_a_form_of_another_site_counts_nothing(web: Any) -> None:
    await asked()
    for path in ("own", "paper"):
        answer = await web.post(
            f"/en/actions/k7/{path}/rosa", data={"way": "phone"}, headers={"Origin": "https://evil.example.net"}
        )
        assert answer.status_code == 403
    assert await own_ways() == []


async def test_who_is_not_asked_is_not_called(web: Any) -> None:
    await asked()
    await advocacy.representative(await advocacy.parliament("ch-sr"), key="lea")
    for key in ("lea", "nobody"):
        for way in ("call", "paper"):
            await page(web, f"/en/actions/k7/{way}/{key}", 404)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_in_every_language_there_is_a_page_and_a_sheet(web: Any, language: str) -> None:
    await asked()
    for way in ("call", "paper"):
        assert "Rosa Beispiel" in await page(web, f"/{language}/actions/k7/{way}/rosa")
    answer = await web.post(f"/{language}/actions/k7/paper/rosa", data={})
    assert answer.headers["content-type"] == "application/pdf" and answer.content.startswith(b"%PDF")


async def test_annas_letter_is_in_the_file_and_kept_nowhere(web: Any) -> None:
    await asked()
    answer = await web.post("/en/actions/k7/paper/rosa", data=LETTER)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    text = pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_bounded()
    for part in ("Anna Muster", "3011 Bern", "About <Maria>", "Parlamentsgebäude", "I wrote this by myself."):
        assert part in text
    assert await db.fetch_value("SELECT count(*) FROM advocacy_letter") == 0


async def test_what_can_not_be_printed_now_is_given_back_whole(web: Any) -> None:
    await asked()
    for _each in range(paper.MOST[0]):
        await web.post("/en/actions/k7/paper/rosa", data={})
    answer = await web.post("/en/actions/k7/paper/rosa", data=LETTER)
    assert answer.status_code == 429
    for value in ("Anna Muster", "3011", "Bern", "About &lt;Maria&gt;", "I wrote this by myself."):
        assert f'value="{value}' in answer.text or value in answer.text
    assert "error-summary" in answer.text


async def test_a_letter_that_was_written_before_the_action_closed_can_still_be_printed(web: Any) -> None:
    await asked("closed")
    assert (await web.post("/en/actions/k7/paper/rosa", data=LETTER)).content.startswith(b"%PDF")


async def test_an_address_that_nobody_knows_is_not_guessed(web: Any) -> None:
    await asked(postal="", website="javascript:alert(1)")
    found = await page(web, "/en/actions/k7/paper/rosa")
    assert "No postal address" in found and "javascript:" not in found
