"""Erasing leaves a keyed hash and nothing else; exporting shows all there is."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from service.kit import db, sealing
from service.subscribers import addresses, erasure, imports, queries, suppression
from tests.make import mails
from tests.make.subscribers import mailing_list, ready, subscriber
from tests.subscribers.test_leaving import waiting_mail

Work = Callable[[], Awaitable[list[str]]]


async def rows_with(*needles: bytes) -> list[str]:
    """The tables that hold one of these bytes in any column."""
    found = []
    for table in await db.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"):
        for row in await db.fetch(f"SELECT * FROM {table['name']}"):
            content = b"|".join(v if isinstance(v, bytes) else str(v).encode() for v in row.values())
            if any(needle in content for needle in needles):
                found.append(table["name"])
    return found


async def test_nothing_of_anna_is_left_but_the_hash(web: Any, work: Work) -> None:
    friends = await mailing_list()
    form = {"address": "Anna@Example.org", "language": "en", "topics": ["cases"]}
    await web.post("/en/subscribe", data=form)
    await work()
    await web.post((await mails.last()).link("/confirm/"))
    anna = await db.fetch_value("SELECT id FROM subscriber")
    boris = await subscriber("boris@example.org", lists=[friends])
    await db.execute(
        "INSERT INTO list_member (mailing_list, subscriber, added_at) SELECT $1, $2, added_at FROM list_member",
        friends,
        anna,
    )
    waiting = await waiting_mail(anna)
    await web.post("/en/subscribe", data=form)
    sealed = sealing.seal_address("anna@example.org")
    assert set(await rows_with(sealed)) == {"subscriber", "delivery", "signup_request"}

    gone = await erasure.forget(" ANNA@example.org ")

    assert gone == ["the subscription with all that belongs to it", "what was asked for and not answered yet"]

    assert await rows_with(sealed, b"anna@example.org") == []
    for table in ("consent", "list_member", "delivery"):
        assert await db.fetch_value(f"SELECT count(*) FROM {table} WHERE subscriber = $1", anna) == 0, table
    assert await db.fetch_value("SELECT state FROM delivery WHERE id = $1", waiting) == "skipped"
    assert await mails.waiting() == []
    assert await suppression.reason("anna@example.org") == "erased"
    assert await queries.person(boris) is not None
    await work()
    assert await rows_with(sealed) == []


async def test_who_was_erased_twice_or_never_known_stays_suppressed(database: None) -> None:
    assert await erasure.forget("anna@example.org") == []
    assert await erasure.forget("anna@example.org") == []
    assert await suppression.reason("anna@example.org") == "erased"
    assert await erasure.export_person("anna@example.org") == {"address": "anna@example.org", "suppressed": "erased"}


async def test_what_is_no_address_is_refused(database: None) -> None:
    with pytest.raises(addresses.BadAddress):
        await erasure.forget("anna")


async def test_an_export_holds_each_thing_we_know(web: Any, work: Work) -> None:
    await web.post("/fr/subscribe", data={"address": "anna@example.org", "language": "de", "topics": ["birthdays"]})
    await work()
    await web.post((await mails.last()).link("/confirm/"))
    held = await erasure.export_person("Anna@example.org")
    assert held
    columns = {
        row["column_name"]
        for row in await db.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'subscriber'"
        )
    }
    assert columns - held.keys() == {"id", "confirmations", "confirmation_sent_at"}
    assert [consent["act"] for consent in held["consents"]] == ["asked", "confirmed"]
    assert {consent["language"] for consent in held["consents"]} == {"fr"}
    assert [mail["template"] for mail in held["mails"]] == ["subscribers/confirm", "subscribers/welcome"]
    assert await erasure.export_person("nobody@example.org") is None


async def test_a_row_that_an_import_refused_is_forgotten_too(database: None, work: Work) -> None:
    friends = await mailing_list()
    two = "Anna@Example.org; anna.second@example.org"
    await imports.start(await ready(f"email\n{two}\nboris@\n", friends), None, dry_run=False)
    await work()
    assert await db.fetch_value("SELECT count(*) FROM import_problem WHERE row > 0") == 2
    await erasure.forget("anna@example.org")
    [left] = await db.fetch("SELECT content FROM import_problem WHERE row > 0")
    assert "boris@" in sealing.unseal("import_row", left["content"])


async def test_anna_neither_gets_nor_erases_the_rows_of_joanna(database: None, work: Work) -> None:
    friends = await mailing_list()
    others = "joanna@example.org and x\nanna@example.org.uk and x\n"
    hers = "ANNA@example.org and boris@example.org\n<anna@example.org> and x\n"
    await imports.start(await ready(f"email\n{others}{hers}", friends), None, dry_run=False)
    await work()
    held = await erasure.export_person("anna@example.org")
    assert held
    assert [row.strip() for row in held["refused_rows"]] == [
        "ANNA@example.org and (another address)",
        "<anna@example.org> and x",
    ]
    await erasure.forget("anna@example.org")
    left = await db.fetch("SELECT content FROM import_problem WHERE row > 0 ORDER BY id")
    assert [sealing.unseal("import_row", row["content"]).partition(" ")[0] for row in left] == [
        "joanna@example.org",
        "anna@example.org.uk",
    ]


async def test_a_refused_row_is_found_however_its_domain_is_spelt(database: None, work: Work) -> None:
    friends = await mailing_list()
    await imports.start(await ready("email\nanna@bücher.example and x\n", friends), None, dry_run=False)
    await work()
    for spelling in ("anna@xn--bcher-kva.example", "Anna@BÜCHER.example"):
        held = await erasure.export_person(spelling)
        assert held
        assert len(held["refused_rows"]) == 1
