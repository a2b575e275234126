"""The link "I posted it", as writers, strangers and machines use it."""

import asyncio
from datetime import timedelta

import pytest

from service.kit import clock, db, tokens
from service.letters import allotting, posting
from tests.make import cases, letters


@pytest.fixture
async def maryna(database):
    return await cases.prisoner(place=await cases.facility(), key="maryna")


@pytest.fixture
async def pavel(database):
    colony = await cases.facility("ИК №1", town="г. Новополоцк")
    return await cases.prisoner("Pavel Sapega", colony, key="pavel", name_ru="Павел Сапега", name_be="")


@pytest.fixture
async def link(maryna, pavel):
    """What Anna was mailed."""
    await letters.allotment(maryna, 5, "mailing 7")
    await letters.allotment(pavel, 5, "mailing 7")
    return "/en/posted/" + posting.token("mailing 7", [maryna, pavel])


async def said():
    rows = await db.fetch("SELECT prisoner, sum(letters) AS letters FROM letters_posted GROUP BY 1")
    return {row["prisoner"]: row["letters"] for row in rows}


async def everything():
    """All that a letter could change."""
    return [
        await db.fetch(f"SELECT * FROM {table} ORDER BY 1")
        for table in ("prisoner", "allotment", "letters_posted", "posted_once")
    ]


