"""`hundredfold staff …`, as a person or a script types it."""

import json

import tests.make.staff as make
from service.auth import links
from service.auth.links import Purpose
from service.kit import db
from tests.make import commands


async def hundredfold(*words: str) -> tuple[int, str, str]:
    """The exit code, what it printed, and what it complained of."""
    ended = await commands.hundredfold("staff", *words)
    return ended.code, ended.printed.strip(), ended.complaint


async def test_an_operator_invites_anna_and_sees_her_in_the_list(database: None) -> None:
    code, printed, _nothing = await hundredfold(
        "invite", "anna@example.org", "--role", "editor", "--name", "Anna", "--print"
    )
    _code, listed, _nothing = await hundredfold("list", "--json")

    assert code == 0 and printed.startswith("https://news.example.org/staff/invitation/")
    assert await links.holder(printed.rsplit("/", 1)[1], Purpose.INVITATION)
    assert [(person["name"], person["role"], person["state"]) for person in json.loads(listed)] == [
        ("Anna", "editor", "invited")
    ]
    assert await db.fetch_value("SELECT count(*) FROM delivery WHERE template = 'staff/invitation'") == 1


async def test_a_mistake_ends_with_a_sentence(database: None) -> None:
    await make.staff("Olga")

    for words, sentence in (
        (("invite", "olga@example.org", "--role", "viewer"), "on the staff already"),
        (("invite", "olga", "--role", "viewer"), "one complete address"),
        (("link", "nora@example.org"), "Nobody on the staff"),
    ):
        code, printed, complaint = await hundredfold(*words)
        assert code == 1 and printed == ""
        assert sentence in " ".join(complaint.replace("│", " ").split()) and "Traceback" not in complaint


async def test_the_link_of_the_first_owner_is_all_that_is_printed(database: None) -> None:
    olga = await make.staff("Olga")

    code, printed, _nothing = await hundredfold("link")

    assert code == 0
    assert await links.use(printed.removeprefix("https://news.example.org/staff/enter/"), Purpose.SIGN_IN) == olga.id
