"""Eleven people send one text: ten copies are noticed while writing, and the eleventh is held, not lost."""

import html
from typing import Any

from service.advocacy import deciding, likeness
from service.advocacy.tables import AdvocacyState as State
from service.kit import clock, db, sealing
from tests.make import writing
from tests.make.advocacy_mails import waiting
from tests.make.advocacy_texts import copies
from tests.make.staff import staff

NAMES = ("anna", "ben", "clara", "david", "eva", "flora", "georg", "hanna", "ida", "jan", "karl")
PEOPLE = [f"{name}@example.org" for name in NAMES]


async def write(web: Any, found: writing.Scene, address: str) -> str:
    """To the confirmed letter; returns the page that showed it whole."""
    who = {"email": address, "name": address.partition("@")[0].capitalize() + " Muster", "street": ""}
    page: str = (await writing.preview(web, found, **who)).text
    await web.post(found.of_rosa("send"), data=writing.fields(page))
    await writing.confirm(web, address)
    return html.unescape(page)


async def test_ten_copies_are_noticed_while_writing_and_the_eleventh_is_held_and_not_lost(web: Any) -> None:
    found = await writing.scene()
    pages = [await write(web, found, address) for address in PEOPLE]
    noticed = [str(likeness.told(others)) if likeness.told(others) else "" for others in range(11)]
    assert all(said in page for said, page in zip(noticed, pages, strict=True))
    assert ["others wrote nearly the same" in page for page in pages] == [False] * 3 + [True] * 8
    typed = await web.post(found.path("likeness"), json={"text": "\n\n".join(writing.WORDS)})
    assert typed.json()["alike"] == 11

    rows = await db.fetch("SELECT id, state, held_for, body FROM advocacy_letter ORDER BY id")
    assert [row["state"] for row in rows] == [State.READY] * 10 + [State.HELD]
    assert rows[-1]["held_for"] == ["10 others wrote nearly the same."]
    assert all(words in sealing.unseal("advocacy body", rows[-1]["body"]) for words in writing.WORDS)


async def test_the_eleventh_comes_back_with_its_text_or_leaves(web: Any) -> None:
    found = await writing.scene()
    await copies(found.action, found.rosa, 10, "\n\n".join(writing.WORDS))
    await write(web, found, PEOPLE[-1])
    vera = (await staff("Vera", "moderator")).id
    last = await db.fetch_value("SELECT id FROM advocacy_letter WHERE state = 'held'")
    await deciding.release([last], vera)
    assert await db.fetch_value("SELECT count(*) FROM advocacy_letter WHERE state = 'ready'") == 11
    await deciding.undo(vera)
    await deciding.send_back([last], vera, "copy")
    with clock.at(clock.now() + deciding.UNTOLD):
        await deciding.return_due()
    [(_template, address, context)] = [mail for mail in await waiting() if mail[0] == "advocacy/failed"]
    assert address == PEOPLE[-1]
    assert all(words in context["text"] for words in writing.WORDS)
    assert "Many others wrote nearly the same" in context["reason"]
