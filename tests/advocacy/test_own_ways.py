from datetime import timedelta

import pytest

from service.advocacy import counting, own_ways, queries
from service.advocacy.queries import Action
from service.kit import clock, db, sealing
from service.kit.errors import NotFound
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")


async def asking(**targets: list[int]) -> Action:
    return await queries.by_id(await advocacy.action(targets=targets), "en")


async def key_of(representative: int) -> str:
    key: str = await db.fetch_value("SELECT key FROM representative WHERE id = $1", representative)
    return key


async def test_a_member_of_an_asked_parliament_is_found_wherever_the_reader_lives() -> None:
    council = await advocacy.parliament()
    rosa = await advocacy.representative(council, await advocacy.area())
    found = await own_ways.member(await asking(parliaments=[council]), await key_of(rosa), "de")
    assert (found.name, found.parliament_name) == ("Rosa Beispiel", "Nationalrat")


async def test_those_of_a_committee_and_those_who_were_chosen_are_found() -> None:
    council = await advocacy.parliament()
    rosa, lea = await advocacy.representative(council), await advocacy.representative(council, name="Lea Exemple")
    action = await asking(committees=[await advocacy.committee(council, rosa)], people=[lea])
    assert (await own_ways.member(action, await key_of(rosa), "en")).id == rosa
    assert (await own_ways.member(action, await key_of(lea), "en")).id == lea


async def test_nobody_is_called_whom_the_action_does_not_ask_or_who_sits_there_no_longer() -> None:
    council, other = await advocacy.parliament(), await advocacy.parliament("ch-sr")
    stranger = await advocacy.representative(other)
    gone = await advocacy.representative(council, until=clock.now().date() - timedelta(days=2))
    action = await asking(parliaments=[council])
    for key in (await key_of(stranger), await key_of(gone), "nobody"):
        with pytest.raises(NotFound):
            await own_ways.member(action, key, "en")


async def test_a_call_counts_towards_the_goal_and_nothing_else_is_kept_of_it() -> None:
    council = await advocacy.parliament()
    bern = await advocacy.area()
    rosa = await advocacy.representative(council, bern)
    action = await asking(parliaments=[council])
    member = await own_ways.member(action, await key_of(rosa), "en")
    await own_ways.tell(action, member, "phone")
    await own_ways.tell(action, member, "paper")
    assert (await counting.of([action.id]))[action.id].acts == 2
    rows = await db.fetch("SELECT way FROM own_way ORDER BY id")
    assert [row["way"] for row in rows] == ["phone", "paper"]


async def test_there_is_no_other_way() -> None:
    council = await advocacy.parliament()
    rosa = await advocacy.representative(council)
    action = await asking(people=[rosa])
    member = await own_ways.member(action, await key_of(rosa), "en")
    for way in ("", "fax", "phone; DROP TABLE own_way"):
        with pytest.raises(NotFound):
            await own_ways.tell(action, member, way)


async def test_while_an_action_is_tried_out_nothing_counts() -> None:
    rosa = await advocacy.representative(await advocacy.parliament())
    id = await advocacy.action(
        state="draft", targets={"people": [rosa]}, test_address=sealing.seal_address("eva@example.org")
    )
    action = await queries.by_id(id, "en")
    await own_ways.tell(action, await own_ways.member(action, await key_of(rosa), "en"), "phone")
    assert await db.fetch_value("SELECT count(*) FROM own_way") == 0
