"""What is kept of letters goes when nobody needs it any more."""

import re
from datetime import timedelta

import pytest

from service.kit import clock, db, jobs
from service.kit.i18n import LANGUAGES
from service.letters import forgetting, posting
from service.schedules.recurring import RECURRING
from tests.make import cases, letters


@pytest.fixture
async def maryna(database):
    return await cases.prisoner(place=await cases.facility())


async def test_the_mark_of_a_used_link_stays_as_long_as_the_link_and_no_longer(maryna):
    token = posting.token("mailing 1", [maryna])
    link = posting.read(token)
    await posting.count(link, [maryna])
    for days, left in ((89, 1), (92, 0)):
        with clock.at(clock.now() + timedelta(days=days)):
            await forgetting.forget_due()
        assert await db.fetch_value("SELECT count(*) FROM posted_once") == left
    assert await db.fetch_value("SELECT sum(letters) FROM letters_posted") == 1


async def test_a_batch_is_forgotten_after_four_months_unless_it_still_holds_letters(maryna):
    with clock.at(clock.now() - forgetting.ALLOTMENTS_FOR - timedelta(days=1)):
        await letters.allotment(maryna, batch="mailing 1")
        await letters.allotment(maryna, batch="evening 1", days=200)
    await letters.allotment(maryna, batch="mailing 2")
    await forgetting.forget_due()
    rows = await db.fetch("SELECT batch FROM allotment ORDER BY batch")
    assert [row["batch"] for row in rows] == ["evening 1", "mailing 2"]


async def test_the_clock_asks_for_it(maryna):
    assert "letters.forget" in RECURRING
    await jobs.body("letters.forget")()


async def test_the_privacy_page_says_when_the_mark_of_a_link_goes(database, web):
    for language in LANGUAGES:
        page = (await web.get(f"/{language}/privacy")).text
        assert re.search(rf"\b{posting.LONGEST_LINK.days}\b", page), language
