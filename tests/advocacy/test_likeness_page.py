"""What a writer is told while they write, and what nobody learns that way."""

import pytest

from service.advocacy.pages import likeness as page
from service.kit import db
from tests.make import advocacy
from tests.make.advocacy_texts import ANNAS, CLARAS, copies, letter


@pytest.fixture
async def address(web):
    rosa = await advocacy.representative(await advocacy.parliament())
    action = await advocacy.action()
    await copies(action, rosa, 10)
    key = await db.fetch_value("SELECT key FROM action")
    return f"/en/actions/{key}/likeness"


async def test_who_writes_what_ten_others_wrote_is_told_and_nothing_is_kept(web, address):
    before = await db.fetch_value("SELECT count(*) FROM advocacy_letter")
    answer = await web.post(address, json={"text": ANNAS})
    assert answer.json()["alike"] == 10 and answer.json()["sentence"].startswith("10 others wrote nearly the same.")
    assert answer.headers["cache-control"] == "no-store"
    assert (await web.post(address, json={"text": letter(CLARAS)})).json() == {"alike": 0, "sentence": ""}
    assert await db.fetch_value("SELECT count(*) FROM advocacy_letter") == before


async def test_of_so_few_that_one_could_guess_who_nothing_is_said(web, address):
    await db.execute("DELETE FROM advocacy_letter WHERE id NOT IN (SELECT id FROM advocacy_letter LIMIT 2)")
    assert (await web.post(address, json={"text": ANNAS})).json() == {"alike": 0, "sentence": ""}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"text": 5}', b'{"text": "\xff"}', b"text=hello"])
async def test_what_is_no_text_is_refused_plainly(web, address, body):
    answer = await web.post(address, content=body, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_a_text")


async def test_a_body_without_end_is_refused(web, address):
    assert (await web.post(address, content=b'{"text": "' + b"x" * 200_000)).status_code == 413


async def test_another_site_cannot_ask(web, address):
    answer = await web.post(address, json={"text": ANNAS}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/xx/actions/{key}/likeness", "/en/actions/nothing/likeness"])
async def test_there_is_no_such_action(web, address, path):
    key = address.split("/")[3]
    assert (await web.post(path.format(key=key), json={"text": ANNAS})).status_code == 404


async def test_after_many_questions_one_waits(web, address, monkeypatch):
    monkeypatch.setattr(page, "MOST_ASKED", (1, 600))
    asked = [(await web.post(address, json={"text": ANNAS})).status_code for _ in range(2)]
    assert asked == [200, 429]
