"""What staff see of an action's letters, and what cannot be told from it."""

from datetime import timedelta

import pytest

from service.advocacy import figures, queries
from service.kit import clock, db
from tests.make import advocacy
from tests.make.staff import sign_in, staff


@pytest.fixture
async def council(database):
    """Rosa for Bern, Karl for Uri, and an action that asks both."""
    parliament = await advocacy.parliament()
    bern, uri = await advocacy.area(), await advocacy.area("UR", "Uri")
    rosa = await advocacy.representative(parliament, bern, party="Greens")
    karl = await advocacy.representative(parliament, uri, "Karl Vorlage", party="Liberals")
    action = await advocacy.action(targets={"parliaments": [parliament]})
    return {"action": action, "rosa": rosa, "karl": karl, "bern": bern, "uri": uri}


async def sent(council, many, whose="rosa", where="bern", days_ago=1, state="sent", **columns):
    at = clock.now() - timedelta(days=days_ago)
    for n in range(many):
        address = f"{whose}{where}{days_ago}{state}{n}@example.org"
        place = council[where] if where else None
        told = {"area": place, "confirmed_at": at, "sent_at": at if state == "sent" else None}
        await advocacy.letter(council["action"], council[whose], state, address, **(told | columns))


async def seen(council):
    return await figures.of(await queries.by_id(council["action"], "en"))


async def test_letters_are_cut_up_by_area_party_and_day(council):
    await sent(council, 7, days_ago=3)
    await sent(council, 6, "karl", "uri", days_ago=1)
    found = await seen(council)
    assert found.areas.shown == [("Bern", 7), ("Uri", 6)]
    assert found.parties.shown == [("Greens", 7), ("Liberals", 6)]
    assert [span.count for span in found.by_day] == [7, 0, 6]
    assert (found.states.sent, found.whole_days) == (13, 13)


async def test_two_letters_from_uri_are_told_neither_by_area_nor_by_the_difference(council):
    await sent(council, 7)
    await sent(council, 2, "karl", "uri")
    found = await seen(council)
    assert (found.areas.shown, found.areas.others) == ([], 9)
    assert (found.parties.shown, found.parties.others) == ([], 9)
    assert [span.count for span in found.by_day] == [9]


async def test_whoever_looks_twice_today_learns_of_no_single_letter(council):
    await sent(council, 7)
    before = await seen(council)
    await sent(council, 1, days_ago=0)
    after = await seen(council)
    assert (before.areas, before.parties, before.by_day) == (after.areas, after.parties, after.by_day)
    assert after.states.sent == 8


async def test_only_what_a_server_took_counts_and_try_outs_count_for_nothing(council):
    await sent(council, 6)
    for state in ("ready", "held", "failed", "unknown", "unconfirmed"):
        await sent(council, 6, state=state)
    await sent(council, 6, days_ago=2, is_test=True)
    found = await seen(council)
    assert found.areas.shown == [("Bern", 6)]
    states = found.states
    assert (states.sent, states.waiting, states.held, states.failed, states.unknown) == (6, 6, 6, 6, 6)


async def test_a_letter_that_needed_no_area_is_counted_too(council):
    await sent(council, 6, where=None)
    assert (await seen(council)).areas.shown == [("", 6)]


async def test_the_response_rate_is_of_those_who_told(council):
    asked = {"asked_at": clock.now()}
    await sent(council, 6, outcome="answered", days_ago=20, **asked)
    await sent(council, 18, outcome="silence", days_ago=21, **asked)
    await sent(council, 5, outcome="", days_ago=22, **asked)
    await sent(council, 5, outcome="none_expected", days_ago=23, **asked)
    answers = (await seen(council)).answers
    assert (answers.asked, answers.told, answers.rate) == (34, 24, 25)
    assert answers.outcomes.shown == [("silence", 18), ("answered", 6), ("", 5), ("none_expected", 5)]


async def test_of_one_answer_no_rate_is_told(council):
    await sent(council, 1, outcome="answered", days_ago=20, asked_at=clock.now())
    await sent(council, 9, outcome="silence", days_ago=21, asked_at=clock.now())
    answers = (await seen(council)).answers
    assert answers.rate is None and answers.outcomes.others == 10


async def test_karl_is_reached_by_a_letter_or_a_call_and_not_by_one_that_waits(council):
    await sent(council, 1)
    await sent(council, 1, "karl", "uri", state="ready")
    reach = (await seen(council)).reach
    assert (reach.asked, reach.reached, [member.name for member in reach.not_yet]) == (2, 1, ["Karl Vorlage"])
    await db.execute(
        "INSERT INTO own_way (action, representative, way, at) VALUES ($1, $2, 'phone', now())",
        council["action"],
        council["karl"],
    )
    assert (await seen(council)).reach.not_yet == []


async def test_a_viewer_sees_the_figures_as_charts_and_tables(web, council):
    await sign_in(web, await staff("Nora", "viewer"))
    address = f"/staff/actions/{council['action']}/figures"
    assert 'class="empty"' in (await web.get(address)).text
    await sent(council, 7, days_ago=2)
    await sent(council, 3)
    page = (await web.get(address)).text
    assert (
        '<svg viewBox="0 0 720 240" role="img"' in page and '<caption class="hidden">Letters by day</caption>' in page
    )
    assert 'style="' not in page and '<th scope="row">Bern</th>' in page
    assert (await web.get("/staff/actions/999/figures")).status_code == 404


async def test_too_few_letters_are_not_cut_up_on_the_page(web, council):
    await sign_in(web, await staff("Nora", "viewer"))
    await sent(council, 3)
    page = (await web.get(f"/staff/actions/{council['action']}/figures")).text
    assert "fewer than 5 yet" in page and "<rect" not in page and ">Uri<" in page and "Bern</th>" not in page
