import re
from datetime import timedelta
from html import unescape
from typing import Any

from service.cases import listing, names
from service.cases.pages import public
from service.kit import clock, db
from service.kit.i18n import LANGUAGES
from tests.make import cases

SOURCE = {"organisation": "Viasna", "link": "https://example.org/p/1", "seen_on": "2026-11-20"}


async def page(web: Any, path: str, status: int = 200) -> str:
    answer = await web.get(path)
    assert answer.status_code == status, path
    return unescape(answer.text)


async def test_an_empty_list_says_so_and_what_to_do_next(web: Any) -> None:
    for language in LANGUAGES:
        assert 'class="empty"' in await page(web, f"/{language}/prisoners")
        assert 'class="empty"' in await page(web, f"/{language}/prisoners/new")
        assert 'class="empty"' in await page(web, f"/{language}/birthdays")
    assert "Try a part of the name" in await page(web, "/en/prisoners?q=nobody")


async def test_a_search_keeps_what_was_chosen_in_every_link_of_the_page(web: Any) -> None:
    for number in range(listing.PAGE + 1):
        name = f"Vera Lis {number}"
        await cases.prisoner(name, search=names.search_text("", "", name), standing=0, born="1984-06-02")
    seen = await page(web, "/en/prisoners?q=vera&month=6&alone=yes")
    assert 'value="vera"' in seen and '<option value="6" selected>' in seen and "checked" in seen
    following = re.search(r'rel="next" href="([^"]+)"', seen)
    assert following
    assert "1 more" not in seen and len(re.findall('class="person"', seen)) == listing.PAGE
    second = await page(web, following[1])
    assert len(re.findall('class="person"', second)) == 1
    assert "/en/prisoners?q=vera&state=released&month=6&alone=True" in seen
    assert "/fr/prisoners?q=vera&month=6&alone=True" in seen


async def test_what_is_typed_is_shown_as_text(web: Any) -> None:
    answer = await web.get('/en/prisoners?q="><script>alert(1)</script>&article=<b>&says=active:<i>')
    assert "<script>alert" not in answer.text and "<b>" not in answer.text and "<i>" not in answer.text


async def test_a_number_that_no_row_can_have_is_no_bug(web: Any) -> None:
    for query in ("page=99999", "facility=999999999", "facility=99999999999", "month=-1", "page=abc&page=2"):
        await page(web, f"/en/prisoners?{query}")
        await page(web, f"/en/birthdays?{query}")


async def test_marynas_page_tells_each_fact_with_its_source_and_date(web: Any) -> None:
    maryna = await cases.prisoner(
        key="k7",
        place=await cases.facility(reply_punished=True, parcels="no", rules='{"ru": "Без открыток."}'),
        biography={"be": "Настаўніца.\n\nЛюбіць сабак."},
        sources={"born": SOURCE},
    )
    await cases.status(maryna)
    await cases.status(maryna, "Dissidentby", "np", external_id="d")
    seen = await page(web, "/en/prisoners/k7")
    assert "2 June 1984" in seen and "Source:" in seen and "20 November 2026" in seen
    assert 'href="https://example.org/p/1" rel="external nofollow noreferrer"' in seen
    assert "counts this person as a political prisoner" in seen
    assert "does not count this person as a political prisoner" in seen
    assert '<div class="life" lang="be"><p>Настаўніца.</p><p>Любіць сабак.</p></div>' in seen
    assert "people here were punished for answering" in seen and "send no parcels" in seen
    assert '<li lang="ru">Без открыток.</li>' in seen
    assert '<span lang="ru">Марина Ковальчук</span>' in seen and '<span lang="be">Марына Кавальчук</span>' in seen


async def test_the_address_stands_there_letter_for_letter_and_leads_to_the_cards(web: Any) -> None:
    await cases.prisoner(key="k7", place=await cases.facility())
    for language in LANGUAGES:
        seen = await page(web, f"/{language}/prisoners/k7")
        block = re.search(r'class="envelope-lines" id="address"[^>]*>\s*(.*?)\s*</p>', seen, re.DOTALL)
        assert block
        lines = re.sub(r"<br>", "\n", re.sub(r"</?span[^>]*>", "", block[1])).split("\n")
        assert lines == [
            "Марина Ковальчук",
            "ИК №4",
            "ул. Антошкина, 3",
            "246035, г. Гомель",
            "REPUBLIC OF BELARUS",
        ]
        assert f"/{language}/prisoners/k7/card.pdf?size=a6" in seen and f'href="/{language}/letters"' in seen


