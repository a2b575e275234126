"""Two visitors hide a post until somebody has looked; nobody keeps who they were."""

import asyncio
from datetime import timedelta

import pytest

from service.kit import clock, db
from service.kit.errors import Invalid
from service.kit.limits import TooMany
from service.wall import moderating, reports, retention, showing
from tests.make import wall
from tests.make.staff import staff


@pytest.fixture
async def face(database):
    await wall.post()
    [found] = await showing.faces("en")
    return found


async def test_one_report_is_told_to_staff_and_hides_nothing(face):
    await reports.report(face, "anna's house", "child")
    row = await db.fetch_one("SELECT state, reports FROM wall_post")
    assert tuple(row) == ("published", 1)


async def test_two_visitors_hide_a_post(face):
    await reports.report(face, "anna's house", "child")
    await reports.report(face, "boris's house", "hate")
    assert await wall.state(face.id) == "reported"
    assert await showing.faces("en") == []
    rows = await db.fetch("SELECT action, account FROM audit ORDER BY id")
    assert [(row["action"], row["account"]) for row in rows] == [
        *(("wall.reported", None), ("wall.reported", None), ("wall.hidden", None))
    ]


async def test_the_same_visitor_counts_once_today_and_tomorrow(face):
    for days in (0, 0, 1, 20):
        with clock.at(clock.now() + timedelta(days=days)):
            await reports.report(face, "anna's house", "other")
    assert await wall.state(face.id) == "published"
    assert await db.fetch_value("SELECT count(*) FROM wall_report") == 1


async def test_many_at_the_same_moment_are_counted_rightly(face):
    await asyncio.gather(*(reports.report(face, f"house {number % 3}", "hate") for number in range(9)))
    assert await wall.state(face.id) == "reported"
    assert await db.fetch_value("SELECT reports FROM wall_post") == 2


async def test_those_who_hid_a_post_cannot_hide_it_again_when_staff_have_kept_it(face):
    vera = (await staff("Vera", "moderator")).id
    for _again in range(2):
        for house in ("one", "two"):
            await reports.report(face, house, "hate")
        await moderating.approve(await wall.version(face.id), vera)
    assert await wall.state(face.id) == "published"
    assert await db.fetch_value("SELECT reports FROM wall_post") == 0


@pytest.mark.parametrize("reason", ["", "ugly", "Hate"])
async def test_a_report_says_what_is_wrong(face, reason):
    with pytest.raises(Invalid) as problem:
        await reports.report(face, "anna's house", reason)
    assert list(problem.value.fields) == ["reason"]


async def test_one_visitor_cannot_report_the_whole_wall(database):
    for _each in range(11):
        await wall.post()
    with pytest.raises(TooMany):
        for each in await showing.faces("en"):
            await reports.report(each, "a troll", "other")
    assert await db.fetch_value("SELECT count(*) FROM wall_report") == 10


async def test_who_reported_is_not_kept_and_two_reports_of_one_visitor_cannot_be_joined(database, unlikely):
    for _each in range(2):
        await wall.post()
    for each in await showing.faces("en"):
        await reports.report(each, unlikely, "other")
    rows = await db.fetch("SELECT * FROM wall_report")
    assert rows[0]["reporter"] != rows[1]["reporter"]
    assert unlikely not in str(rows) + str(await db.fetch("SELECT * FROM audit"))


async def test_reports_are_forgotten_after_thirty_days_unless_nobody_has_looked(face):
    hidden = await wall.post()
    await reports.report(face, "anna's house", "other")
    [other] = await showing.faces("en", "AND w.id = $1", hidden)
    for house in ("one", "two"):
        await reports.report(other, house, "hate")
    with clock.at(clock.now() + retention.REPORTS_FOR + timedelta(minutes=1)):
        await retention.erase_due()
    assert [row["post"] for row in await db.fetch("SELECT post FROM wall_report")] == [hidden, hidden]


async def test_a_house_with_many_networks_is_one_visitor(face):
    """Whoever rents a server has 65,536 networks of IPv6, and could hide the whole wall from them."""
    await reports.report(face, "2001:db8:7:1::/64", "hate")
    await reports.report(face, "2001:db8:7:2::/64", "hate")
    assert await wall.state(face.id) == "published"
    await reports.report(face, "2001:db8:8:1::/64", "hate")
    assert await wall.state(face.id) == "reported"
