import gzip
import re
from datetime import UTC, datetime, timedelta

from httpx import AsyncClient

from service.cases import editing
from service.kit import clock, db
from service.wall import listing, states
from service.wall.tables import PostState
from tests.make import cases, wall

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SCRIPT = "<script>alert('wall')</script>"


async def test_the_wall_shows_the_face_the_sentence_and_for_whom(web: AsyncClient):
    maryna = await cases.prisoner("Maryna Kavalchuk")
    key = await wall.key(await wall.post("Anna", prisoner=maryna, town="Bern", country="CH", role="baker"))
    page = (await web.get("/de/wall")).text
    for shown in (f'href="/de/wall/faces/{key}"', wall.SENTENCE, "Maryna Kavalchuk", "baker, Bern, Schweiz"):
        assert shown in page


async def test_a_script_in_any_field_is_only_text(web: AsyncClient):
    key = await wall.key(await wall.post(SCRIPT, sentence=SCRIPT * 3, role=SCRIPT, town=SCRIPT))
    for path in ("/en/wall", f"/en/wall?q={SCRIPT}&name={SCRIPT}", f"/en/wall/faces/{key}", "/en"):
        answer = await web.get(path)
        assert answer.status_code == 200
        assert "<script>" not in answer.text
    assert SCRIPT.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;") in (await web.get("/en/wall")).text


async def test_an_empty_wall_asks_for_the_first_face(web: AsyncClient):
    page = (await web.get("/en/wall")).text
    assert "The first face could be yours." in page
    assert 'href="/en/wall/stand"' in page


async def test_whom_nobody_stands_by_has_an_empty_frame_that_leads_to_the_form(web: AsyncClient):
    await cases.prisoner("Maryna Kavalchuk", key="alone1")
    await cases.prisoner("Ales Lukashyk", key="known1", standing=3)
    await wall.post()
    page = (await web.get("/en/wall")).text
    assert 'href="/en/wall/stand?prisoner=alone1">Maryna Kavalchuk</a>' in page
    assert "Ales Lukashyk" not in page


async def test_a_page_that_is_kept_shows_nobody_a_moment_longer_than_they_may_be(web: AsyncClient):
    maryna = await cases.prisoner("Maryna Kavalchuk")
    anna, _beat = await wall.post("Anna", prisoner=maryna), await wall.post("Beat")
    for _again in range(2):
        assert "Maryna Kavalchuk" in (await web.get("/en/wall")).text
    await editing.change(maryna, {"publication": "hidden"}, None)
    assert "Maryna Kavalchuk" not in (await web.get("/en/wall")).text
    await states.move([anna], PostState.REPORTED)
    page = (await web.get("/en/wall")).text
    assert "Anna" not in page
    assert "Beat" in page


async def test_a_kept_page_is_made_once(web: AsyncClient, monkeypatch):
    await wall.post("Anna")
    first = await web.get("/en/wall")

    async def fail(*_anything: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(listing, "find", fail)
    assert (await web.get("/en/wall")).text == first.text


async def test_what_is_said_to_one_reader_is_kept_for_nobody(web: AsyncClient):
    from service.kit import tokens

    web.cookies.set("hf_flash", tokens.make("flash", ["good", "Only for Anna."]))
    assert "Only for Anna." in (await web.get("/en/wall")).text
    web.cookies.clear()
    assert "Only for Anna." not in (await web.get("/en/wall")).text


async def test_who_reads_no_gzip_gets_the_same_page(web: AsyncClient):
    await wall.post()
    plain = await web.get("/en/wall", headers={"Accept-Encoding": "identity"})
    small = await web.get("/en/wall")
    assert (plain.headers.get("content-encoding"), small.headers["content-encoding"]) == (None, "gzip")
    assert plain.text == small.text
    async with web.stream("GET", "/en/wall") as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert gzip.decompress(raw).decode() == plain.text


async def test_the_pages_have_all_the_headers_that_protect_readers(web: AsyncClient):
    await wall.post()
    for path in ("/en/wall", "/en/wall?q=free"):
        headers = (await web.get(path)).headers
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]


async def test_the_next_page_is_a_link_that_needs_no_script(web: AsyncClient):
    for number in range(listing.PAGE + 2):
        with clock.at(MONDAY + timedelta(minutes=number)):
            await wall.post(f"Anna {number:02}")
    first = (await web.get("/en/wall?spoken=en")).text
    [link] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = (await web.get(link.replace("&amp;", "&"))).text
    assert re.findall(r">(Anna \d+)</a>", second) == ["Anna 01", "Anna 00"]
    assert 'rel="next"' not in second
    assert 'href="/en/wall?spoken=en"' in second


async def test_search_engines_are_led_to_the_beginning_of_the_wall_alone(web: AsyncClient):
    await wall.post(country="CH")
    robots = 'name="robots" content="{}"'
    assert robots.format("index, noarchive") in (await web.get("/en/wall")).text
    for query in ("q=free", "country=CH", "after=17-3"):
        assert robots.format("noindex") in (await web.get(f"/en/wall?{query}")).text


