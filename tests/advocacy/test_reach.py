import pytest

from service.advocacy import reach
from service.advocacy.targets import Targets
from service.kit import clock
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")


async def test_staff_see_whom_each_target_reaches_and_everybody_counts_once():
    parliament, bern, jura = await advocacy.parliament(), await advocacy.area(), await advocacy.area("JU", "Jura")
    await advocacy.place(bern)
    rosa = await advocacy.representative(parliament, bern)
    jean = await advocacy.representative(parliament, jura, "Jean Exemple", email="")
    lea = await advocacy.representative(parliament, None, "Lea Liste", bounced_at=clock.now(), bounced_words="gone")
    committee = await advocacy.committee(parliament, rosa, jean)
    await advocacy.promise(jean, await cases.prisoner())
    reached = await reach.of(Targets(parliaments=[parliament], committees=[committee], people=[lea], sponsors=True))
    own, of_committee, chosen, sponsors = reached.groups
    assert (len(own.members), own.areas, own.nowhere, own.unmapped, own.by_area) == (3, 2, 1, 1, True)
    assert of_committee.label == "National Council: Foreign Affairs"
    assert [[member.id for member in group.members] for group in (of_committee, chosen, sponsors)] == [
        [rosa, jean],
        [lea],
        [jean],
    ]
    assert len(reached.members) == 3 and reached.by_mail == 2
    assert [member.id for member in reached.without_address] == [jean]
    assert [member.id for member in reached.bounced] == [lea]


async def test_no_targets_reach_nobody():
    assert await reach.of(Targets()) == reach.Reach([])


async def test_without_any_sponsor_nobody_is_reached_by_them():
    await advocacy.representative(await advocacy.parliament())
    assert (await reach.of(Targets(sponsors=True))).members == []


async def test_who_is_sent_by_a_whole_country_needs_no_postcode():
    parliament = await advocacy.parliament("eu-ep", "EU")
    await advocacy.representative(parliament, await advocacy.area("DE", "Germany", "country", "DE"))
    [group] = (await reach.of(Targets(parliaments=[parliament]))).groups
    assert (group.areas, group.unmapped) == (1, 0)
