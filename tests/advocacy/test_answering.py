from datetime import timedelta
from typing import Any

import pytest

from service.advocacy import answering, ledger, links, promise_queries
from service.advocacy.answering import Asked
from service.advocacy.tables import AdvocacyState as State
from service.kit import clock, db
from service.kit.errors import Invalid
from service.kit.i18n import LANGUAGES
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")
CANARY = "She told me of it at the market in Thun."


async def sent(*prisoners: int, address: str = "anna@example.org", **columns: Any) -> int:
    """A letter of Anna to Rosa, two weeks after it was sent."""
    found = await db.fetch_value("SELECT min(id) FROM representative")
    rosa = found or await advocacy.representative(await advocacy.parliament())
    action = await db.fetch_value("SELECT min(id) FROM action") or await advocacy.action(prisoners=prisoners)
    return await advocacy.letter(
        action, rosa, columns.pop("state", State.SENT), address, prisoners=list(prisoners), **columns
    )


async def about(*prisoners: int, **columns: Any) -> Asked:
    return await answering.asked(await sent(*prisoners, **columns), "en")


async def outcome() -> str:
    return str(await db.fetch_value("SELECT outcome FROM advocacy_letter ORDER BY id DESC LIMIT 1"))


async def waiting() -> list[promise_queries.Entry]:
    return (await promise_queries.find(promise_queries.Wanted(show="told"))).entries


async def test_what_anna_was_promised_waits_for_staff_and_nobody_else_hears_of_it():
    maryna = await cases.prisoner()
    asked = await about(maryna)
    await answering.answer(asked, "answered", ["sponsors"], words=CANARY)
    assert await outcome() == "answered"
    [entry] = await waiting()
    assert (entry.kind, entry.prisoner, entry.tellers) == ("sponsors", maryna, 1)
    assert await promise_queries.told(entry.id) == CANARY
    assert await ledger.deeds([entry.representative], "en") == {}


async def test_the_words_of_supporters_are_sealed():
    await answering.answer(await about(await cases.prisoner()), "answered", ["spoke"], words=CANARY)
    row = await db.fetch_one("SELECT * FROM promise")
    assert row and CANARY not in str(dict(row)) and CANARY.encode() not in row["told"]


async def test_what_three_tell_waits_as_one_with_all_they_wrote():
    maryna = await cases.prisoner()
    for n, words in enumerate(["By mail.", "", "On the telephone."]):
        asked = await about(maryna, address=f"writer{n}@example.org")
        await answering.answer(asked, "answered", ["sponsors"], words=words)
    [entry] = await waiting()
    assert entry.tellers == 3
    assert await promise_queries.told(entry.id) == "By mail.\n\nOn the telephone."


async def test_an_answer_is_told_once():
    asked = await about(await cases.prisoner())
    for _each in range(3):
        await answering.answer(asked, "answered", ["sponsors", "question"])
    assert [entry.tellers for entry in await waiting()] == [1, 1]
    await answering.answer(asked, "silence")
    assert await outcome() == "answered"


async def test_who_had_no_answer_yet_may_say_later_that_it_came():
    asked = await about(await cases.prisoner())
    await answering.answer(asked, "silence")
    assert await outcome() == "silence"
    await answering.answer(asked, "answered", ["question"])
    assert await outcome() == "answered"
    assert [entry.kind for entry in await waiting()] == ["question"]


async def test_of_several_prisoners_one_is_chosen_or_all_are_meant():
    maryna, olga = await cases.prisoner(), await cases.prisoner("Olga Example")
    asked = await about(maryna, olga)
    await answering.answer(asked, "answered", ["sponsors"], prisoner=asked.prisoners[1].key)
    await answering.answer(
        await about(maryna, olga, address="bea@example.org"), "answered", ["question"], prisoner=""
    )
    assert {(entry.kind, entry.prisoner) for entry in await waiting()} == {("sponsors", olga), ("question", None)}


async def test_a_try_out_promises_nothing():
    await answering.answer(await about(await cases.prisoner(), is_test=True), "answered", ["sponsors"])
    assert await waiting() == []


