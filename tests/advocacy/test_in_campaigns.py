"""What mails know of actions: whom they ask in each area at once, who took part, and when to wait."""

from datetime import timedelta

import msgspec
import pytest

from service.advocacy import in_campaigns, opening, queries, targets
from service.delivery import outbox
from service.kit import clock, db
from service.rendering.inserts import ACTIONS, Insert
from tests.make import advocacy, mailings

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)


async def test_all_areas_at_once_are_told_the_same_as_each_on_its_own():
    council = await advocacy.parliament()
    areas = [await advocacy.area(code, code) for code in ("BE", "FR", "VD")]
    whole = await advocacy.area("CH", "Switzerland", kind="country")
    members = [await advocacy.representative(council, area, f"Rosa {area}") for area in (*areas[:2], whole, None)]
    elsewhere = await advocacy.representative(await advocacy.parliament("ch-sr"), areas[0], "Other Chamber")
    committee = await advocacy.committee(council, members[1])
    id = await advocacy.action(targets={"parliaments": [council], "committees": [committee], "people": [elsewhere]})
    action = await queries.by_id(id, "en")
    found = await in_campaigns.asked_of(action, areas, "en")
    assert found == {0: await targets.asked(action, [], "en")} | {
        area: await targets.asked(action, [area], "en") for area in areas
    }
    assert [[member.name for member in found[area]] for area in (0, areas[0])] == [
        [f"Rosa {areas[1]}", "Other Chamber"],
        [f"Rosa {areas[0]}", f"Rosa {whole}", f"Rosa {areas[1]}", "Other Chamber"],
    ]


async def test_an_action_that_asks_the_same_of_everybody_has_no_areas():
    rosa = await advocacy.representative(await advocacy.parliament(), await advocacy.area())
    action = await queries.by_id(await advocacy.action(targets={"people": [rosa]}), "en")
    assert await in_campaigns.areas_of(action) == []
    assert list(await in_campaigns.asked_of(action, [], "en")) == [0]


@pytest.mark.parametrize("stop", [opening.freeze, opening.close])
async def test_mails_under_way_wait_when_the_action_that_they_lead_to_is_stopped(stop):
    action = await advocacy.action()
    mailing = await leading_to(action)
    other = await leading_to(await advocacy.action())
    await stop(action, None)
    rows = {row["id"]: row for row in await db.fetch("SELECT id, state, pause_reason FROM mailing")}
    assert rows[mailing]["state"] == "paused" and "An action in this mail" in rows[mailing]["pause_reason"]
    assert rows[other]["state"] == "sending"


async def leading_to(action: int) -> int:
    """A mailing under way."""
    card = Insert(0, False, ACTIONS + action, 0, "<p>Take part</p>", "Take part")
    edition = msgspec.structs.replace(mailings.EDITION, inserts=(card,))
    made = await mailings.mailing({"en": edition})
    await mailings.audience(made, mailings.people(2))
    await outbox.open(made)
    return made


async def test_what_has_opened_ends_soon_and_is_over_is_found_once_each():
    now = clock.now()
    opened = await advocacy.action(opened_at=now - DAY, closes_at=now + 5 * DAY)
    coming = await advocacy.action("draft", opens_at=now + DAY)
    closed = await advocacy.action("closed", opened_at=now - 9 * DAY, closed_at=now - DAY)

    async def ids(find, since, until):
        return [action.id for action in await find(now + since * DAY, now + until * DAY)]

    assert await ids(in_campaigns.opening, -2, 0) == [opened]
    assert await ids(in_campaigns.opening, 0, 2) == [coming]
    assert await ids(in_campaigns.closing, 4, 6) == [opened] and await ids(in_campaigns.closing, 6, 9) == []
    assert await ids(in_campaigns.over, -2, 0) == [closed] and await ids(in_campaigns.over, 4, 6) == [opened]


async def test_without_a_key_the_action_that_opened_last_is_meant_and_never_a_draft_or_one_that_rests():
    assert await in_campaigns.named("", "en") is None
    now = clock.now()
    first = await advocacy.action(opened_at=now - 2 * DAY)
    await advocacy.action("frozen", opened_at=now)
    await advocacy.action("draft")
    found = await in_campaigns.named("", "en")
    assert found and found.id == first and await in_campaigns.named("nowhere", "en") is None