async def test_other_languages_keep_the_filters(web: AsyncClient):
    await wall.post(country="CH")
    assert 'href="/fr/wall?country=CH"' in (await web.get("/en/wall?country=CH")).text


async def test_a_face_has_a_page_to_pass_on_with_the_picture_made_for_that(web: AsyncClient):
    maryna = await cases.prisoner("Maryna Kavalchuk", key="maryna1")
    key = await wall.key(await wall.post("Anna", prisoner=maryna))
    page = (await web.get(f"/en/wall/faces/{key}")).text
    address = f"https://news.example.org/en/wall/faces/{key}"
    for part in (
        f'property="og:image" content="{address}/share.png"',
        f'property="og:url" content="{address}"',
        "Anna stands by Maryna Kavalchuk",
        "#WeStandBYyou",
        'href="/en/wall/stand?prisoner=maryna1"',
        f'href="/en/wall/faces/{key}/report"',
        "https://t.me/share/url?url=",
    ):
        assert part in page


async def test_beside_a_face_stand_others_by_the_same_prisoner_else_others_of_the_wall(web: AsyncClient):
    maryna, ales = await cases.prisoner("Maryna Kavalchuk"), await cases.prisoner("Ales Lukashyk")
    anna = await wall.key(await wall.post("Anna", prisoner=maryna))
    await wall.post("Beat", prisoner=maryna)
    clara = await wall.key(await wall.post("Clara", prisoner=ales))
    page = (await web.get(f"/en/wall/faces/{anna}")).text
    assert "2 people stand by Maryna Kavalchuk" in page
    assert ("Beat" in page, "Clara" in page) == (True, False)
    assert re.findall(r">(Anna|Beat|Clara)</a>", (await web.get(f"/en/wall/faces/{clara}")).text) == ["Beat", "Anna"]


async def test_who_did_not_agree_to_other_sites_is_not_offered_to_them(web: AsyncClient):
    key = await wall.key(await wall.post(on_social=False))
    page = (await web.get(f"/en/wall/faces/{key}")).text
    assert "og:image" not in page
    assert "t.me" not in page
    assert "Please leave it here" in page


async def test_search_engines_are_told_to_leave_whom_they_should(web: AsyncClient):
    by_initials = await cases.prisoner(publication="initials")
    for columns in ({"noindex": True}, {"prisoner": by_initials}):
        key = await wall.key(await wall.post(**columns))
        assert '<meta name="robots" content="noindex">' in (await web.get(f"/en/wall/faces/{key}")).text


async def test_a_face_that_was_taken_down_is_gone_and_one_that_never_was_public_is_not_known(web: AsyncClient):
    shown, waiting = await wall.post(), await wall.post(state="waiting")
    keys = [await wall.key(shown), await wall.key(waiting)]
    assert [(await web.get(f"/en/wall/faces/{key}")).status_code for key in keys] == [200, 404]
    await states.move([shown, waiting], PostState.WITHDRAWN)
    assert [(await web.get(f"/en/wall/faces/{key}")).status_code for key in keys] == [410, 404]
    assert (await web.get("/en/wall/faces/nothing-of-the-kind")).status_code == 404


async def test_a_prisoner_sees_on_their_own_page_who_stands_by_them(web: AsyncClient):
    maryna = await cases.prisoner(key="maryna1")
    assert "Be the first" in (await web.get("/en/prisoners/maryna1")).text
    for number in range(8):
        await wall.post(f"Anna {number}", prisoner=maryna)
    await wall.post("Waiting Walter", prisoner=maryna, state="waiting")
    page = (await web.get("/en/prisoners/maryna1")).text
    assert len(re.findall(r">Anna \d</a>", page)) == 6
    assert "See all 8" in page
    assert "Waiting Walter" not in page
    assert 'href="/en/wall/stand?prisoner=maryna1"' in page


async def test_whoever_is_free_is_not_waited_for(web: AsyncClient):
    await cases.prisoner(key="maryna1", state="released")
    assert "/wall/stand" not in (await web.get("/en/prisoners/maryna1")).text


async def test_the_start_page_invites_to_the_wall(web: AsyncClient):
    assert "The first face could be yours." in (await web.get("/en")).text
    await wall.post("Anna")
    page = (await web.get("/en")).text
    assert "1 person stands by you" in page
    assert "Anna" in page


async def test_the_page_of_a_record_that_was_merged_leads_to_whom_it_is_of_now(web: AsyncClient):
    kept = await cases.prisoner("Maryna Kavalchuk")
    await db.execute("INSERT INTO prisoner_merged (key, was, prisoner) VALUES ('old1', 4711, $1)", kept)
    await wall.post("Anna", prisoner=kept)
    assert "Anna" in (await web.get("/en/wall?prisoner=old1")).text
    assert (await web.get("/en/wall?prisoner=none1")).status_code == 404
