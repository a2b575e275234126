"""Writing without scripts: what comes back, what is kept, and what a stranger can learn from it."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asyncpg.connection import LoggedQuery

from service.advocacy import reminding, submitting
from service.kit import clock, db, limits, sealing
from service.kit.i18n import LANGUAGES
from service.subscribers import requests
from tests.make import advocacy, cases, mails, writing
from tests.make.writing import answers, scene

EXAMPLE = (
    "I read about Maria in the newspaper, and since that morning I could not stop thinking of her. She played the "
    "flute in the orchestra of Minsk, and now she sits in a cell because she would not be silent about what she saw."
)


def errors(page: str) -> list[str]:
    """The fields that the summary at the top leads to."""
    summary = re.search(r'id="error-summary".*?</div>', page, re.DOTALL)
    return re.findall(r'href="#([\w-]*)"', summary[0]) if summary else []


def value(page: str, field: str) -> str:
    found = re.search(rf'<input id="{field}"[^>]*value="([^"]*)"', page) or re.search(
        rf'<textarea id="{field}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL
    )
    return html.unescape(found[1]) if found else ""


@pytest.fixture
async def statements(database: None) -> AsyncIterator[list[str]]:
    """Every statement that the connection of this test is given, as it is given."""
    seen: list[str] = []

    def note(logged: LoggedQuery) -> None:
        # Not the pool's tidying up between two uses, nor asyncpg's first look at a type.
        if not any(words in logged.query for words in ("pg_advisory_unlock_all", "typeinfo_tree", "current_setting")):
            seen.append(logged.query)

    async with db.connection() as connection:
        connection.add_query_logger(note)
    yield seen
    async with db.connection() as connection:
        connection.remove_query_logger(note)


async def letters() -> int:
    found: int = await db.fetch_value("SELECT count(*) FROM advocacy_letter")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_form_asks_the_questions_of_the_action_in_every_language(web: Any, language: str) -> None:
    found = await scene(languages=tuple(LANGUAGES))
    page = await web.get(found.of_rosa("write", language))
    assert page.status_code == 200
    assert "What do you ask of your member?" in page.text
    assert page.text.index('class="caution"') < page.text.index('id="email"')


async def test_the_preview_shows_the_whole_letter_and_keeps_nothing(web: Any, unlikely: str) -> None:
    found = await scene()
    page = await writing.preview(web, found, **{"own-1": f"{writing.WORDS[0]} {unlikely}"})
    assert page.status_code == 200
    text = value(page.text, "text")
    assert text.startswith("Dear Rosa Beispiel,\n\nI met Maria")
    assert unlikely in text
    assert text.endswith("Please take on a sponsorship for Maria.\n\nKind regards")
    assert "Kramgasse 1<br>3011 Bern" in page.text
    assert await letters() == 0
    assert await mails.waiting() == []


async def test_what_is_missing_is_told_beside_the_fields_and_everything_else_comes_back(web: Any) -> None:
    found = await scene()
    page = await writing.preview(web, found, email="anna", town="")
    assert page.status_code == 422
    assert errors(page.text) == ["town", "email"]
    kept = [value(page.text, field) for field in ("own-1", "own-2", "name", "street", "postcode", "email")]
    assert kept == [*writing.WORDS, "Anna Muster", "Kramgasse 1", "3011", "anna"]


async def test_the_letter_is_changed_in_the_preview_and_sent_as_it_was_changed(web: Any) -> None:
    found = await scene()
    sent = writing.fields((await writing.preview(web, found)).text)
    sent["text"] = sent["text"].replace("her trial", "her trial in June")
    again = await web.post(found.of_rosa("write"), data=sent | {"step": "again"})
    assert "her trial in June" in value(again.text, "text")
    await web.post(found.of_rosa("send"), data=writing.fields(again.text))
    row = await db.fetch_one("SELECT body FROM advocacy_letter")
    assert row
    assert "her trial in June" in sealing.unseal("advocacy body", row["body"])


async def test_who_goes_back_to_change_their_name_keeps_the_letter_as_it_is(web: Any) -> None:
    found = await scene()
    sent = writing.fields((await writing.preview(web, found)).text) | {"subject": "Maria needs you"}
    form = await web.post(found.of_rosa("write"), data=sent | {"step": "change"})
    assert form.status_code == 200
    assert (value(form.text, "subject"), value(form.text, "text")) == ("Maria needs you", sent["text"])
    assert value(form.text, "name") == "Anna Muster"
    assert "own-1" not in form.text


async def test_a_letter_that_became_too_short_comes_back_whole(web: Any) -> None:
    found = await scene()
    page = await writing.send(web, found, text="Help her.")
    assert (page.status_code, errors(page.text), value(page.text, "text")) == (422, ["text"], "Help her.")
    assert await letters() == 0


async def test_the_example_is_shown_and_refused_as_it_is(web: Any) -> None:
    found = await scene()
    await db.execute("UPDATE action_edition SET example = $1", EXAMPLE)
    assert "flute in the orchestra" in (await web.get(found.of_rosa("write"))).text
    page = await writing.preview(web, found, **{"own-1": EXAMPLE, "own-2": ""})
    assert (page.status_code, errors(page.text)) == (422, ["own-1"])
    assert "said in your own words, it counts" in page.text
    assert value(page.text, "own-1") == EXAMPLE


async def test_who_writes_what_others_wrote_is_told_without_scripts(web: Any) -> None:
    found = await scene()
    for n in range(5):
        await writing.send(web, found, email=f"friend{n}@example.net")
    await db.execute("UPDATE advocacy_letter SET state = 'ready', confirmed_at = $1", clock.now())
    page = await writing.preview(web, found)
    assert page.status_code == 200
    assert "5 others wrote nearly the same" in page.text


async def test_what_is_sent_waits_sealed_for_the_click(web: Any) -> None:
    found = await scene()
    answer = await writing.send(web, found)
    assert answer.headers["location"] == f"{found.path('sent')}?area={found.bern}"
    row = await db.fetch_one("SELECT * FROM advocacy_letter")
    assert row
    assert (row["state"], row["representative"], row["area"], row["parliament"]) == (
        "unconfirmed",
        found.rosa,
        found.bern,
        found.parliament,
    )
    opened = {name: sealing.unseal(f"advocacy {name}", row[name]) for name in ("name", "home", "subject", "body")}
    assert opened["name"] == "Anna Muster"
    assert opened["home"] == "Kramgasse 1, 3011 Bern"
    assert opened["subject"] == "A sponsorship for Maria"
    assert opened["body"].endswith("Kind regards\n\nAnna Muster\nKramgasse 1\n3011 Bern")
    assert sealing.unseal_address(row["address"]) == "anna@example.org"
    assert len(row["likeness"]) > 0
    assert (await web.get(answer.headers["location"])).status_code == 200


async def test_the_mail_names_nobody_and_says_nothing_of_the_letter(web: Any, unlikely: str) -> None:
    found = await scene()
    await writing.send(web, found, name=f"Anna {unlikely}", subject=f"Buy {unlikely}")
    mail = await mails.last()
    assert (mail.template, mail.address, mail.language) == ("advocacy/confirm", "anna@example.org", "en")
    for said in (mail.subject, mail.text, mail.html):
        assert unlikely not in said
        assert not re.search("Rosa|Beispiel|Maria", said)


async def test_who_has_written_already_gets_the_same_page_and_another_mail(web: Any) -> None:
    found = await scene()
    first = await writing.send(web, found)
    await db.execute("UPDATE advocacy_letter SET state = 'sent'")
    second = await writing.send(web, found, text=f"Something else altogether. {'And more of it. ' * 10}")
    assert (first.status_code, first.headers["location"], first.content) == (
        second.status_code,
        second.headers["location"],
        second.content,
    )
    assert [mail.template for mail in await mails.waiting()] == ["advocacy/confirm", "advocacy/already"]
    assert await letters() == 1


async def test_whether_somebody_has_written_already_makes_no_other_work(web: Any, statements: list[str]) -> None:
    found = await scene()
    fields = writing.fields((await writing.preview(web, found)).text)
    await writing.send(web, found)
    await db.execute("UPDATE advocacy_letter SET state = 'sent'")
    seen = set()
    for address in ("anna@example.org", "boris@example.org"):
        statements.clear()
        await web.post(found.of_rosa("send"), data=fields | {"email": address})
        seen.add(tuple(statements))
    [same] = seen
    assert any("INSERT INTO advocacy_letter" in statement for statement in same)


async def test_who_writes_anew_before_they_confirmed_replaces_what_they_wrote(web: Any) -> None:
    found = await scene()
    await writing.send(web, found)
    await writing.send(web, found, subject="A better subject", email="Anna@Example.org")
    [row] = await db.fetch("SELECT subject, state FROM advocacy_letter")
    assert sealing.unseal("advocacy subject", row["subject"]) == "A better subject"
    assert [mail.template for mail in await mails.waiting()] == ["advocacy/confirm"] * 2


async def test_whose_letter_was_dropped_may_write_again(web: Any) -> None:
    found = await scene()
    await writing.send(web, found)
    await db.execute("UPDATE advocacy_letter SET state = 'dropped'")
    await writing.send(web, found)
    states = [row["state"] for row in await db.fetch("SELECT state FROM advocacy_letter ORDER BY id")]
    assert states == ["dropped", "unconfirmed"]


async def test_two_at_once_become_one_letter(web: Any) -> None:
    found = await scene()
    fields = writing.fields((await writing.preview(web, found)).text)
    given = await asyncio.gather(*(web.post(found.of_rosa("send"), data=fields) for _each in range(4)))
    assert {answer.status_code for answer in given} == {303}
    assert await letters() == 1


async def test_an_address_gets_a_few_mails_a_day_and_the_page_does_not_tell(web: Any) -> None:
    found = await scene()
    most = submitting.MOST_MAILS[0][0]
    given = [await writing.send(web, found, email=f"anna+{n}@example.org") for n in range(most + 2)]
    assert {(answer.status_code, answer.headers["location"]) for answer in given} == {
        (303, given[0].headers["location"])
    }
    assert len(await mails.waiting()) == most


async def test_no_tags_make_the_next_day_bring_more_reminders_than_there_were_mails(web: Any) -> None:
    found = await scene()
    for n in range(9):
        assert (await writing.send(web, found, email=f"anna+{n}@example.org")).status_code == 303
    with clock.at(clock.now() + reminding.REMIND_AFTER):
        await reminding.remind_due()
    templates = [mail.template for mail in await mails.waiting()]
    assert templates.count("advocacy/confirm") == templates.count("advocacy/remind") == 6


async def test_one_client_cannot_send_without_end_and_loses_nothing(web: Any, monkeypatch: Any) -> None:
    found = await scene()
    monkeypatch.setattr(submitting, "MOST_BY_ONE", (1, 600))
    assert (await writing.preview(web, found)).status_code == 200
    page = await writing.preview(web, found)
    assert page.status_code == limits.TooMany.status
    assert value(page.text, "own-1") == writing.WORDS[0]


async def test_one_client_cannot_fill_the_mailboxes_of_a_domain(web: Any, monkeypatch: Any) -> None:
    found = await scene()
    monkeypatch.setattr(requests, "MOST_OF_A_DOMAIN", (2, 86_400))
    given = [await writing.send(web, found, email=f"friend{n}@example.net") for n in range(3)]
    assert [answer.status_code for answer in given] == [303, 303, 429]
    assert value(given[-1].text, "text").startswith("Dear Rosa")
    assert (await writing.send(web, found, email="anna@example.com")).status_code == 303


async def test_a_machine_is_asked_once_more(web: Any) -> None:
    found = await scene()
    page = await writing.send(web, found, website="https://example.net")
    assert page.status_code == 422
    assert await letters() == 0


@pytest.mark.parametrize(("state", "status"), [("closed", 410), ("frozen", 409)])
@pytest.mark.parametrize("what", ["write", "send"])
async def test_an_action_that_ended_meanwhile_gives_the_text_back(
    web: Any, state: str, status: int, what: str
) -> None:
    found = await scene()
    fields = writing.fields((await writing.preview(web, found)).text)
    await db.execute("UPDATE action SET state = $1", state)
    page = await web.post(found.of_rosa(what), data=fields)
    assert page.status_code == status
    assert value(page.text, "text-1") == fields["text"]
    assert await letters() == 0


async def test_a_member_who_left_office_meanwhile_is_told_and_the_text_given_back(web: Any) -> None:
    found = await scene()
    await db.execute("UPDATE membership SET until = '2024-01-01'")
    page = await web.post(found.of_rosa("write"), data=answers())
    assert page.status_code == 404
    assert writing.WORDS[0] in value(page.text, "text-1")


async def test_nobody_writes_to_somebody_whom_the_action_does_not_ask(web: Any) -> None:
    found = await scene()
    zurich = await advocacy.area("ZH", "Zürich")
    await advocacy.representative(found.parliament, zurich, "Urs Anders")
    urs = await db.fetch_value("SELECT key FROM representative WHERE name = 'Urs Anders'")
    page = await web.get(f"{found.path('write')}/{urs}?area={found.bern}")
    assert (page.status_code, page.headers["location"]) == (303, f"{found.path('members')}?area={found.bern}")
    sent = await web.post(f"{found.path('send')}/{urs}?area={found.bern}", data=answers(subject="x", text="y" * 200))
    assert sent.status_code == 404
    assert await letters() == 0


@pytest.mark.parametrize("rosa", [{"email": ""}, {"bounced_at": clock.now()}])
async def test_who_has_no_address_that_works_is_written_to_on_paper(web: Any, rosa: dict[str, Any]) -> None:
    found = await scene(rosa=rosa)
    assert 'id="email"' not in (await web.get(found.of_rosa("write"))).text
    page = await writing.preview(web, found, email="")
    assert page.status_code == 200
    assert "/paper/" in page.text
    assert "/send/" not in page.text
    assert "mailto:" not in page.text
    sent = await web.post(found.of_rosa("send"), data=writing.fields(page.text))
    assert sent.status_code == 422
    assert await letters() == 0


async def test_her_own_mail_program_gets_the_whole_letter(web: Any) -> None:
    found = await scene()
    page = (await writing.preview(web, found)).text
    link = html.unescape(re.search(r'id="mailto" href="([^"]+)"', page)[1])  # type: ignore[index]
    assert link.startswith("mailto:rosa.")
    assert "parliament.example.org?subject=A%20sponsorship%20for%20Maria&body=Dear%20Rosa" in link
    assert link.endswith("3011%20Bern")


async def test_a_try_out_reaches_no_member_and_every_mail_goes_to_whoever_tries(web: Any) -> None:
    found = await scene(state="draft", test_address=sealing.seal_address("staff@example.org"))
    page = (await writing.preview(web, found)).text
    assert "tried out" in page
    assert "mailto:" not in page
    await writing.send(web, found)
    assert [mail.address for mail in await mails.waiting()] == ["staff@example.org"]
    assert await db.fetch_value("SELECT is_test FROM advocacy_letter")


async def test_of_several_prisoners_she_chooses_one(web: Any) -> None:
    maria, ales = await cases.prisoner(key="maria"), await cases.prisoner(key="ales")
    found = await scene(prisoners=(maria, ales))
    page = (await web.get(found.of_rosa("write"))).text
    assert re.findall(r'name="about" type="checkbox" value="(\w+)"', page) == ["maria", "ales"]
    page = (await writing.preview(web, found, about="ales")).text
    assert "I am writing to you about" in value(page, "text")
    await web.post(found.of_rosa("send"), data=writing.fields(page))
    assert await db.fetch_value("SELECT prisoners FROM advocacy_letter") == [ales]


async def test_an_action_without_questions_asks_one_of_ours(web: Any) -> None:
    found = await scene()
    await db.execute("UPDATE action_edition SET prompts = '[]'")
    assert "Why do you write, and what do you ask for?" in (await web.get(found.of_rosa("write"))).text
    page = await writing.preview(web, found)
    assert page.status_code == 200
    assert writing.WORDS[0] in value(page.text, "text")


async def test_what_was_typed_is_text_and_nothing_else(web: Any) -> None:
    found = await scene()
    evil = '<script>alert("1")</script> {{ 7 * 7 }} & so on, for a sentence that is long enough'
    page = (await writing.preview(web, found, **{"own-1": evil, "town": '"><b>Bern'})).text
    assert "<script>alert" not in page
    assert "<b>Bern" not in page
    assert evil in value(page, "text")


async def test_a_form_of_another_site_is_refused(web: Any) -> None:
    found = await scene()
    for what in ("write", "send"):
        answer = await web.post(found.of_rosa(what), data=answers(), headers={"origin": "https://example.net"})
        assert answer.status_code == 403


async def test_nothing_that_was_typed_is_in_the_log(web: Any, unlikely: str, caplog: Any, capsys: Any) -> None:
    found = await scene()
    await writing.send(web, found, name=unlikely, street=unlikely, email=f"{unlikely}@example.org")
    told = capsys.readouterr()
    assert unlikely not in caplog.text + told.out + told.err
