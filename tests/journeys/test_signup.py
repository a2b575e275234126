"""From the form to the welcome mail, through a real SMTP server; then out again by the header of a mail."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.kit import db
from service.kit.i18n import translate
from service.subscribers import suppression
from tests.make import smtp
from tests.make.smtp import PostOffice

Work = Callable[[], Awaitable[list[str]]]

ASKED = {"en": "Please confirm", "fr": "Veuillez confirmer", "ru": "подтвердите"}


def body(office: PostOffice, recipient: str) -> str:
    """The text of the last mail that they got."""
    part = office.to(recipient)[-1].parsed.get_body(("plain",))
    assert part
    text: str = part.get_content()
    return text


def link(text: str, part: str) -> str:
    found = re.search(rf"https://news\.example\.org(\S*{part}\S*)", text)
    assert found, text
    return found[1]


@pytest.mark.parametrize("language", ASKED)
async def test_anna_signs_up_confirms_changes_leaves_and_is_erased(web: Any, work: Work, language: str) -> None:
    anna = "anna@example.org"
    async with smtp.office() as office:
        page = await web.get(f"/{language}/subscribe")
        assert page.status_code == 200
        form = {"address": "Anna@Example.org", "language": language, "topics": ["birthdays", "newsletter"]}
        assert (await web.post(f"/{language}/subscribe", data=form)).headers["location"].endswith("/sent")
        await work()
        [asked] = office.to(anna)
        assert ASKED[language] in asked.parsed["subject"]
        assert asked.parsed["list-unsubscribe"] is None

        confirm = link(body(office, anna), f"/{language}/confirm/")
        assert f'lang="{language}"' in (await web.get(confirm)).text
        assert len(office.received) == 1
        assert (await web.post(confirm)).headers["location"] == f"/{language}/subscribe/welcome"
        await work()
        assert len(office.to(anna)) == 2
        welcome = body(office, anna)

        ask = link(welcome, "/preferences/ask/")
        assert (await web.post(ask)).headers["location"] == f"/{language}/preferences/sent"
        await work()
        preferences = link(body(office, anna), "/preferences/")
        chosen = {"language": "de", "topics": ["actions"], "first_name": "Anna"}
        assert (await web.post(preferences, data=chosen)).status_code == 303

        leave = link(welcome, "/u/")
        assert (await web.post(leave, content=b"List-Unsubscribe=One-Click")).status_code == 200
        await work()
        assert office.to(anna)[-1].parsed["subject"] == translate("de", "You will get no more mail from us")
        assert await suppression.reason(anna) == "unsubscribed"

        assert (await web.post(f"{preferences}/erase")).headers["location"].endswith("/preferences/erased")
        assert await suppression.reason(anna) == "erased"
        assert await db.fetch_value("SELECT count(*) FROM subscriber") == 0
        assert office.recipients == [anna] * 4
        assert urlsplit(leave).query == ""
