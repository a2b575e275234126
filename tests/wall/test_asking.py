from datetime import timedelta

import pytest

from service.kit import clock, db, jobs
from service.wall import asking
from tests.make import mails, wall

pytestmark = pytest.mark.usefixtures("database")
CLIENT = "198.51.100.7/32"


async def asked() -> list[int]:
    return [row["id"] for row in await db.fetch("SELECT id FROM wall_links_asked ORDER BY id")]


async def test_what_the_queue_lost_is_asked_for_again(work):
    await wall.post()
    await asking.ask("anna@example.org", "fr", CLIENT)
    jobs.broker().client.flushall()
    await asking.sweep()
    assert await work() == []
    with clock.at(clock.now() + timedelta(minutes=2)):
        await asking.sweep()
        assert "wall.mail_links" in await work()
    mail = await mails.last()
    assert (mail.address, mail.language) == ("anna@example.org", "fr")
    assert await asked() == []


async def test_a_request_is_answered_once_however_often_its_job_arrives():
    await wall.post()
    await asking.ask("anna@example.org", "en", CLIENT)
    [request] = await asked()
    for _again in range(2):
        await asking.answer(request)
    assert len(await mails.waiting()) == 1


async def test_an_answer_that_comes_a_day_late_is_not_given():
    await asking.ask("anna@example.org", "en", CLIENT)
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        await asking.sweep()
    assert await asked() == []


async def test_the_mailbox_of_anna_is_not_filled_by_whoever_types_her_address():
    await wall.post()
    for _again in range(6):
        await asking.ask("anna@example.org", "en", CLIENT)
    for request in await asked():
        await asking.answer(request)
    assert len(await mails.waiting()) == 3