async def test_a_shared_link_shows_a_picture_and_a_sentence(web: Any) -> None:
    await cases.prisoner(key="k7")
    seen = await page(web, "/en/prisoners/k7")
    tags = dict(re.findall(r'<meta property="(og:[\w:]+)" content="([^"]*)">', seen))
    assert tags["og:title"] == "Maryna Kavalchuk"
    assert tags["og:image"] == "https://news.example.org/en/prisoners/k7/share.png"
    assert tags["og:url"] == "https://news.example.org/en/prisoners/k7"
    assert "#WeStandBYyou" in tags["og:description"]
    picture = await web.get("/en/prisoners/k7/share.png")
    assert picture.content.startswith(b"\x89PNG")


async def test_nobody_has_us_draw_pictures_without_end(web: Any) -> None:
    await cases.prisoner(key="k7")
    moment = clock.now().replace(second=0)
    with clock.at(moment):
        answers = [
            (await web.get("/en/prisoners/k7/share.png")).status_code for _each in range(public.MOST_PICTURES + 1)
        ]
    assert answers == [200] * public.MOST_PICTURES + [429]


async def test_the_warning_for_readers_in_belarus_stands_before_what_can_be_shared_or_kept(web: Any) -> None:
    await cases.prisoner(key="k7", place=await cases.facility())
    for path, before in (
        ("/en/prisoners/k7", ("card.pdf", "https://t.me/")),
        ("/en/prisoners/new", ("Feed (Atom)",)),
        ("/en/birthdays", ("webcal:", "Keep as a file")),
    ):
        seen = await page(web, path)
        for risky in before:
            assert -1 < seen.index("If you are in Belarus") < seen.index(risky), (path, risky)


async def test_the_page_of_somebody_who_is_free_has_no_address_and_says_so_gladly(web: Any) -> None:
    await cases.prisoner(key="k7", place=await cases.facility(), state="released", released_on="2026-05-01")
    seen = await page(web, "/en/prisoners/k7")
    assert "Released: 1 May 2026" in seen and "Thank you to everybody who wrote" in seen
    assert "Антошкина" not in seen and "card.pdf" not in seen and "REPUBLIC" not in seen and "Homel" not in seen


async def test_the_page_of_somebody_who_has_died_is_quiet(web: Any) -> None:
    await cases.prisoner(key="k7", place=await cases.facility(), state="died", died_on="2024-01-09")
    seen = await page(web, "/en/prisoners/k7")
    assert "We remember." in seen and "9 January 2024" in seen
    assert "Антошкина" not in seen and "card.pdf" not in seen and "t.me" not in seen and "Write a letter" not in seen


async def test_without_an_address_the_page_says_so_and_whom_else_to_write_to(web: Any) -> None:
    await cases.prisoner(key="k7")
    seen = await page(web, "/en/prisoners/k7")
    assert "We know of no address yet" in seen and "/en/letters/mine" in seen and "card.pdf" not in seen


async def test_a_link_that_is_none_of_the_web_is_not_followed(web: Any) -> None:
    maryna = await cases.prisoner(key="k7", sources={"born": SOURCE | {"link": "javascript:alert(1)"}})
    await cases.status(maryna, link="data:text/html,x")
    seen = await page(web, "/en/prisoners/k7")
    assert "javascript:" not in seen and "data:text" not in seen and "Viasna" in seen


async def test_new_cases_leave_the_page_after_a_while(web: Any) -> None:
    await cases.status(await cases.prisoner("Ales Novik", published_at=clock.now() - timedelta(days=89)))
    await cases.status(await cases.prisoner("Vera Lis", published_at=clock.now() - timedelta(days=91)))
    for path in ("/en/prisoners/new", "/en/prisoners/feed.atom", "/en/prisoners/feed.json"):
        seen = await page(web, path)
        assert "Ales Novik" in seen and "Vera Lis" not in seen, path


async def test_the_feeds_say_what_they_are(web: Any) -> None:
    atom, json = [await web.get(f"/be/prisoners/feed.{ending}") for ending in ("atom", "json")]
    assert atom.headers["content-type"].startswith("application/atom+xml")
    assert json.headers["content-type"].startswith("application/feed+json")
    assert 'rel="alternate" type="application/atom+xml"' in await page(web, "/be/prisoners/new")


async def test_no_page_of_cases_speaks_a_language_that_we_do_not(web: Any) -> None:
    await cases.prisoner(key="k7")
    for path in ("prisoners", "prisoners/new", "prisoners/k7", "prisoners/k7/share.png", "prisoners/feed.atom"):
        await page(web, f"/xx/{path}", status=404)
    for path in ("birthdays", "birthdays.ics"):
        await page(web, f"/xx/{path}", status=404)


async def test_the_start_page_invites_to_the_next_birthdays_and_to_new_cases(web: Any) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    await cases.status(await cases.prisoner("Ales Novik", key="k7", born=f"1990-{tomorrow:%m-%d}"))
    seen = await page(web, "/en")
    assert seen.count('href="/en/prisoners/k7"') == 2
    await db.execute("UPDATE prisoner SET state = 'released'")
    assert "Ales Novik" not in await page(web, "/en")