async def test_a_prisoner_who_is_not_shown_any_more_is_not_named():
    asked = await about(await cases.prisoner(publication="hidden"))
    assert asked.prisoners == []
    await answering.answer(asked, "answered", ["spoke"])
    assert [entry.prisoner for entry in await waiting()] == [None]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("outcome", ("perhaps", [], "", "")),
        ("outcome", ("silence", ["sponsors"], "", "")),
        ("promised", ("answered", ["resigned"], "", "")),
        ("promised", ("answered", [], "", "They will think about it.")),
        ("prisoner", ("answered", ["sponsors"], "somebody-else", "")),
        ("words", ("answered", ["sponsors"], "", "x" * 1001)),
    ],
)
async def test_what_cannot_be_meant_changes_nothing(field: str, typed: tuple[str, list[str], str, str]):
    asked = await about(await cases.prisoner())
    with pytest.raises(Invalid) as refused:
        await answering.answer(asked, *typed)
    assert list(refused.value.fields) == [field]
    assert await outcome() == "" and await waiting() == []


@pytest.mark.parametrize("state", [state for state in State if state != State.SENT])
async def test_about_what_was_not_sent_nobody_is_asked(state: State):
    with pytest.raises(answering.NotAsked):
        await answering.asked(await sent(state=state), "en")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_opening_the_link_changes_nothing_in_any_language(web: Any, language: str):
    link = links.answer(await sent(await cases.prisoner()), language)
    answer = await web.get(link)
    assert answer.status_code == 200 and "Rosa Beispiel" in answer.text and "Anna" not in answer.text
    assert (await web.get(f"{link}?outcome=silence&again=1")).status_code == 200
    assert await outcome() == ""


async def test_the_mail_may_choose_the_answer_and_the_button_sends_it(web: Any):
    link = links.answer(await sent(await cases.prisoner()), "en")
    assert 'value="acknowledged" checked' in (await web.get(f"{link}?outcome=acknowledged")).text
    answer = await web.post(link, data={"outcome": "acknowledged"})
    assert answer.status_code == 303
    thanks = (await web.get(answer.headers["location"])).text
    assert "Tell us what came" in thanks and "/call/" not in thanks
    await db.execute("UPDATE representative SET phone = '+41 31 555 01 01'")
    assert "/call/" in (await web.get(answer.headers["location"])).text
    assert await outcome() == "acknowledged"
    assert "checked" in (await web.get(f"{link}?again=1")).text


async def test_what_was_typed_is_kept_when_something_is_missing(web: Any):
    link = links.answer(await sent(await cases.prisoner()), "en")
    answer = await web.post(link, data={"outcome": "answered", "words": CANARY})
    assert answer.status_code == 422 and CANARY in answer.text and 'href="#promised"' in answer.text


async def test_a_strange_an_old_and_a_cut_link_are_told_apart_from_nothing(web: Any):
    link = links.answer(await sent(await cases.prisoner()), "en")
    assert (await web.get(link[:-2])).status_code == 400
    assert (await web.get(links.answer(987654, "en"))).status_code == 404
    with clock.at(clock.now() + timedelta(days=121)):
        assert (await web.get(link)).status_code == 410
        assert (await web.post(link, data={"outcome": "silence"})).status_code == 410
    assert await outcome() == ""


async def test_a_form_from_another_site_is_refused(web: Any):
    link = links.answer(await sent(await cases.prisoner()), "en")
    answer = await web.post(link, data={"outcome": "silence"}, headers={"Origin": "https://evil.example.net"})
    assert answer.status_code == 403 and await outcome() == ""


async def test_what_nobody_decided_about_in_90_days_loses_its_words():
    await answering.answer(await about(await cases.prisoner()), "answered", ["spoke"], words=CANARY)
    with clock.at(clock.now() + timedelta(days=89)):
        assert await answering.forget_words() == 0
    with clock.at(clock.now() + timedelta(days=91)):
        assert await answering.forget_words() == 1
    [entry] = await waiting()
    assert await promise_queries.told(entry.id) == ""


async def test_one_letter_tells_of_a_thing_once_however_often_its_form_says_so():
    await answering.answer(await about(await cases.prisoner()), "answered", ["sponsors"] * 10, words=CANARY)
    [entry] = await waiting()
    assert entry.tellers == 1
    assert await promise_queries.told(entry.id) == CANARY
