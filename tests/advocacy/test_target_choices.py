import pytest

from service.advocacy import target_choices
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")


async def names(typed):
    return [member.name for member in await target_choices.named(typed)]


async def test_chambers_with_members_come_first_with_their_committees():
    empty, full = await advocacy.parliament("aa-empty"), await advocacy.parliament()
    rosa = await advocacy.representative(full)
    committee = await advocacy.committee(full, rosa)
    first, second = await target_choices.chambers()
    assert (first.id, first.members, [each.id for each in first.committees]) == (full, 1, [committee])
    assert (second.id, second.members, second.committees) == (empty, 0, [])


async def test_members_are_found_by_parts_of_name_and_party_whatever_the_accents():
    parliament = await advocacy.parliament()
    for name, party in (("Noémie Gabarit", "Green Hills"), ("Noel Muster", "Old Mill")):
        await advocacy.representative(parliament, name=name, party=party)
    assert await names("noemie") == await names("GREEN gab") == ["Noémie Gabarit"]
    assert await names("no") == ["Noémie Gabarit", "Noel Muster"]
    assert await names("") == await names("nobody") == await names("%") == []
    assert await target_choices.parties() == ["Green Hills", "Old Mill"]


async def test_no_more_are_found_than_fit_under_a_field():
    parliament = await advocacy.parliament()
    for number in range(target_choices.MOST_FOUND + 1):
        await advocacy.representative(parliament, name=f"Member {number}")
    assert len(await names("member")) == target_choices.MOST_FOUND
