"""The pages of actions as visitors see them: all of them, one, what is passed on, and the start page."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from service.kit import clock, db, sealing
from service.kit.i18n import LANGUAGES
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")


async def opened(**columns: Any) -> int:
    """An action that asks the members of one's own area."""
    council = await advocacy.parliament()
    bern = await advocacy.area()
    await advocacy.place(bern)
    await advocacy.representative(council, bern)
    return await advocacy.action(**({"key": "k7", "targets": {"parliaments": [council]}} | columns))


async def page(web: Any, path: str, status: int = 200) -> str:
    answer = await web.get(path)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.text)


async def test_anna_reads_what_is_asked_and_gives_her_postcode_to_the_page_behind_it(web: Any) -> None:
    await opened()
    found = await page(web, "/en/actions/k7")
    assert "Please take on a sponsorship for Maria." in found
    assert '<form class="where" method="post" action="/en/actions/k7/area">' in found
    assert 'name="postcode"' in found and 'name="country" value="CH"' in found
    assert "National Council: the members who represent you" in found


async def test_from_two_countries_one_says_which(web: Any) -> None:
    council, other = await advocacy.parliament(), await advocacy.parliament("de-bt", "DE")
    await advocacy.area()
    await advocacy.area("63", "Ahrweiler", "constituency", "DE")
    await advocacy.action(key="k7", targets={"parliaments": [council, other]})
    found = await page(web, "/de/actions/k7")
    assert '<option value="CH">Schweiz</option>' in found and '<option value="DE">Deutschland</option>' in found


async def test_whom_everybody_may_write_to_is_reached_without_a_postcode(web: Any) -> None:
    rosa = await advocacy.representative(await advocacy.parliament())
    await advocacy.action(key="k7", targets={"people": [rosa]})
    found = await page(web, "/en/actions/k7")
    assert 'href="/en/actions/k7/members"' in found and "postcode" not in found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["open", "frozen", "closed"])
async def test_it_is_there_in_every_language_and_state(web: Any, language: str, state: str) -> None:
    maryna = await cases.prisoner()
    await opened(state=state, prisoners=(maryna,), closes_at=clock.now() + timedelta(days=9))
    for path in ("actions", "actions/k7", "actions/k7/share"):
        assert "<h1" in await page(web, f"/{language}/{path}")


async def test_an_edition_that_is_missing_is_shown_in_another_language_and_said_to_be(web: Any) -> None:
    await opened()
    found = await page(web, "/be/actions/k7")
    assert '<h1 lang="en">Ask your member' in found
    assert "<h1 lang" not in await page(web, "/en/actions/k7")


async def test_how_far_it_has_come_is_true_this_moment(web: Any) -> None:
    action = await opened(goal=3)
    rosa = await db.fetch_value("SELECT id FROM representative")
    await advocacy.letter(action, rosa, "sent", "anna@example.org")
    await advocacy.letter(action, rosa, "failed", "boris@example.org")
    await advocacy.letter(action, rosa, "ready", "cleo@example.org")
    await advocacy.letter(action, rosa, "sent", "eva@example.org", is_test=True)
    found = await page(web, "/en/actions/k7")
    assert "1 letter or call so far" in found and 'value="1" max="3"' in found and "Goal: 3" in found
    assert "1 letter left from here" in found and "1 letter waits for its turn" in found
    await db.execute("UPDATE advocacy_letter SET state = 'sent' WHERE state <> 'sent'")
    assert "3 letters and calls so far" in (found := await page(web, "/en/actions/k7"))
    assert "The goal is reached" in found


async def test_who_is_in_prison_is_shown_as_they_agreed_to(web: Any) -> None:
    maryna = await cases.prisoner()
    vera = await cases.prisoner("Vera Lis", publication="initials")
    await opened(prisoners=(maryna, vera))
    found = await page(web, "/en/actions/k7")
    assert "Maryna Kavalchuk" in found and "V. L." in found
    assert "Vera" not in found and 'name="robots" content="noindex"' in found


async def test_what_was_reached_stands_there_with_its_source(web: Any) -> None:
    maryna = await cases.prisoner()
    action = await opened(prisoners=(maryna,))
    rosa = await db.fetch_value("SELECT id FROM representative")
    assert "Yours could be the first." in await page(web, "/en/actions/k7")
    await advocacy.promise(rosa, maryna, action=action, source="https://parliament.example.org/a")
    await advocacy.promise(rosa, maryna, kind="question", action=action, source="javascript:alert(1)")
    found = await page(web, "/en/actions/k7")
    assert "Sponsors Maryna Kavalchuk" in found and "I stand by her until she is free." in found
    assert 'href="https://parliament.example.org/a"' in found and "javascript:" not in found


