"""Signing up: the same answer for everybody, few mails, and nothing without the click in the mail."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.kit import clock, db, jobs, tokens
from service.kit.web import environment
from service.organisation import queries as organisations
from service.subscribers import leaving, queries, requests, signup, suppression
from service.subscribers.tables import SuppressionReason
from tests.make import mails
from tests.make.subscribers import mailing_list, subscriber

Work = Callable[[], Awaitable[list[str]]]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FORM = {"address": "anna@example.org", "language": "en", "topics": ["cases", "newsletter"], "subject": ""}


async def sign_up(web: Any, address: str = "anna@example.org", **changed: Any) -> Any:
    return await web.post("/en/subscribe", data={**FORM, "address": address, **changed})


async def person(address: str) -> queries.Person:
    async with db.transaction():
        found = await queries.person_at(address)
    assert found
    return found


async def consents(address: str) -> list[str]:
    return [row["act"] for row in await queries.consents_of((await person(address)).id)]


async def test_anna_gets_a_mail_and_is_subscribed_only_by_her_click(web: Any, work: Work) -> None:
    await sign_up(web)
    await work()
    anna = await person("anna@example.org")
    assert anna.state == "unconfirmed"
    letter = await mails.last()
    assert (letter.template, letter.address, letter.language) == ("subscribers/confirm", "anna@example.org", "en")
    answer = await web.post(letter.link("/confirm/"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/subscribe/welcome")
    anna = await person("anna@example.org")
    assert (anna.state, anna.topics, anna.language) == ("confirmed", ["cases", "newsletter"], "en")
    assert (await mails.last()).template == "subscribers/welcome"
    assert await consents("anna@example.org") == ["asked", "confirmed"]


async def test_the_words_that_anna_saw_are_kept_with_her_consent(web: Any, work: Work) -> None:
    page = (await web.get("/fr/subscribe")).text
    await web.post("/fr/subscribe", data={**FORM, "language": "de"})
    await work()
    await web.post((await mails.last()).link("/confirm/"))
    for kept in await queries.consents_of((await person("anna@example.org")).id):
        assert kept["language"] == "fr"
        question, *ticked, _empty, sentence = kept["wording"].splitlines()
        assert len(ticked) == 2
        for words in (question, sentence, *(line.removeprefix("☑ ") for line in ticked)):
            assert words.replace("'", "&#39;") in page.replace("’", "’")


async def test_the_answer_is_the_same_for_everybody(web: Any, work: Work, statements: list[str]) -> None:
    await subscriber("boris@example.org")
    await subscriber("chloe@example.org", state="unsubscribed")
    await subscriber("dina@example.org", state="unconfirmed")
    await suppression.add("emil@example.org", SuppressionReason.COMPLAINT)
    seen = set()
    for name in ("anna", "boris", "chloe", "dina", "emil"):
        statements.clear()
        answer = await sign_up(web, f"{name}@example.org")
        page = await web.get(answer.headers["location"])
        head = sorted((k, v) for k, v in answer.headers.items() if k != "date")
        seen.add((answer.status_code, answer.content, str(head), page.content, tuple(statements)))
    assert len(seen) == 1
    assert sum("INSERT INTO signup_request" in sql for sql in seen.pop()[4]) == 1


async def test_the_mail_holds_nothing_that_the_visitor_typed(web: Any, work: Work, unlikely: str) -> None:
    await sign_up(web, f"{unlikely}+{unlikely}@example.org", first_name=unlikely, subject="", extra=unlikely)
    await work()
    letter = await mails.last()
    assert unlikely not in letter.subject + letter.text + letter.html


async def test_anna_gets_one_mail_a_day_and_three_ever(web: Any, work: Work) -> None:
    for day in range(400):
        with clock.at(NOON + timedelta(days=day)):
            await sign_up(web)
            await sign_up(web)
            await work()
            assert len(await mails.waiting()) == min(day + 1, 3)
            if day > 5:
                break
    with clock.at(NOON + timedelta(days=400)):
        await sign_up(web)
        await work()
    assert len(await mails.waiting()) == 3


async def test_one_minute_less_than_a_day_is_not_yet_a_day(web: Any, work: Work) -> None:
    for hours, minutes, expected in ((0, 0, 1), (23, 59, 1), (24, 0, 2)):
        with clock.at(NOON + timedelta(hours=hours, minutes=minutes)):
            await sign_up(web)
            await work()
            assert len(await mails.waiting()) == expected


async def test_boris_who_is_subscribed_is_told_so_once_a_day_and_nothing_changes(web: Any, work: Work) -> None:
    await subscriber("boris@example.org", language="fr", topics=["birthdays"])
    for hours, expected in ((0, 1), (1, 1), (25, 2), (50, 3), (75, 4)):
        with clock.at(NOON + timedelta(hours=hours)):
            await sign_up(web, "boris@example.org", language="ru")
            await work()
            assert len(await mails.waiting()) == expected
    letter = await mails.last()
    assert (letter.template, letter.language) == ("subscribers/already_subscribed", "fr")
    boris = await person("boris@example.org")
    assert (boris.state, boris.language, boris.topics, boris.confirmations) == ("confirmed", "fr", ["birthdays"], 0)
    assert await consents("boris@example.org") == []


async def test_chloe_who_left_may_come_back_by_her_own_will(web: Any, work: Work) -> None:
    old = await mailing_list("Friends of 2019")
    chloe = await subscriber("chloe@example.org", topics=["actions"], lists=[old])
    await leaving.leave(chloe, "test")
    await sign_up(web, "chloe@example.org", topics=["birthdays"])
    await work()
    letter = await mails.last()
    assert letter.template == "subscribers/confirm"
    assert (await person("chloe@example.org")).state == "unsubscribed"
    assert await suppression.reason("chloe@example.org") == "unsubscribed"
    await web.post(letter.link("/confirm/"))
    back = await person("chloe@example.org")
    assert (back.state, back.topics) == ("confirmed", ["birthdays"])
    assert await suppression.reason("chloe@example.org") is None
    assert await queries.lists_of(chloe) == []


async def test_a_stranger_cannot_choose_for_dina_what_her_link_stands_for(web: Any, work: Work) -> None:
    await sign_up(web, "dina@example.org", topics=["birthdays"], language="fr")
    await work()
    await sign_up(web, "dina@example.org", topics=["actions"], language="ru")
    await work()
    [letter] = await mails.waiting()
    await web.post(letter.link("/confirm/"))
    dina = await person("dina@example.org")
    assert (dina.topics, dina.language) == (["birthdays"], "fr")


async def test_opening_the_link_changes_nothing(web: Any, work: Work) -> None:
    await sign_up(web)
    await work()
    path = (await mails.last()).link("/confirm/")
    before = await everything()
    page = await web.get(path)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "anna" not in page.text
    assert await everything() == before


async def test_the_page_to_confirm_says_for_what_and_later_that_it_is_done(web: Any, work: Work) -> None:
    await sign_up(web)
    await work()
    path = (await mails.last()).link("/confirm/")
    page = (await web.get(path)).text
    assert "Please confirm here" in page
    assert all(f"<li>{topic}</li>" in page for topic in ("New cases", "Newsletter"))
    await web.post(path)
    page = (await web.get(path)).text
    assert "This address is confirmed already" in page
    assert "/preferences" in page and "<form method" not in page


async def test_clicking_twice_is_fine(web: Any, work: Work) -> None:
    await sign_up(web)
    await work()
    path = (await mails.last()).link("/confirm/")
    answers = [await web.post(path) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [letter.template for letter in await mails.waiting()].count("subscribers/welcome") == 1
    assert await consents("anna@example.org") == ["asked", "confirmed"]


async def test_after_a_week_the_link_leads_to_a_new_one(web: Any, work: Work) -> None:
    with clock.at(NOON):
        await sign_up(web)
        await work()
        path = (await mails.last()).link("/confirm/")
    with clock.at(NOON + timedelta(days=7, minutes=2)):
        for answer in (await web.get(path), await web.post(path)):
            assert answer.status_code == 410
            assert '"/en/subscribe"' in answer.text
    assert (await person("anna@example.org")).state == "unconfirmed"


async def test_who_left_is_not_brought_back_by_an_old_link(web: Any, work: Work) -> None:
    await sign_up(web)
    await work()
    path = (await mails.last()).link("/confirm/")
    await web.post(path)
    await leaving.leave((await person("anna@example.org")).id, "test")
    assert (await web.post(path)).status_code == 410
    assert (await person("anna@example.org")).state == "unsubscribed"


async def test_no_changed_or_foreign_token_confirms(web: Any, work: Work) -> None:
    await sign_up(web)
    await work()
    path = (await mails.last()).link("/confirm/")
    head, token = path.rsplit("/", 1)
    payload = tokens.read("confirm", token)
    forged = [token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(len(token))]
    forged += [token[:i] for i in range(1, len(token), 7)] + [token + "A", token + "="]
    forged += [tokens.make(purpose, payload) for purpose in ("unsubscribe", "preferences", "ask-preferences")]
    for wrong in forged:
        assert (await web.post(f"{head}/{wrong}")).status_code == 400, wrong
    assert (await person("anna@example.org")).state == "unconfirmed"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"address": "anna@example"}, "#address"),
        ({"topics": []}, "#topics"),
        ({"topics": ["everything"]}, "#topics"),
        ({"language": "xx"}, "#language"),
    ],
)
async def test_a_wrong_form_comes_back_with_all_that_was_typed(web: Any, changed: dict[str, Any], said: str) -> None:
    answer = await web.post("/en/subscribe", data={**FORM, **changed})
    assert answer.status_code == 422
    assert f'href="{said}"' in answer.text
    wanted = {**FORM, **changed}
    assert f'value="{wanted["address"]}"' in answer.text
    assert answer.text.count(" checked") == len([t for t in wanted["topics"] if t != "everything"])
    assert await db.fetch_value("SELECT count(*) FROM signup_request") == 0


async def test_what_was_typed_is_escaped(web: Any) -> None:
    answer = await web.post("/en/subscribe", data={**FORM, "address": '"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.text


async def test_nothing_is_ticked_and_the_warning_stands_before_the_field(web: Any) -> None:
    for language in ("en", "fr", "de", "ru", "be"):
        page = (await web.get(f"/{language}/subscribe")).text
        assert " checked" not in page
        assert page.index('class="caution"') < page.index('id="address"')
        assert f'<option value="{language}" selected' in page


async def test_a_robot_gets_the_usual_answer_and_leaves_nothing(web: Any) -> None:
    answer = await sign_up(web, subject="Buy now")
    assert answer.headers["location"] == "/en/subscribe/sent"
    assert await db.fetch_value("SELECT count(*) FROM signup_request") == 0


async def test_tags_and_dots_do_not_bomb_a_mailbox(web: Any, work: Work) -> None:
    with clock.at(NOON):
        for number in range(8):
            await sign_up(web, f"anna.k+{number}@example.org")
            await sign_up(web, f"a{'.' if number % 2 else ''}nnak+t{number}@example.org")
        await work()
    assert len(await mails.waiting()) == 3


async def test_one_client_cannot_ask_for_a_hundred_addresses(web: Any) -> None:
    """Before what our proxy saw, a client may write into the header what it likes."""
    with clock.at(NOON):
        answers = [
            await web.post(
                "/en/subscribe",
                data={**FORM, "address": f"anna@group{n}.example.org"},
                headers={"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.7"},
            )
            for n in range(requests.MOST_BY_ONE[0] + 2)
        ]
    assert [answer.status_code for answer in answers[-3:]] == [303, 429, 429]
    assert 'value="anna@group31.example.org"' in answers[-1].text
    with clock.at(NOON + timedelta(minutes=11)):
        assert (await sign_up(web)).status_code == 303


async def test_one_client_cannot_ask_for_the_whole_of_a_school(web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 3
    monkeypatch.setattr(requests, "MOST_OF_A_DOMAIN", (most, 86_400))
    with clock.at(NOON):
        answers = [await sign_up(web, f"pupil{n}@example.org") for n in range(most + 1)]
        assert [answer.status_code for answer in answers[-2:]] == [303, 429]
        assert f'value="pupil{most}@example.org"' in answers[-1].text
        assert (await sign_up(web, "anna@example.net")).status_code == 303
    with clock.at(NOON + timedelta(days=1)):
        assert (await sign_up(web, f"pupil{most}@example.org")).status_code == 303


async def test_one_client_asks_two_hundred_times_a_day_however_slowly(
    web: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MOST_IN_A_DAY", (3, 86_400))
    answers = []
    for hour in range(4):
        with clock.at(NOON.replace(hour=hour)):
            answers.append((await sign_up(web, f"anna@group{hour}.example.org")).status_code)
    assert answers == [303, 303, 303, 429]


async def test_who_has_many_ipv6_networks_is_still_one(web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MOST_BY_ONE", (2, 600))

    async def from_network(prefix: str, n: int) -> int:
        answer = await web.post(
            "/en/subscribe",
            data={**FORM, "address": f"anna@group{n}.example.org"},
            headers={"X-Forwarded-For": f"{prefix}:{n:x}::1"},
        )
        return int(answer.status_code)

    with clock.at(NOON):
        assert [await from_network("2001:db8:1", n) for n in range(9)] == [303] * 8 + [429]
        assert await from_network("2001:db8:2", 1) == 303


async def test_more_mails_than_a_minute_takes_wait_and_are_not_lost(
    web: Any, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MOST_ANSWERS", (2, 60))
    with clock.at(NOON):
        for name in ("anna", "boris", "chloe"):
            await sign_up(web, f"{name}@example.org")
        await work()
        assert len(await mails.waiting()) == 2
    with clock.at(NOON + timedelta(minutes=2)):
        await requests.sweep()
        await work()
    assert len(await mails.waiting()) == 3
    assert await db.fetch_value("SELECT count(*) FROM signup_request") == 0


async def test_a_request_that_the_queue_lost_is_found_again(web: Any, work: Work) -> None:
    with clock.at(NOON):
        await sign_up(web)
        jobs.broker().client.flushall()
        assert await work() == []
    with clock.at(NOON + timedelta(minutes=2)):
        await requests.sweep()
        await work()
    assert len(await mails.waiting("anna@example.org")) == 1


async def test_a_job_that_comes_twice_mails_once(web: Any, work: Work) -> None:
    await sign_up(web)
    id = await db.fetch_value("SELECT id FROM signup_request")
    for _time in range(2):
        await jobs.body("subscribers.handle_signup")(id)
    assert len(await mails.waiting()) == 1


async def test_a_form_from_another_site_is_refused(web: Any) -> None:
    answer = await web.post("/en/subscribe", data=FORM, headers={"Origin": "https://evil.example.com"})
    assert answer.status_code == 403


async def test_links_name_our_own_host_whatever_the_visitor_says(web: Any, work: Work) -> None:
    await web.post(
        "/en/subscribe", data=FORM, headers={"Host": "evil.example.com", "X-Forwarded-Host": "evil.example.com"}
    )
    await work()
    letter = await mails.last()
    assert "evil" not in letter.text + letter.html


async def test_a_clear_address_stands_nowhere(web: Any, work: Work, unlikely: str) -> None:
    await sign_up(web, f"{unlikely}@example.org")
    assert unlikely not in await everything()
    await work()
    await web.post((await mails.last()).link("/confirm/"))
    assert unlikely not in await everything()


async def everything() -> str:
    """All rows of all tables as text, with bytes as they are read."""
    tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    rows = [await db.fetch(f"SELECT * FROM {table['tablename']} ORDER BY 1") for table in tables]
    return repr(rows)


async def test_two_requests_at_the_same_moment_are_one_mail(web: Any, work: Work) -> None:
    for _time in range(4):
        await sign_up(web)
    ids = [row["id"] for row in await db.fetch("SELECT id FROM signup_request")]
    await asyncio.gather(*(jobs.body("subscribers.handle_signup")(id) for id in ids))
    assert len(await mails.waiting()) == 1
    assert await db.fetch_value("SELECT count(*) FROM subscriber") == 1


async def test_two_clicks_at_the_same_moment_are_one_welcome(web: Any, work: Work) -> None:
    await sign_up(web)
    await work()
    path = (await mails.last()).link("/confirm/")
    answers = await asyncio.gather(*(web.post(path) for _time in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert [letter.template for letter in await mails.waiting()].count("subscribers/welcome") == 1


async def test_the_small_form_carries_the_warning_and_all_that_is_needed(web: Any, database: None) -> None:
    organisation = await organisations.required()
    source = '{% import "public/subscribers/_form.html" as signup with context %}{{ signup.small(offer) }}'
    page = environment("fr").from_string(source).render(language="fr", offer=signup.offer(organisation))
    assert page.index('class="caution"') < page.index('id="address"')
    assert 'name="language" value="fr"' in page
    assert page.count('name="topics"') == 4
    assert " checked" not in page
