"""The demo has letters, so that the page about them says something."""

import pytest

from service.cases import demo as people
from service.kit import db
from service.letters import demo, evenings, spread

pytestmark = pytest.mark.usefixtures("database")


async def test_some_get_many_letters_and_some_none():
    await people.seed()
    made = await demo.seed()
    found = spread.of(await spread.counts(365))
    assert (found.least, found.nobody_ever > 0, found.most > 3) == (0, True, True)
    assert made == sum(one.ever for one in await spread.counts(365))
    assert await evenings.totals() == (1, 3, 3)


async def test_where_there_are_letters_or_no_people_nothing_is_added():
    assert await demo.seed() == 0
    await people.seed()
    await demo.seed()
    assert await demo.seed() == 0
    assert await db.fetch_value("SELECT count(*) FROM letter_evening") == 1
