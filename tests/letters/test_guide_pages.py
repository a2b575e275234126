"""The letter check as a page: what is typed is answered and forgotten."""

import re
from html import unescape

import pytest

from service.kit import clock, db, jobs
from service.letters.check import MOST
from service.letters.pages.guide import MOST_CHECKED
from tests.make import cases

LETTER = "Здравствуйте, Марина! Ответьте мне, пожалуйста. Свобода!"


async def maryna(**others):
    place = await cases.facility(reply_punished=True, rules='{"en": "No postcards with glitter."}')
    return await cases.prisoner(place=place, **({"key": "maryna"} | others))


async def test_each_finding_quotes_the_place_and_says_what_to_do(web):
    page = await web.post("/en/letters/check", data={"text": LETTER})
    said = unescape(page.text)
    assert page.status_code == 200
    assert "<mark>Свобода</mark>" in said and "<mark>Ответьте</mark>" in said
    assert "“Freedom” and release" in said and "2 things to look at" in said
    assert LETTER in said


async def test_for_maryna_the_rules_of_her_place_count_and_a_card_is_offered(web):
    await maryna()
    form = await web.get("/en/letters/check?prisoner=maryna")
    assert "No postcards with glitter." in form.text and 'name="prisoner" value="maryna"' in form.text
    page = await web.post("/en/letters/check", data={"text": LETTER, "prisoner": "maryna"})
    assert "put into a punishment cell for answering" in page.text
    assert re.findall(r'formaction="([^"]+)"', page.text) == [
        "/en/prisoners/maryna/card.pdf?size=a6",
        "/en/prisoners/maryna/card.pdf?size=a4",
    ]


async def test_whoever_is_hidden_is_as_if_there_were_nobody(web):
    await maryna(publication="hidden")
    hidden = await web.get("/en/letters/check?prisoner=maryna")
    nobody = await web.get("/en/letters/check?prisoner=nobody")
    assert (hidden.status_code, hidden.text) == (200, nobody.text)


async def test_with_initials_alone_the_place_is_not_told(web):
    await maryna(publication="initials")
    page = (await web.get("/en/letters/check?prisoner=maryna")).text
    assert "M. K." in page and "glitter" not in page and "Homel" not in page


@pytest.mark.parametrize(("text", "said"), [("  ", "Please paste or write"), ("слово " * MOST, "longer than 4000")])
async def test_what_cannot_be_checked_is_said_beside_the_field_and_not_lost(web, text, said):
    page = await web.post("/en/letters/check", data={"text": text})
    assert page.status_code == 422
    assert page.text.count(said) == 2
    assert text.strip() in page.text


async def test_markup_in_a_letter_is_shown_and_not_run(web):
    page = await web.post("/en/letters/check", data={"text": "Свобода <script>alert(1)</script>"})
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text


async def test_nothing_of_a_letter_is_kept_or_logged(web, unlikely, capfd, caplog):
    await maryna()
    letter = f"Привет, {unlikely}"
    await web.post("/en/letters/check", data={"text": letter, "prisoner": "maryna"})
    await web.post("/en/prisoners/maryna/card.pdf?size=a6", data={"text": letter})
    for row in await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        found = await db.fetch_value(
            f"SELECT count(*) FROM {row['tablename']} t WHERE t::text LIKE $1", f"%{unlikely}%"
        )
        assert found == 0, row["tablename"]
    client = jobs.broker().client
    assert not any(unlikely.encode() in key for key in client.keys("*"))
    assert "card.pdf" in caplog.text
    assert unlikely not in "".join(capfd.readouterr()) + caplog.text


async def test_who_checks_all_day_has_to_wait_and_loses_nothing(web):
    with clock.at(clock.now()):
        for _time in range(MOST_CHECKED[0]):
            await web.post("/en/letters/check", data={"text": "Привет"})
        page = await web.post("/en/letters/check", data={"text": LETTER})
    assert page.status_code == 429
    assert LETTER in unescape(page.text)


async def test_a_form_of_another_site_is_refused(web):
    sent = await web.post("/en/letters/check", data={"text": LETTER}, headers={"Origin": "https://evil.example.com"})
    assert sent.status_code == 403
