"""Where nobody knows what has left since, letters that waited are looked at first."""

from datetime import timedelta

import pytest

from service.advocacy import deciding, restored
from service.delivery import continuity
from service.kit import clock, db
from tests.make import advocacy, smtp
from tests.make.advocacy_mails import MONDAY, look, pass_until, states
from tests.make.staff import staff

HOUR = timedelta(hours=1)


@pytest.fixture
async def letter(database):
    """Anna's, when everything ran for the last time."""
    with clock.at(MONDAY):
        rosa = await advocacy.representative(await advocacy.parliament(), email="rosa@example.net")
        await continuity.ensure()
        return await advocacy.letter(await advocacy.action(), rosa)


async def test_a_copy_that_is_restored_sends_no_letter_that_the_other_one_may_have_sent(work, letter):
    async with smtp.office() as office:
        with clock.at(MONDAY + 2 * HOUR):
            await look(work)
            assert not office.received and await states() == ["held"]
            assert await db.fetch_value("SELECT held_for FROM advocacy_letter") == [restored.WHY]


async def test_released_by_staff_it_leaves(work, letter):
    async with smtp.office() as office:
        with clock.at(MONDAY + 2 * HOUR):
            await look(work)
            await deciding.release([letter], (await staff("Vera", "moderator")).id)
            await look(work)
        assert len(office.to("rosa@example.net")) == 1


async def test_where_everything_ran_all_the_while_it_leaves_at_its_turn(work, letter):
    async with smtp.office() as office:
        await pass_until(MONDAY + 2 * HOUR)
        with clock.at(MONDAY + 2 * HOUR):
            await look(work)
        assert len(office.to("rosa@example.net")) == 1


async def test_what_is_written_after_the_break_leaves(work, letter):
    with clock.at(MONDAY + 2 * HOUR):
        await restored.hold()
        rosa = await db.fetch_value("SELECT id FROM representative")
        action = await db.fetch_value("SELECT id FROM action")
        await advocacy.letter(action, rosa, address="ben@example.org")
        async with smtp.office() as office:
            await look(work)
        assert [mail.parsed["Reply-To"] for mail in office.to("rosa@example.net")] == ["ben@example.org"]
