"""`hundredfold keys destroy`: afterwards nobody can read anything, and every page says so."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from service import piccolo_app
from service.delivery import catcher, links
from service.kit import db, files, folder, rekey, sealing
from service.kit.processes import CannotRun
from service.organisation import queries as organisations
from service.schedules import leader
from service.subscribers import spool
from tests.conftest import SECRET
from tests.make import advocacy, commands, staff, wall
from tests.make.subscribers import subscriber

ANNA = "anna@example.org"


@pytest.fixture
async def filled(database: None, web: Any) -> AsyncIterator[str]:
    """Anna is subscribed, has posted and written; Olga is signed in. The name of their organisation."""
    await subscriber(ANNA, first_name="Anna")
    await wall.post("Anna", address=ANNA)
    parliament = await advocacy.parliament()
    await advocacy.letter(await advocacy.action(), await advocacy.representative(parliament), "held", address=ANNA)
    await staff.sign_in(web, await staff.staff("Olga"))
    yield (await organisations.required()).name


async def readable() -> list[str]:
    """Every column in which anything can still be unsealed."""
    found = []
    for column in rekey.sealed_columns(piccolo_app.APP_CONFIG.table_classes):
        rows = await db.fetch(
            f"SELECT {column.column} AS sealed FROM {column.table} WHERE {column.column} IS NOT NULL"
        )
        found += [f"{column.table}.{column.column}" for row in rows if opens(column, row["sealed"])]
    return found


def opens(column: rekey.SealedColumn, sealed: bytes) -> bool:
    try:
        if column.purpose == sealing.ADDRESS:
            sealing.unseal_address(sealed)
        else:
            sealing.unseal(column.purpose, sealed)
    except sealing.Unsealable:
        return False
    return True


async def test_afterwards_nothing_sealed_can_be_read_even_by_whoever_has_the_secret(
    web: Any, filled: str, tmp_path: Path
) -> None:
    assert {"subscriber.address", "wall_post.address", "advocacy_letter.body", "account.address"} <= set(
        await readable()
    )
    (tmp_path / "secret").write_text(SECRET)
    ended = await commands.hundredfold("keys", "destroy", typed=f"{filled}\n", code=0, HUNDREDFOLD_VAR=str(tmp_path))
    assert "It cannot be undone." in ended.printed
    assert f"The secret in {tmp_path} is destroyed." in ended.printed
    assert "stop `hundredfold up`" in ended.printed
    assert not (tmp_path / "secret").exists()
    assert await readable() == []
    assert await db.fetch_value("SELECT count(*) FROM subscriber") == 1
    [row] = await db.fetch("SELECT account, action FROM audit ORDER BY id DESC LIMIT 1")
    assert (row["account"], row["action"]) == (None, "keys.destroyed")
    assert await organisations.is_stopped()
    (tmp_path / "postgres").mkdir()
    with pytest.raises(CannotRun, match="were destroyed"):
        folder.own_secret(tmp_path)


async def test_every_page_answers_with_a_sentence_instead_of_failing(web: Any, filled: str, tmp_path: Path) -> None:
    await commands.hundredfold("keys", "destroy", typed=f"{filled}\n", code=0, HUNDREDFOLD_VAR=str(tmp_path))
    for page in ("/en", "/en/subscribe", "/en/wall", "/en/prisoners", "/staff", "/staff/wall"):
        answer = await web.get(page, follow_redirects=True)
        assert (answer.status_code, "This service has ended" in answer.text) == (410, True), page
    nowhere = await web.get("/en/nowhere/at-all")
    assert (nowhere.status_code, "/en/prisoners" in nowhere.text) == (404, False)
    german = (await web.get("/de/subscribe")).text
    assert "Diesen Dienst gibt es nicht mehr" in german
    assert "/de/preferences" not in german
    for form, typed in (("/en/subscribe", {"address": ANNA}), ("/staff/sign-in", {"address": "olga@example.org"})):
        answer = await web.post(form, data=typed)
        assert (answer.status_code, ANNA in answer.text) == (410, False)
    assert (await web.get("/health/live")).status_code == 200
    assert await db.fetch_value("SELECT count(*) FROM signup_request") == 0


async def test_a_command_that_wants_to_read_somebody_ends_with_a_sentence(web: Any, filled: str) -> None:
    await commands.hundredfold("keys", "destroy", typed=f"{filled}\n", code=0)
    for words in (("person", ANNA), ("forget", ANNA), ("export",)):
        ended = await commands.hundredfold("subscribers", *words, code=1)
        assert "the keys were destroyed" in ended.complaint
        assert "Traceback" not in ended.complaint


async def test_the_button_of_an_old_mail_is_answered_too(web: Any, filled: str) -> None:
    one_click = urlsplit(links.unsubscribe_url(await db.fetch_value("SELECT id FROM subscriber"), None)).path
    await commands.hundredfold("keys", "destroy", typed=f"{filled}\n", code=0)
    answer = await web.post(one_click, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "Nothing more is sent" in answer.text) == (410, True)


async def test_a_secret_from_elsewhere_is_named_for_the_operator(web: Any, filled: str, tmp_path: Path) -> None:
    writer = spool.Writer()
    writer.write(b"email\nanna@example.org\n")
    writer.close()
    ended = await commands.hundredfold("keys", "destroy", typed=f"{filled}\n", code=0)
    assert "destroy HUNDREDFOLD_SECRET where it is kept" in ended.printed
    assert not files.path(writer.name).exists()
    assert await readable() == []


@pytest.mark.parametrize("typed", ["yes\n", "\n", "LANTERNA \n", ""])
async def test_anything_else_than_the_name_destroys_nothing(web: Any, filled: str, typed: str) -> None:
    before = await readable()
    ended = await commands.hundredfold("keys", "destroy", typed=typed)
    assert ended.code == 1
    assert await readable() == before
    assert (await web.get("/staff")).status_code == 200


async def test_an_interrupted_run_is_finished_without_the_secret(web: Any, filled: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff" * len(SECRET))
    (tmp_path / "keys-destroyed").touch()
    alone = {"HUNDREDFOLD_VAR": str(tmp_path), "HUNDREDFOLD_SECRET": ""}
    await commands.hundredfold("keys", "destroy", typed=f"{filled}\n", code=0, **alone)
    assert await readable() == []
    assert not (tmp_path / "secret").exists()
    again = await commands.hundredfold("keys", "destroy", typed=f"{filled}\n", code=0, **alone)
    assert "0 sealed values" in again.printed


async def test_mails_that_were_caught_and_posts_that_were_never_shown_go_too(
    web: Any, filled: str, tmp_path: Path
) -> None:
    name = catcher.Folder(tmp_path / "caught").keep(
        "news@example.org", [ANNA], b"To: anna@example.org\r\n\r\nDear Anna"
    )
    waiting = await wall.post("Boris", "waiting", sentence="Nobody has read this yet")
    folder = await db.fetch_value("SELECT folder FROM wall_photo ORDER BY id DESC LIMIT 1")
    (tmp_path / "files" / "wall" / folder).mkdir(parents=True)
    (tmp_path / "files" / "wall" / folder / "original").write_bytes(b"a face")
    assert (await commands.anew("keys", "destroy", typed=f"{filled}\n", HUNDREDFOLD_VAR=str(tmp_path))).code == 0
    assert not list((tmp_path / "caught").glob(f"{name}*"))
    assert not (tmp_path / "files" / "wall" / folder / "original").exists()
    [row] = await db.fetch("SELECT state, name, sentence FROM wall_post WHERE id = $1", waiting)
    assert tuple(row) == ("withdrawn", "", "")
    assert await db.fetch_value("SELECT count(*) FROM wall_post WHERE state = 'published'") == 1


async def test_what_cannot_be_shredded_saves_nothing_else(web: Any, filled: str, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    ended = await commands.hundredfold("keys", "destroy", typed=f"{filled}\n", code=0, HUNDREDFOLD_VAR=str(tmp_path))
    assert f"{tmp_path / 'secret'} could not be destroyed" in ended.printed
    assert await readable() == []


async def test_the_clock_asks_for_nothing_more(web: Any, filled: str) -> None:
    async with db.connection() as connection:
        assert not await leader.ended(connection)
        await commands.hundredfold("keys", "destroy", typed=f"{filled}\n", code=0)
        assert await leader.ended(connection)
