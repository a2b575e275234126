"""The page of one subscriber: only who reads the mailbox gets in, for an hour."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.delivery import links
from service.kit import clock, db, tokens
from service.subscribers import leaving, queries, suppression
from service.subscribers.tables import SuppressionReason
from tests.make import mails
from tests.make.subscribers import mailing_list, subscriber

Work = Callable[[], Awaitable[list[str]]]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def link_of(web: Any, work: Work, address: str) -> str:
    """What somebody gets who types this address."""
    await web.post("/en/preferences", data={"address": address})
    await work()
    return (await mails.last(address)).link("/preferences/")


async def person(id: int) -> queries.Person:
    found = await queries.person(id)
    assert found
    return found


async def test_anna_changes_her_mind(web: Any, work: Work) -> None:
    anna = await subscriber("anna@example.org", topics=["cases"])
    link = await link_of(web, work, "anna@example.org")
    page = await web.get(link)
    assert page.text.count(" checked") == 1
    answer = await web.post(
        link, data={"language": "fr", "topics": ["birthdays", "actions"], "first_name": "Anna 🌻"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/fr/preferences/")
    changed = await person(anna)
    assert (changed.language, changed.topics, changed.first_name) == ("fr", ["birthdays", "actions"], "Anna 🌻")
    [kept] = await queries.consents_of(anna)
    assert (kept["act"], kept["language"]) == ("changed", "en")
    assert kept["wording"].count("☑") == 2
    assert kept["wording"].splitlines()[-1] in unescape(page.text)
    page = await web.get(answer.headers["location"])
    assert '<html lang="fr">' in page.text
    assert 'value="Anna 🌻"' in page.text


async def test_the_answer_is_the_same_whoever_is_asked_for(web: Any, work: Work, statements: list[str]) -> None:
    await subscriber("anna@example.org")
    await subscriber("dina@example.org", state="unconfirmed")
    seen = set()
    for name in ("anna", "nobody", "dina"):
        statements.clear()
        answer = await web.post("/en/preferences", data={"address": f"{name}@example.org"})
        page = await web.get(answer.headers["location"])
        seen.add((answer.status_code, answer.content, answer.headers["location"], page.content, tuple(statements)))
    assert len(seen) == 1
    await work()
    assert [letter.address for letter in await mails.waiting()] == ["anna@example.org"]


async def test_the_link_at_the_foot_of_a_mail_shows_a_stranger_nothing(web: Any, work: Work) -> None:
    anna = await subscriber("anna@example.org", first_name="Anna")
    path = urlsplit(links.preferences_url(anna, "en")).path
    page = await web.get(path)
    assert page.status_code == 200
    assert "anna" not in page.text.replace(path, "").lower()
    assert await work() == []
    assert (await web.post(path)).headers["location"] == "/en/preferences/sent"
    await work()
    assert (await mails.last()).template == "subscribers/preferences_link"
    gone = urlsplit(links.preferences_url(anna + 1, "en")).path
    assert (await web.get(gone)).text.replace(gone[3:], "") == page.text.replace(path[3:], "")
    assert (await web.post(gone)).headers["location"] == "/en/preferences/sent"
    await work()
    assert len(await mails.waiting()) == 1


async def test_three_links_a_day_are_enough(web: Any, work: Work) -> None:
    await subscriber("anna@example.org")
    with clock.at(NOON):
        for _time in range(5):
            await web.post("/en/preferences", data={"address": "anna@example.org"})
        await work()
        assert len(await mails.waiting()) == 3
    with clock.at(NOON + timedelta(days=1)):
        await web.post("/en/preferences", data={"address": "anna@example.org"})
        await work()
    assert len(await mails.waiting()) == 4


async def test_a_troll_who_types_chloes_address_every_day_does_not_fill_her_mailbox(web: Any, work: Work) -> None:
    chloe = await subscriber("chloe@example.org", state="unsubscribed")
    for day in range(12):
        with clock.at(NOON.replace(day=1) + timedelta(days=day)):
            for _time in range(4):
                await web.post("/en/preferences", data={"address": "chloe@example.org"})
            await work()
    typed = len(await mails.waiting())
    assert 3 < typed <= 18
    with clock.at(NOON.replace(day=12)):
        await web.post(urlsplit(links.preferences_url(chloe, "en")).path)
        await work()
    assert len(await mails.waiting()) == typed + 1


@pytest.mark.parametrize("why", [SuppressionReason.COMPLAINT, SuppressionReason.BOUNCED])
async def test_after_a_complaint_nobody_is_written_to_whatever_is_asked(
    web: Any, work: Work, why: SuppressionReason
) -> None:
    await subscriber("chloe@example.org")
    await leaving.suppress("chloe@example.org", why, "their mail provider")
    answer = await web.post("/en/preferences", data={"address": "chloe@example.org"})
    assert answer.headers["location"] == "/en/preferences/sent"
    await work()
    assert await mails.waiting() == []


@pytest.mark.parametrize("part", ["", "/data", "/erase"])
async def test_after_an_hour_the_link_leads_to_a_new_one(web: Any, work: Work, part: str) -> None:
    with clock.at(NOON):
        await subscriber("anna@example.org")
        link = await link_of(web, work, "anna@example.org")
        assert (await web.get(link + part)).status_code == 200
    with clock.at(NOON + timedelta(minutes=62)):
        answer = await web.get(link + part)
    assert answer.status_code == 410
    assert 'href="/en/preferences"' in answer.text


async def test_no_changed_or_foreign_token_opens_the_page(web: Any, work: Work) -> None:
    anna = await subscriber("anna@example.org")
    link = await link_of(web, work, "anna@example.org")
    head, token = link.rsplit("/", 1)
    forged = [token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(len(token))]
    forged += [tokens.make(purpose, [anna]) for purpose in ("ask-preferences", "unsubscribe", "confirm")]
    for wrong in forged:
        assert (await web.get(f"{head}/{wrong}")).status_code == 400, wrong


async def test_without_any_topic_the_form_comes_back_with_all_that_was_typed(web: Any, work: Work) -> None:
    anna = await subscriber("anna@example.org", topics=["cases"])
    link = await link_of(web, work, "anna@example.org")
    answer = await web.post(link, data={"language": "de", "first_name": "Anna"})
    assert answer.status_code == 422
    assert 'href="#topics"' in answer.text
    assert 'value="Anna"' in answer.text
    assert '<option value="de" selected' in answer.text
    assert (await person(anna)).topics == ["cases"]


async def test_boris_leaves_one_of_his_lists_and_joins_none(web: Any, work: Work) -> None:
    friends, choir, board = [await mailing_list(name) for name in ("Friends", "Choir", "Board")]
    boris = await subscriber("boris@example.org", topics=[], lists=[friends, choir])
    link = await link_of(web, work, "boris@example.org")
    assert "Board" not in (await web.get(link)).text
    form = {"language": "en", "lists": [str(choir), str(board), "x"]}
    assert (await web.post(link, data=form)).status_code == 303
    assert [row["id"] for row in await queries.lists_of(boris)] == [choir]


async def test_anna_leaves_on_her_page_and_may_take_it_back(web: Any, work: Work) -> None:
    anna = await subscriber("anna@example.org")
    link = await link_of(web, work, "anna@example.org")
    left = await web.post(f"{link}/leave")
    assert left.status_code == 200
    assert (await person(anna)).state == "unsubscribed"
    assert "Sign up again" in (await web.get(link)).text
    undo = left.text.split('action="/u/undo/')[1].split('"')[0]
    assert (await web.post(f"/u/undo/{undo}")).status_code == 200
    assert (await person(anna)).state == "confirmed"


async def test_anna_has_all_that_we_hold_as_a_file(web: Any, work: Work) -> None:
    friends = await mailing_list()
    await subscriber("anna@example.org", first_name="Anna", last_name="Keller", lists=[friends])
    link = await link_of(web, work, "anna@example.org")
    answer = await web.get(f"{link}/data")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    held = json.loads(answer.text)
    assert (held["address"], held["first_name"], held["last_name"]) == ("anna@example.org", "Anna", "Keller")
    assert held["lists"][0]["name"] == "Friends"
    assert held["mails"][0]["template"] == "subscribers/preferences_link"


async def test_anna_erases_herself_after_one_question(web: Any, work: Work) -> None:
    await subscriber("anna@example.org")
    link = await link_of(web, work, "anna@example.org")
    assert (await web.get(f"{link}/erase")).status_code == 200
    assert await db.fetch_value("SELECT count(*) FROM subscriber") == 1
    answer = await web.post(f"{link}/erase")
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/preferences/erased")
    assert await db.fetch_value("SELECT count(*) FROM subscriber") == 0
    assert await suppression.reason("anna@example.org") == "erased"
    assert (await web.get(link)).status_code == 410
    assert (await web.post(f"{link}/erase")).status_code == 410


@pytest.mark.parametrize("part", ["", "/leave", "/erase"])
async def test_a_form_from_another_site_changes_nothing(web: Any, work: Work, part: str) -> None:
    anna = await subscriber("anna@example.org")
    link = await link_of(web, work, "anna@example.org")
    answer = await web.post(link + part, data={}, headers={"Origin": "https://evil.example.com"})
    assert answer.status_code == 403
    assert (await person(anna)).state == "confirmed"


async def test_what_anna_calls_herself_is_escaped(web: Any, work: Work) -> None:
    await subscriber("anna@example.org")
    link = await link_of(web, work, "anna@example.org")
    name = '"><script>alert(1)</script>{{ 7*7 }}\r\nBcc: boris@example.org'
    await web.post(link, data={"language": "en", "topics": ["cases"], "first_name": name})
    page = (await web.get(link)).text
    assert "<script>alert" not in page
    assert "{{ 7*7 }} Bcc:" in page


async def test_anna_says_where_she_posts_letters_and_takes_it_back(web: Any, work: Work) -> None:
    anna = await subscriber("anna@example.org", topics=["cases"])
    link = await link_of(web, work, "anna@example.org")
    typed = {"language": "en", "topics": "cases"}
    await web.post(link, data={**typed, "country": "CH"})
    assert (await person(anna)).country == "CH"
    page = await web.get(link)
    assert '<option value="CH" selected>Switzerland</option>' in page.text
    assert (await web.get(f"{link}/data")).json()["country"] == "CH"
    await web.post(link, data={**typed, "country": ""})
    assert (await person(anna)).country == ""


@pytest.mark.parametrize("country", ["BY", "XX", "ch", "Switzerland"])
async def test_a_country_that_is_not_offered_is_refused_belarus_too(web: Any, work: Work, country: str) -> None:
    anna = await subscriber("anna@example.org", topics=["cases"])
    link = await link_of(web, work, "anna@example.org")
    assert 'value="BY"' not in (await web.get(link)).text
    answer = await web.post(link, data={"language": "en", "topics": "cases", "country": country})
    assert answer.status_code == 422
    assert "Please choose one of the countries, or none." in answer.text
    assert (await person(anna)).country == ""
