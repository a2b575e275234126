import json
from typing import Any

import pytest

from service.campaigns import documents, queries
from service.kit import db
from service.kit.errors import Invalid
from service.rendering.blocks import Heading
from tests.make.subscribers import mailing_list

pytestmark = pytest.mark.usefixtures("database")


def document(**changes: Any) -> bytes:
    whole = {
        "name": "News in June",
        "audience": {"lists": ["Friends"], "topics": ["cases"], "languages": ["de"]},
        "archived": False,
        "editions": {"en": {"subject": "Hello", "blocks": [{"type": "heading", "text": "Hello", "level": 1}]}},
    }
    return json.dumps(whole | changes).encode()


async def wrong(source: bytes) -> dict[str, str]:
    with pytest.raises(Invalid) as found:
        await documents.create(source)
    assert await db.fetch_value("SELECT count(*) FROM campaign") == 0
    return {path: str(told) for path, told in found.value.fields.items()}


async def test_a_document_becomes_a_draft() -> None:
    friends = await mailing_list("Friends")
    made = await documents.create(document())
    found, editions = await queries.find(made), await queries.editions(made)
    assert (found.state, found.archived, found.audience.lists) == ("draft", False, [friends])
    assert editions["en"].blocks == [Heading("Hello", 1)]


async def test_countries_go_by_their_two_letters() -> None:
    made = await documents.create(document(audience={"topics": ["birthdays"], "countries": ["CH", ""]}))
    assert (await queries.find(made)).audience.countries == ["CH", ""]
    await db.execute("DELETE FROM campaign")
    told = await wrong(document(audience={"topics": ["birthdays"], "countries": ["Switzerland"]}))
    assert told == {"audience.countries[0]": "“Switzerland” is not one of the two letters of a country, such as CH."}


async def test_what_is_shown_can_be_created_again() -> None:
    await mailing_list("Friends")
    first = await documents.create(document())
    shown = documents.shown(await queries.find(first), await queries.editions(first))
    second = await documents.create(json.dumps(shown).encode())
    again = documents.shown(await queries.find(second), await queries.editions(second))
    assert again == shown | {"info": shown["info"] | {"id": second}}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"editions": {"en": {"blocks": [{"type": "text"}, {"type": "marquee"}]}}}, "editions.en.blocks[1]"),
        ({"editions": {"en": {"blocks": [{"type": "text", "txt": "x"}]}}}, "editions.en.blocks[0]"),
        ({"editions": {"en": {"blocks": [{"type": "heading", "level": "1"}]}}}, "editions.en.blocks[0].level"),
        ({"editions": {"xx": {}}}, "editions.xx"),
        ({"editions": {}}, "editions"),
        ({"audience": {"lists": ["Nobody"]}}, "audience.lists[0]"),
        ({"audience": {"topics": ["cases", "gossip"]}}, "audience.topics[1]"),
        ({"audience": {"languages": ["xx"]}}, "audience.languages[0]"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"subject": "x"}, "document"),
    ],
)
async def test_what_is_wrong_is_told_with_its_path(changes: dict[str, Any], path: str) -> None:
    await mailing_list("Friends")
    assert path in await wrong(document(**changes))


@pytest.mark.parametrize("source", [b"", b"{", b"[]", b"\xff\xfe", b'"x"'])
async def test_what_is_no_document_is_told_in_a_sentence(source: bytes) -> None:
    assert await wrong(source)


async def test_characters_that_no_text_may_hold_are_left_out() -> None:
    await mailing_list("Friends")
    source = document(editions={"en": {"subject": "A\nBcc: x@example.org\u0000", "blocks": []}})
    made = await documents.create(source)
    assert (await queries.editions(made))["en"].subject == "A Bcc: x@example.org"