async def test_an_action_that_is_over_thanks_and_leads_to_those_that_are_open(web: Any) -> None:
    await opened(closes_at=clock.now() - timedelta(minutes=1))
    found = await page(web, "/en/actions/k7")
    assert "This action is over" in found and "Find my members" not in found and "Get our mails" in found
    await advocacy.action(key="k8")
    assert 'href="/en/actions/k8"' in await page(web, "/en/actions/k7")


async def test_an_action_that_is_over_invites_nobody_to_be_the_first_any_more(web: Any) -> None:
    await opened(closes_at=clock.now() - timedelta(minutes=1), prisoners=(await cases.prisoner(),))
    found = await page(web, "/en/actions/k7")
    assert "Maryna Kavalchuk" in found and "Yours could be the first." not in found


async def test_an_action_that_rests_says_so_and_takes_nothing(web: Any) -> None:
    await opened(state="frozen")
    found = await page(web, "/en/actions/k7")
    assert "This action rests at the moment" in found and "postcode" not in found


async def test_a_draft_is_nowhere_unless_it_is_tried_out_and_then_no_search_engine_keeps_it(web: Any) -> None:
    action = await opened(state="draft")
    for path in ("", "/share", "/share.png"):
        await page(web, f"/en/actions/k7{path}", 404)
    await db.execute("UPDATE action SET test_address = $1", sealing.seal_address("eva@example.org"))
    found = await page(web, "/en/actions/k7")
    assert "only tried out" in found and 'name="robots" content="noindex"' in found and "eva@" not in found
    assert "Find my members" in found and "k7" not in await page(web, "/en/actions") and action


async def test_what_staff_write_is_text(web: Any) -> None:
    action = await opened(languages=())
    evil = "<script>alert(1)</script>\"'{{ 123457 * 3 }}"
    await advocacy.edition(action, "en", title=evil, lead=evil, ask=evil, share=evil, call=evil)
    for path in ("/en", "/en/actions", "/en/actions/k7", "/en/actions/k7/share"):
        found = await page(web, path)
        assert "<script>alert" not in found and "370371" not in found and "&lt;script&gt;" in found


async def test_other_sites_show_a_title_a_sentence_and_a_picture(web: Any) -> None:
    await opened()
    found = await page(web, "/en/actions/k7")
    shown = dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)"', found))
    assert shown["og:title"] == "Ask your member of parliament to stand by Maria"
    assert shown["og:url"] == "https://news.example.org/en/actions/k7"
    assert "#WeStandBYyou" in shown["og:description"]
    picture = await web.get(shown["og:image"])
    assert Image.open(BytesIO(picture.content)).size == (int(shown["og:image:width"]), int(shown["og:image:height"]))
    again = await web.get(shown["og:image"], headers={"If-None-Match": picture.headers["etag"]})
    assert again.status_code == 304


async def test_what_is_passed_on_needs_nothing_of_any_other_site(web: Any) -> None:
    await opened()
    found = await page(web, "/en/actions/k7/share")
    assert re.findall(r'(?:src|data-src|action)="(https?:[^"]+)"', found) == []
    assert "https://bsky.app/intent/compose?text=I%20asked%20my%20member" in found


async def test_all_actions_stand_in_a_list_the_open_ones_first_and_what_is_over_below(web: Any) -> None:
    assert "No action is open right now" in await page(web, "/en/actions")
    await advocacy.action(key="over", state="closed")
    await advocacy.action(key="open")
    await advocacy.action(key="rests", state="frozen")
    found = await page(web, "/en/actions")
    head, past = found.split("What came before")
    assert 'href="/en/actions/open"' in head and "It rests at the moment" in head and "actions/over" not in head
    assert 'href="/en/actions/over"' in past and "actions/open" not in past


async def test_the_start_page_shows_what_one_can_do_now_and_nothing_that_is_over(web: Any) -> None:
    assert "What you can do now" not in (await page(web, "/en")).split("What we write about")[0]
    await advocacy.action(key="over", closes_at=clock.now() - timedelta(hours=1))
    assert "actions/over" not in await page(web, "/en")
    await advocacy.action(key="open")
    found = await page(web, "/en")
    assert 'href="/en/actions/open"' in found and "The first letter could be yours." in found


async def test_nobody_finds_what_is_not_there(web: Any) -> None:
    for path in ("/en/actions/nobody", "/xx/actions", "/xx/actions/nobody", "/en/actions/nobody/share.png"):
        await page(web, path, 404)
