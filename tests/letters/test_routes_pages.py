from datetime import UTC, datetime

import pytest

import tests.make.staff as make
from service.kit import clock
from service.letters import routes
from tests.make.subscribers import subscriber

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_olga_looks_a_route_up_and_readers_see_it(web):
    csrf = await make.sign_in(web, await make.staff("Olga", role="moderator"))
    with clock.at(NOON):
        assert 'value="2026-11-22"' in (await web.get("/staff/letters/routes/FI")).text
        typed = {"csrf": csrf, "days": "23", "source": "Posti", "checked_on": "2026-11-21"}
        answer = await web.post("/staff/letters/routes/FI", data=typed)
    assert answer.headers["location"] == "/staff/letters/routes"
    assert await routes.lead_days("FI") == 23
    assert "Posti" in (await web.get("/staff/letters/routes")).text


async def test_what_cannot_be_is_said_and_what_was_typed_stays(web):
    csrf = await make.sign_in(web, await make.staff("Olga"))
    typed = {"csrf": csrf, "days": "many", "is_suspended": "yes", "source": "a call", "checked_on": "2026-11-21"}
    with clock.at(NOON):
        page = await web.post("/staff/letters/routes/FI", data=typed)
    assert page.status_code == 422
    assert 'value="many"' in page.text and 'value="a call"' in page.text and " checked" in page.text


async def test_a_country_that_is_not_listed_is_added(web):
    await make.sign_in(web, await make.staff("Olga"))
    answer = await web.get("/staff/letters/routes/add?country=JP")
    assert answer.headers["location"] == "/staff/letters/routes/JP"
    assert "Japan" in (await web.get("/staff/letters/routes/JP")).text
    assert (await web.get("/staff/letters/routes/add?country=//evil")).headers["location"] == "/staff/letters/routes"
    assert (await web.get("/staff/letters/routes/QQ")).status_code == 404


async def test_a_viewer_sees_the_routes_and_changes_none(web):
    csrf = await make.sign_in(web, await make.staff("Vera", role="viewer"))
    page = await web.get("/staff/letters/routes")
    assert page.status_code == 200 and "/staff/letters/routes/FI" not in page.text
    assert (await web.post("/staff/letters/routes/FI", data={"csrf": csrf, "days": "3"})).status_code == 403


@pytest.mark.parametrize(("people", "said"), [(0, "–"), (4, "under 5"), (5, "5")])
async def test_readers_are_counted_by_country_and_few_are_not_told_apart(web, people, said):
    for n in range(people):
        await subscriber(f"reader{n}@example.org", country="CH")
    await subscriber("left@example.org", country="CH", state="unsubscribed")
    await make.sign_in(web, await make.staff("Olga"))
    page = " ".join((await web.get("/staff/letters/routes")).text.split())
    row = page[page.index('scope="row">Switzerland') :]
    assert said in row[row.index('data-label="Readers"') :][:80]
