"""Leaving is one click, answers everybody the same, and can be taken back for five minutes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.delivery import links
from service.kit import clock, db, tokens
from service.subscribers import leaving, queries, suppression
from service.subscribers.tables import SuppressionReason
from tests.make import mails
from tests.make.subscribers import mailing_list, subscriber

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BOUNDARY = "----mail-provider"
MULTIPART = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--{BOUNDARY}--\r\n'
)


def path(subscriber: int, mailing: int | None = None) -> str:
    return urlsplit(links.unsubscribe_url(subscriber, mailing)).path


def undo_path(page: str) -> str:
    return page.split('action="/u/undo/')[1].split('"')[0]


async def state(id: int) -> str:
    person = await queries.person(id)
    assert person
    return person.state


async def waiting_mail(subscriber: int) -> int:
    """A mail of a newsletter that is being sent."""
    mailing = await db.fetch_value(
        "INSERT INTO mailing (state, pause_reason, sender_name, sender_address, reply_to, list_name, list_label,"
        " shared, audience, created_at) VALUES ('sending', '', 'E', 'e@example.org', '', 'L', 'l', '{}', 1, $1)"
        " RETURNING id",
        clock.now(),
    )
    id: int = await db.fetch_value(
        "INSERT INTO delivery (mailing, subscriber, state, language, address, due_at, attempts, reason, reply)"
        " SELECT $1, id, 'queued', language, address, $3, 0, '', '' FROM subscriber WHERE id = $2 RETURNING id",
        mailing,
        subscriber,
        clock.now(),
    )
    return id


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (MULTIPART.encode(), f"multipart/form-data; boundary={BOUNDARY}"),
        (b"", ""),
        (b"\x00\xff nothing that is a form", "text/plain"),
        (b"--broken", "multipart/form-data"),
    ],
)
async def test_a_mail_provider_unsubscribes_anna_by_one_post(web: Any, body: bytes, kind: str) -> None:
    anna = await subscriber("anna@example.org")
    waiting = await waiting_mail(anna)
    answer = await web.post(
        path(anna, 12), content=body, headers={"Content-Type": kind, "Origin": "https://mail.example.com"}
    )
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert await state(anna) == "unsubscribed"
    assert await suppression.reason("anna@example.org") == "unsubscribed"
    assert await db.fetch_value("SELECT state FROM delivery WHERE id = $1", waiting) == "skipped"
    [kept] = await queries.consents_of(anna)
    assert (kept["act"], kept["source"]) == ("unsubscribed", "mailing 12")


async def test_opening_the_link_changes_nothing_and_speaks_her_language(web: Any) -> None:
    chloe = await subscriber("chloe@example.org", language="fr")
    page = await web.get(path(chloe), headers={"Accept-Language": "de"})
    assert page.status_code == 200
    assert '<html lang="fr">' in page.text
    assert "<script" not in page.text
    assert "chloe" not in page.text
    assert await state(chloe) == "confirmed"


async def test_one_mail_says_that_it_worked_and_only_one(web: Any) -> None:
    anna = await subscriber("anna@example.org")
    for _click in range(3):
        assert (await web.post(path(anna))).status_code == 200
    assert [letter.template for letter in await mails.waiting()] == ["subscribers/unsubscribed"]
    assert len(await queries.consents_of(anna)) == 1


async def test_the_answer_is_the_same_for_one_who_left_and_one_we_do_not_know(web: Any) -> None:
    anna = await subscriber("anna@example.org")
    unknown = anna + 1
    pages = []
    for _time in range(2):
        for id in (anna, unknown):
            opened, answer = await web.get(path(id)), await web.post(path(id))
            assert (opened.status_code, answer.status_code) == (200, 200)
            token = undo_path(answer.text)
            pages.append((opened.text.replace(path(id), ""), answer.text.replace(token, "").replace(path(id), "")))
    assert len(set(pages)) == 1


async def test_the_link_works_for_years(web: Any) -> None:
    with clock.at(NOON):
        anna = await subscriber("anna@example.org")
        link = path(anna)
    with clock.at(NOON + timedelta(days=3650)):
        assert (await web.post(link)).status_code == 200
    assert await state(anna) == "unsubscribed"


async def test_no_changed_or_foreign_token_unsubscribes(web: Any) -> None:
    anna = await subscriber("anna@example.org")
    token = path(anna).removeprefix("/u/")
    forged = [token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(len(token))]
    forged += [token[:i] for i in range(1, len(token), 7)]
    forged += [tokens.make(purpose, [anna, 0]) for purpose in ("confirm", "preferences", "undo-unsubscribe")]
    for wrong in forged:
        assert (await web.post(f"/u/{wrong}")).status_code == 400, wrong
    assert await state(anna) == "confirmed"


async def test_sorry_undo_brings_all_back(web: Any) -> None:
    friends = await mailing_list()
    anna = await subscriber("anna@example.org", topics=["birthdays"], lists=[friends])
    left = await web.post(path(anna))
    back = await web.post(f"/u/undo/{undo_path(left.text)}")
    assert back.status_code == 200
    assert await state(anna) == "confirmed"
    assert await suppression.reason("anna@example.org") is None
    assert [row["id"] for row in await queries.lists_of(anna)] == [friends]
    assert [row["act"] for row in await queries.consents_of(anna)] == ["unsubscribed", "undone"]
    assert (await web.post(f"/u/undo/{undo_path(left.text)}")).status_code == 200
    assert len(await queries.consents_of(anna)) == 2


@pytest.mark.parametrize(("seconds", "expected"), [(299, 200), (301, 410), (3600, 410)])
async def test_undo_is_for_five_minutes(web: Any, seconds: int, expected: int) -> None:
    with clock.at(NOON):
        anna = await subscriber("anna@example.org")
        left = await web.post(path(anna))
    with clock.at(NOON + timedelta(seconds=seconds)):
        answer = await web.post(f"/u/undo/{undo_path(left.text)}")
    assert answer.status_code == expected
    assert await state(anna) == ("confirmed" if expected == 200 else "unsubscribed")
    assert (await suppression.reason("anna@example.org") is None) == (expected == 200)


async def test_a_second_click_later_does_not_open_the_undo_again(web: Any) -> None:
    with clock.at(NOON):
        anna = await subscriber("anna@example.org")
        await web.post(path(anna))
    with clock.at(NOON + timedelta(minutes=6)):
        again = await web.post(path(anna))
        assert (await web.post(f"/u/undo/{undo_path(again.text)}")).status_code == 410
    assert await state(anna) == "unsubscribed"


async def test_undo_does_not_confirm_an_address_that_was_only_typed(web: Any) -> None:
    dina = await subscriber("dina@example.org", state="unconfirmed")
    await db.execute(
        "INSERT INTO consent (subscriber, act, source, wording, language, at) VALUES ($1, 'asked', '', '', 'en', $2)",
        dina,
        clock.now(),
    )
    await web.post(path(dina))
    left = await web.post(path(dina))
    await web.post(f"/u/undo/{undo_path(left.text)}")
    assert await state(dina) == "unconfirmed"
    assert await mails.waiting() == []


async def test_undo_of_another_leaving_is_refused(web: Any) -> None:
    anna, boris = await subscriber("anna@example.org"), await subscriber("boris@example.org")
    left = await web.post(path(anna))
    _subscriber, record = tokens.read("undo-unsubscribe", undo_path(left.text))
    await web.post(path(boris))
    stolen = tokens.make("undo-unsubscribe", [boris, record], timedelta(minutes=5))
    assert (await web.post(f"/u/undo/{stolen}")).status_code == 410
    assert await state(boris) == "unsubscribed"


async def test_who_must_not_be_written_to_leaves_without_a_mail(database: None) -> None:
    anna = await subscriber("anna@example.org")
    waiting = await waiting_mail(anna)
    await leaving.suppress("anna@example.org", SuppressionReason.COMPLAINT, "complaint")
    await leaving.suppress("nobody@example.org", SuppressionReason.STAFF, "staff")
    assert await state(anna) == "unsubscribed"
    assert await db.fetch_value("SELECT state FROM delivery WHERE id = $1", waiting) == "skipped"
    assert await mails.waiting() == []
    assert await suppression.reason("anna@example.org") == "complaint"
    assert await suppression.reason("nobody@example.org") == "staff"
