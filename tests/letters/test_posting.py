"""What is said of letters is believed within reason: who collects links decides for nobody who is written to."""

from datetime import timedelta

import pytest

from service.kit import clock
from service.letters import allotting, posting
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")


async def test_who_collects_links_all_day_cannot_make_maryna_look_well_written_to():
    colony, now = await cases.facility(), clock.now()
    maryna, *_others = [await cases.prisoner(f"Person {number}", colony, born="") for number in range(20)]
    links = []
    for minutes in range(0, 600, 2):
        with clock.at(now + timedelta(minutes=minutes)):
            batch, people = await allotting.for_page(5)
            links.append(posting.read(posting.token(batch, people)))
    given = [link for link in links if maryna in link.prisoners]
    counted = sum([await posting.count(link, [maryna]) for link in given])
    assert len(given) > 40
    # Her share of what the pages held back, and on each of the two days a few beyond.
    assert counted <= allotting.HELD_BY_PAGES + 1 + 2 * posting.BEYOND


async def test_who_posts_to_everybody_a_page_gave_is_counted_whole():
    colony = await cases.facility()
    for number in range(6):
        await cases.prisoner(f"Person {number}", colony, born="")
    for _visitor in range(4):
        batch, people = await allotting.for_page(3)
        assert await posting.count(posting.read(posting.token(batch, people)), people) == 3
