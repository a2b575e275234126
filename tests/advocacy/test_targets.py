import msgspec
import pytest

from service.advocacy import queries, targets
from service.advocacy.targets import Targets
from service.kit import clock, db
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def council():
    """A parliament, Bern and Jura, and Rosa, who sits for Bern."""
    parliament, bern, jura = await advocacy.parliament(), await advocacy.area(), await advocacy.area("JU", "Jura")
    return parliament, bern, jura, await advocacy.representative(parliament, bern)


async def asked(chosen, *areas):
    action = await queries.by_id(await advocacy.action(targets=msgspec.to_builtins(chosen)), "en")
    return [member.name for member in await targets.asked(action, areas, "en")]


async def test_who_lives_in_bern_is_asked_to_write_to_who_sits_for_bern(council):
    parliament, bern, jura, _rosa = council
    await advocacy.representative(parliament, jura, "Jean Exemple")
    chosen = Targets(parliaments=[parliament])
    assert await asked(chosen, bern) == ["Rosa Beispiel"]
    assert await asked(chosen, bern, jura) == ["Rosa Beispiel", "Jean Exemple"]
    assert targets.needs_area(chosen)


async def test_who_does_not_say_where_they_live_has_no_member_of_their_own(council):
    parliament, *_others = council
    assert await asked(Targets(parliaments=[parliament])) == []


async def test_another_parliament_that_sits_for_bern_is_not_asked(council):
    _parliament, bern, *_others = council
    states = await advocacy.parliament("ch-sr")
    await advocacy.representative(states, bern, "Sven Stand")
    assert await asked(Targets(parliaments=[states]), bern) == ["Sven Stand"]


async def test_everybody_may_write_to_a_committee_and_to_chosen_people_wherever_they_live(council):
    parliament, _bern, jura, rosa = council
    jean = await advocacy.representative(parliament, jura, "Jean Exemple")
    committee = await advocacy.committee(parliament, rosa)
    assert await asked(Targets(committees=[committee])) == ["Rosa Beispiel"]
    assert await asked(Targets(people=[jean]), council[1]) == ["Jean Exemple"]
    assert not targets.needs_area(Targets(committees=[committee], people=[jean], sponsors=True))


async def test_who_sponsors_somebody_can_be_asked_too(council):
    parliament, _bern, jura, rosa = council
    await advocacy.representative(parliament, jura, "Jean Exemple")
    await advocacy.promise(rosa, await cases.prisoner())
    assert await asked(Targets(sponsors=True)) == ["Rosa Beispiel"]


async def test_nobody_is_asked_twice_and_ones_own_members_come_first(council):
    parliament, bern, jura, rosa = council
    jean = await advocacy.representative(parliament, jura, "Jean Exemple")
    committee = await advocacy.committee(parliament, jean, rosa)
    chosen = Targets(parliaments=[parliament], committees=[committee], people=[jean, rosa])
    assert await asked(chosen, bern) == ["Rosa Beispiel", "Jean Exemple"]


async def test_who_left_the_parliament_is_not_asked_any_more(council):
    _parliament, bern, _jura, rosa = council
    await db.execute("UPDATE membership SET until = $1", clock.now().date().replace(year=2024))
    assert await asked(Targets(parliaments=[council[0]], people=[rosa]), bern) == []


async def test_nobody_who_was_chosen_means_nobody_is_asked(council):
    assert await asked(Targets(), council[1]) == []
    assert not Targets() and Targets(sponsors=True)


async def test_an_election_touches_what_asks_its_parliament_a_committee_of_it_or_who_leaves_it(council):
    parliament, _bern, _jura, rosa = council
    other = await advocacy.parliament("ch-sr")
    committee = await advocacy.committee(parliament, rosa)
    await advocacy.promise(rosa, await cases.prisoner())
    touched = [
        await advocacy.action(targets=msgspec.to_builtins(chosen))
        for chosen in (
            Targets(parliaments=[parliament]),
            Targets(committees=[committee]),
            Targets(people=[rosa]),
            Targets(sponsors=True),
        )
    ]
    await advocacy.action(targets={"parliaments": [other]})
    await advocacy.action(state="closed", targets={"parliaments": [parliament]})
    assert await targets.touched_by([parliament], [rosa]) == touched
    assert await targets.touched_by([], []) == []