async def test_anna_ticks_whom_she_wrote_to_and_it_is_counted(web, link, maryna, pavel):
    page = (await web.get(link)).text
    assert "Maryna Kavalchuk" in page and "Pavel Sapega" in page
    answer = await web.post(link, data={"prisoner": "maryna"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/posted/thanks")
    assert "Thank you" in (await web.get("/en/posted/thanks")).text
    assert await said() == {maryna: 1}
    assert await db.fetch_value("SELECT standing FROM prisoner WHERE id = $1", maryna) == 1
    assert await db.fetch_value("SELECT posted FROM allotment WHERE prisoner = $1", maryna) == 1
    assert await db.fetch_value("SELECT standing FROM prisoner WHERE id = $1", pavel) == 0


async def test_each_letter_counts_once_however_often_the_form_is_sent(web, link, maryna, pavel):
    both = {"prisoner": ["maryna", "pavel"]}
    await web.post(link, data={"prisoner": "maryna"})
    answers = await asyncio.gather(*(web.post(link, data=both) for _again in range(6)))
    assert {answer.status_code for answer in answers} == {303}
    assert await said() == {maryna: 1, pavel: 1}


async def test_two_readers_who_were_given_the_same_people_both_count(web, link, maryna, pavel):
    other = "/fr/posted/" + posting.token("mailing 7", [pavel, maryna])
    for each in (link, other):
        await web.post(each, data={"prisoner": "maryna"})
    assert await said() == {maryna: 2}


async def test_a_scanner_that_opens_the_link_changes_nothing(web, link):
    before = await everything()
    for method in ("GET", "HEAD", "OPTIONS"):
        await web.request(method, link)
    await web.get(link + "?prisoner=maryna&confirm=yes")
    assert await everything() == before


async def test_the_page_looks_the_same_after_the_letter_was_counted(web, link):
    before = (await web.get(link)).text
    await web.post(link, data={"prisoner": "maryna"})
    assert (await web.get(link)).text == before


async def test_nothing_ticked_is_asked_for_beside_the_boxes(web, link):
    answer = await web.post(link)
    assert answer.status_code == 422
    assert "Please tick to whom" in answer.text
    assert await said() == {}


async def test_somebody_who_is_not_in_the_link_cannot_be_counted(web, link):
    await cases.prisoner("Zoya Kulik", await cases.facility("ИК №24"), key="zoya")
    answer = await web.post(link, data={"prisoner": ["zoya", "0", "nobody"]})
    assert answer.status_code == 422
    assert await said() == {}


@pytest.mark.parametrize("change", [lambda token: token[:-6], lambda token: token[:20] + "A" + token[21:]])
async def test_a_damaged_link_gets_a_kind_page_and_counts_nothing(web, link, change):
    bad = change(link)
    assert bad != link
    for answer in (await web.get(bad), await web.post(bad, data={"prisoner": "maryna"})):
        assert answer.status_code == 400
        assert "A part of it was lost on the way" in answer.text
    assert await said() == {}


async def test_no_character_of_a_link_can_be_changed(web, link):
    start, token = link.rsplit("/", 1)
    for place, sign in enumerate(token):
        changed = token[:place] + ("A" if sign != "A" else "B") + token[place + 1 :]
        answer = await web.post(f"{start}/{changed}", data={"prisoner": ["maryna", "pavel"]})
        assert answer.status_code in (400, 410), changed
    assert await said() == {}


async def test_a_token_for_something_else_counts_nothing(web, maryna):
    token = tokens.make("unsubscribe", ["mailing 7", "n", maryna])
    assert (await web.post(f"/en/posted/{token}", data={"prisoner": "maryna"})).status_code == 400
    assert await said() == {}


async def test_after_90_days_the_link_says_kindly_that_it_is_too_old(web, link):
    with clock.at(clock.now() + timedelta(days=91)):
        answer = await web.post(link, data={"prisoner": "maryna"})
    assert answer.status_code == 410
    assert "Your letter matters all the same" in answer.text
    assert await said() == {}


async def test_a_release_meanwhile_is_good_news_and_needs_no_letter(web, link, maryna):
    await db.execute("UPDATE prisoner SET state = 'released' WHERE id = $1", maryna)
    page = (await web.get(link)).text
    assert "Good news: Maryna Kavalchuk is free" in page
    assert 'value="maryna"' not in page and 'value="pavel"' in page
    assert (await web.post(link, data={"prisoner": "maryna"})).status_code == 422
    assert await said() == {}


async def test_who_is_hidden_meanwhile_is_not_shown_any_more(web, link, maryna, pavel):
    await db.execute("UPDATE prisoner SET publication = 'hidden' WHERE id = $1", maryna)
    await db.execute("UPDATE prisoner SET vetoed_at = now() WHERE id = $1", pavel)
    page = (await web.get(link)).text
    assert "Kavalchuk" not in page and "Sapega" not in page
    assert "Nobody here is waiting for a letter any more" in page


async def test_after_a_transfer_the_writer_learns_the_new_address(web, link, maryna, pavel):
    old, new = await cases.facility("ИК №4"), await cases.facility("Тюрьма №8", town="г. Жодино")
    with clock.at(clock.now() + timedelta(days=2)):
        for prisoner, stays in ((maryna, (old, new)), (pavel, (old,))):
            for stay in stays:
                await letters.stay(prisoner, stay)
        await db.execute("UPDATE prisoner SET facility = $2 WHERE id = $1", maryna, new)
        page = (await web.get(link)).text
    assert "Maryna Kavalchuk has been moved to another place" in page and "г. Жодино" in page
    assert "Pavel Sapega has been moved" not in page


async def test_of_whoever_is_shown_by_initials_meanwhile_no_transfer_is_told(web, link, maryna):
    with clock.at(clock.now() + timedelta(days=2)):
        for stay in (await cases.facility("ИК №4"), await cases.facility("Тюрьма №8", town="г. Жодино")):
            await letters.stay(maryna, stay)
        await db.execute("UPDATE prisoner SET publication = 'initials' WHERE id = $1", maryna)
        page = (await web.get(link)).text
    assert "M. K." in page
    assert "has been moved" not in page and "Kavalchuk" not in page and "Жодино" not in page


async def test_what_is_kept_of_a_letter_leads_to_nobody(web, link):
    await web.post(link, data={"prisoner": ["maryna", "pavel"]})
    kept = [dict(row) for row in await db.fetch("SELECT * FROM posted_once")]
    assert [set(row) for row in kept] == [{"hash", "expires_at"}] * 2
    assert {len(row["hash"]) for row in kept} == {32}
    nonce = tokens.read("posted", link.rsplit("/", 1)[1])[1]
    assert all(nonce.encode() not in row["hash"] for row in kept)
    assert "set-cookie" not in (await web.post(link, data={"prisoner": "maryna"})).headers


async def test_a_form_from_another_site_counts_nothing(web, link):
    answer = await web.post(link, data={"prisoner": "maryna"}, headers={"Origin": "https://example.com"})
    assert answer.status_code == 403
    assert await said() == {}


async def test_after_an_evening_of_letters_the_next_writers_are_given_others(web, link, maryna, pavel):
    """Both were given to five writers; one of them posted, and then the reservation ran out."""
    await web.post(link, data={"prisoner": "maryna"})
    with clock.at(clock.now() + timedelta(days=22)):
        assert (await allotting.for_page(1))[1] == [pavel]
