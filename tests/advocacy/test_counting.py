import pytest

from service.advocacy import counting
from service.advocacy.counting import Count
from service.kit import clock, db, sealing
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def rosa():
    return await advocacy.representative(await advocacy.parliament())


async def of(action):
    return (await counting.of([action]))[action]


@pytest.mark.parametrize(
    ("state", "count"),
    [
        ("sent", Count(letters=1)),
        ("ready", Count(waiting=1)),
        ("held", Count(waiting=1)),
        ("leaving", Count(waiting=1)),
        ("unknown", Count(waiting=1)),
        ("failed", Count()),
        ("dropped", Count()),
        ("unconfirmed", Count()),
    ],
)
async def test_only_what_a_server_took_counts_as_sent(rosa, state, count):
    action = await advocacy.action()
    await advocacy.letter(action, rosa, state)
    assert await of(action) == count


@pytest.mark.parametrize("state", ["sent", "ready"])
async def test_what_was_only_tried_out_counts_for_nothing(rosa, state):
    action = await advocacy.action()
    await advocacy.letter(action, rosa, state, is_test=True)
    assert await of(action) == Count()


async def test_calls_and_letters_without_us_count_towards_the_goal_beside_those_that_were_sent(rosa):
    action, other = await advocacy.action(), await advocacy.action()
    await advocacy.letter(action, rosa, "sent")
    for way in ("phone", "paper"):
        await db.execute(
            "INSERT INTO own_way (action, representative, way, at) VALUES ($1, $2, $3, $4)",
            *(action, rosa, way, clock.now()),
        )
    counts = await counting.of([action, other, action])
    assert (counts[action].own_ways, counts[action].acts) == (2, 3)
    assert counts[other] == Count()


async def test_whose_part_is_forgotten_counts_still(rosa):
    action = await advocacy.action(forgotten=40)
    await db.execute(
        "INSERT INTO took_part (action, address, at) VALUES ($1, $2, $3)",
        *(action, sealing.seal_address("anna@example.org"), clock.now()),
    )
    assert (await of(action)).people == 41


async def test_an_action_that_there_is_not_has_no_count():
    assert await counting.of([4711]) == {}
