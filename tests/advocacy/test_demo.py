"""The demo has an action in which one can take part at once, with figures, promises, and letters to look at."""

import pytest

from service.advocacy import counting, demo, ledger, queries, reach, readiness, targets
from service.cases import demo as people
from service.kit import db

pytestmark = pytest.mark.usefixtures("database")


async def test_an_action_is_open_with_letters_promises_and_two_that_wait_for_a_moderator():
    await people.seed()
    sent = await demo.seed()
    [action] = await queries.open_ones("de")
    count = (await counting.of([action.id]))[action.id]
    assert (count.letters, count.waiting, count.own_ways) == (sent, 5, 15)
    assert await db.fetch_value("SELECT count(*) FROM advocacy_letter WHERE state = 'held' AND held_for <> '{}'") == 2
    assert len(await ledger.sponsors()) == 2
    assert await db.fetch_value("SELECT count(*) FROM promise WHERE confirmed_at IS NULL AND told IS NOT NULL") == 1
    assert action.edition.language == "de" and action.languages == ["de", "en", "fr"]
    assert await demo.seed() == 0


async def test_nothing_is_missing_in_it_and_who_lives_in_bern_is_asked_to_write_to_three():
    await people.seed()
    await demo.seed()
    [action] = await queries.open_ones("en")
    found = await readiness.findings(action)
    assert [finding for finding in found if finding.is_error] == []
    bern = await db.fetch_value("SELECT id FROM area WHERE country = 'CH' AND code = 'BE'")
    assert len(await targets.asked(action, [bern], "en")) == 3
    assert [member.name for member in (await reach.of(action.targets)).without_address] == ["Peter Entwurf"]


async def test_its_people_have_addresses_at_example_domains():
    await people.seed()
    await demo.seed()
    rows = await db.fetch("SELECT email FROM representative WHERE email <> ''")
    assert all(row["email"].endswith("@parliament.example.org") for row in rows) and len(rows) == 11


async def test_without_prisoners_there_is_no_action_yet():
    assert await demo.seed() == 0
