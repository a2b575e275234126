"""Whom somebody may write to, and from where."""

from typing import Any

import pytest

from service.advocacy import asking, queries
from service.advocacy.asking import NotAsked
from service.kit import db
from service.kit.errors import NotFound
from tests.make import advocacy, cases
from tests.make.writing import scene

pytestmark = pytest.mark.usefixtures("database")


async def test_a_letter_comes_from_the_area_that_sends_the_member():
    found = await scene()
    fribourg = await advocacy.area("FR", "Fribourg")
    ask = await asking.of(found.key, found.rosa_key, [fribourg, found.bern], "en")
    assert ask.area == found.bern


async def test_to_whom_everybody_may_write_a_letter_comes_from_where_its_writer_votes():
    found = await scene()
    await db.execute("UPDATE action SET targets = $1", f'{{"people": [{found.rosa}]}}')
    uri = await advocacy.area("UR", "Uri")
    assert (await asking.of(found.key, found.rosa_key, [uri], "en")).area == uri
    assert (await asking.of(found.key, found.rosa_key, [], "en")).area is None


async def test_somebody_of_another_canton_is_not_asked():
    found = await scene()
    uri = await advocacy.area("UR", "Uri")
    with pytest.raises(NotAsked):
        await asking.of(found.key, found.rosa_key, [uri], "en")
    with pytest.raises(NotFound):
        await asking.of("nothing", found.rosa_key, [uri], "en")


@pytest.mark.parametrize(
    ("reads", "speaks", "better"),
    [(["de"], ("en", "de"), ["de"]), (["de"], ("en",), []), (["en", "de"], ("en", "de"), [])],
)
async def test_a_language_that_the_member_reads_is_offered(reads: list[str], speaks: Any, better: list[str]):
    found = await scene(languages=speaks, rosa={"languages": reads})
    assert (await asking.of(found.key, found.rosa_key, [found.bern], "en")).others == better


async def test_points_for_the_members_party_come_first_and_those_for_others_not_at_all():
    found = await scene()
    points = (
        '[{"party": "", "text": "All"}, {"party": "Other", "text": "No"}, {"party": "example party", "text": "Own"}]'
    )
    await db.execute("UPDATE action_edition SET points = $1", points)
    assert (await asking.of(found.key, found.rosa_key, [found.bern], "en")).points == ["Own", "All"]


async def test_only_of_several_prisoners_can_one_be_chosen():
    maria, ales = await cases.prisoner(key="maria"), await cases.prisoner(key="ales")
    both = await scene(prisoners=(maria, ales))
    assert (await asking.of(both.key, both.rosa_key, [both.bern], "en")).has_choice
    await db.execute("UPDATE action SET prisoners = $1", [maria])
    assert not (await asking.of(both.key, both.rosa_key, [both.bern], "en")).has_choice


async def test_countries_are_those_whose_members_are_asked():
    found = await scene()
    await advocacy.area("75", "Berlin", country="DE")
    assert await asking.countries(await queries.open_action(found.key, "en")) == ["CH"]


def test_areas_of_an_address_are_few_and_real():
    assert asking.few([3, 3, 0, -1, 1 << 31, 1 << 63, 10**30, *range(1, 30)]) == [3, 1, 2, 4, 5, 6, 7, 8, 9, 10]
    assert asking.with_areas("/en/x", [1, 2]) == "/en/x?area=1&area=2"
    assert asking.with_areas("/en/x", []) == "/en/x"
