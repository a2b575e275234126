from datetime import timedelta

import pytest

from service.kit import clock, db
from service.wall import consent, links, retention
from service.wall.tables import PostState
from tests.make import wall

pytestmark = pytest.mark.usefixtures("database")


async def test_what_nobody_confirmed_is_erased_after_three_days_and_nothing_else():
    for state in PostState:
        post = await wall.post(state=state)
        await consent.keep(post, consent.REQUIRED, "Lanterna", "en")
    late = clock.now() + links.CONFIRM_FOR + timedelta(minutes=1)
    with clock.at(late - timedelta(minutes=2)):
        await retention.erase_due()
        assert await db.fetch_value("SELECT count(*) FROM wall_post") == len(PostState)
    with clock.at(late):
        await retention.erase_due()
    left = {row["state"] for row in await db.fetch("SELECT state FROM wall_post")}
    assert left == set(PostState) - {PostState.UNCONFIRMED}
    assert await db.fetch_value("SELECT count(*) FROM wall_consent") == 4 * len(left)
    assert await db.fetch_value("SELECT count(*) FROM wall_photo WHERE state = 'gone'") == 1
