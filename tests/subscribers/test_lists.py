from typing import Any

import pytest

from service.kit import db
from service.kit.errors import Invalid
from service.subscribers import list_queries, lists, queries
from tests.make import staff
from tests.make import subscribers as make


@pytest.mark.parametrize(
    ("name", "label"),
    [("Amis & Amies à Genève", "amis-amies-a-geneve"), ("Друзья", "list"), ("  ", "list"), ("x" * 90, "x" * 50)],
)
async def test_the_label_is_made_of_the_plain_letters_of_the_name(database: None, name: str, label: str) -> None:
    found = await lists.required(await lists.create(name or "list", "", None))
    assert found.label == label


async def test_the_label_stays_when_the_name_changes(database: None) -> None:
    olga = await staff.staff()
    friends = await lists.create("Friends", "", olga.id)
    await lists.change(friends, "Freunde", "In Zürich", olga.id)
    found = await lists.required(friends)
    assert (found.name, found.label, found.description) == ("Freunde", "friends", "In Zürich")
    again = await lists.required(await lists.create("Friends", "", olga.id))
    assert again.label == "friends-2"


async def test_two_lists_never_have_one_name(database: None) -> None:
    olga = await staff.staff()
    await lists.create("Friends", "", olga.id)
    other = await lists.create("Others", "", olga.id)
    with pytest.raises(Invalid):
        await lists.create("Friends", "", olga.id)
    with pytest.raises(Invalid):
        await lists.change(other, "Friends", "", olga.id)


async def test_a_list_that_was_put_away_cannot_be_chosen_and_keeps_its_people(database: None) -> None:
    olga = await staff.staff()
    friends = await make.mailing_list()
    await make.subscriber("anna@example.org", lists=[friends])
    await lists.archive(friends, olga.id)
    assert await list_queries.choices() == []
    assert (await lists.required(friends)).members == 1
    await lists.restore(friends, olga.id)
    assert await list_queries.choices() == [(friends, "Friends")]
    audit = [row["action"] for row in await db.fetch("SELECT action FROM audit ORDER BY id")]
    assert audit == ["list.archived", "list.restored"]


async def test_members_are_those_who_get_mail(database: None) -> None:
    friends = await make.mailing_list()
    await make.subscriber("anna@example.org", lists=[friends])
    await make.subscriber("igor@example.org", state="unsubscribed", lists=[friends])
    assert (await lists.required(friends)).members == 1


async def test_only_who_gets_mail_is_added_by_hand(database: None) -> None:
    olga = await staff.staff()
    friends = await make.mailing_list()
    anna = await make.subscriber("anna@example.org")
    await make.subscriber("igor@example.org", state="unsubscribed")
    assert await lists.add(friends, " Anna@Example.org ", olga.id)
    assert not await lists.add(friends, "anna@example.org", olga.id)
    for address in ("igor@example.org", "nobody@example.org", "not an address"):
        with pytest.raises(Invalid):
            await lists.add(friends, address, olga.id)
    assert [row["name"] for row in await queries.lists_of(anna)] == ["Friends"]
    assert await lists.remove(friends, "anna@example.org", olga.id)
    assert await queries.lists_of(anna) == []


async def test_the_pages_of_lists_do_what_they_say(web: Any) -> None:
    csrf = await staff.sign_in(web, await staff.staff("Ed", "editor"))
    made = await web.post("/staff/lists", data={"csrf": csrf, "name": "Friends"})
    place = made.headers["location"]
    assert "Friends" in (await web.get("/staff/lists")).text
    answer = await web.post(place, data={"csrf": csrf, "name": ""})
    assert (answer.status_code, "Please give the list a name." in answer.text) == (422, True)
    answer = await web.post(f"{place}/add", data={"csrf": csrf, "address": "nobody@example.org"})
    assert (answer.status_code, "nobody@example.org" in answer.text) == (422, True)
    await make.subscriber("anna@example.org")
    assert (await web.post(f"{place}/add", data={"csrf": csrf, "address": "anna@example.org"})).status_code == 303
    assert (await web.post(f"{place}/archive", data={"csrf": csrf})).status_code == 303
    assert "put away" in (await web.get(place)).text
    assert (await web.get("/staff/lists/999")).status_code == 404


async def test_vera_who_only_looks_changes_no_list(web: Any) -> None:
    friends = await make.mailing_list()
    csrf = await staff.sign_in(web, await staff.staff("Vera", "moderator"))
    assert (await web.get(f"/staff/lists/{friends}")).status_code == 200
    for what in ("", "/archive", "/restore", "/add", "/remove"):
        answer = await web.post(f"/staff/lists/{friends}{what}", data={"csrf": csrf, "name": "X"})
        assert answer.status_code == 403
