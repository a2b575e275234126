from typing import Any

import pytest

from service.kit import db
from service.subscribers import queries
from tests.make import staff
from tests.make import subscribers as make


@pytest.fixture
async def csrf(web: Any) -> str:
    return await staff.sign_in(web, await staff.staff("Ed", "editor"))


async def test_anna_is_found_by_her_exact_address_which_stands_in_no_url(web: Any, csrf: str) -> None:
    anna = await make.subscriber("anna@example.org", first_name="Анна", language="be")
    found = await web.post("/staff/subscribers/find", data={"csrf": csrf, "address": "ANNA@example.org"})
    assert found.headers["location"] == f"/staff/subscribers/{anna}"
    page = (await web.get(found.headers["location"])).text
    assert "anna@example.org" in page
    assert "Анна" in page
    for typed in ("anna", "ann@example.org"):
        missing = await web.post("/staff/subscribers/find", data={"csrf": csrf, "address": typed})
        assert missing.status_code == 422
        assert f'value="{typed}"' in missing.text


async def test_the_overview_counts(web: Any, csrf: str) -> None:
    friends = await make.mailing_list()
    await make.subscriber("anna@example.org", language="be", lists=[friends])
    await make.subscriber("igor@example.org", state="unsubscribed")
    page = (await web.get("/staff/subscribers")).text
    assert "Беларуская" in page
    assert "Friends" in page


async def test_somebody_leaves_on_their_wish(web: Any, csrf: str) -> None:
    anna = await make.subscriber("anna@example.org")
    assert (await web.post(f"/staff/subscribers/{anna}/unsubscribe", data={"csrf": csrf})).status_code == 303
    person = await queries.person(anna)
    assert person
    assert person.state == "unsubscribed"
    assert "staff, on their wish" in (await web.get(f"/staff/subscribers/{anna}")).text


async def test_erasing_wants_the_word_typed_and_leaves_no_trace(web: Any, csrf: str) -> None:
    anna = await make.subscriber("anna@example.org")
    refused = await web.post(f"/staff/subscribers/{anna}/erase", data={"csrf": csrf, "confirmation": "yes"})
    assert (refused.status_code, "Please type the word" in refused.text) == (422, True)
    done = await web.post(f"/staff/subscribers/{anna}/erase", data={"csrf": csrf, "confirmation": "Erase"})
    assert done.headers["location"] == "/staff/subscribers"
    assert await queries.person(anna) is None
    assert (await web.get(f"/staff/subscribers/{anna}")).status_code == 404
    [row] = await db.fetch("SELECT action, subject FROM audit")
    assert (row["action"], row["subject"]) == ("subscriber.erased", "")
    again = await web.post("/staff/subscribers/find", data={"csrf": csrf, "address": "anna@example.org"})
    assert "must not be written to" in again.text


async def test_their_data_is_handed_over(web: Any, csrf: str) -> None:
    anna = await make.subscriber("anna@example.org", first_name="Анна")
    answer = await web.post(f"/staff/subscribers/{anna}/data", data={"csrf": csrf})
    assert answer.json()["first_name"] == "Анна"
    assert "attachment" in answer.headers["content-disposition"]


async def test_a_moderator_sees_and_changes_nothing(web: Any) -> None:
    anna = await make.subscriber("anna@example.org")
    csrf = await staff.sign_in(web, await staff.staff("Mo", "moderator"))
    assert (await web.get(f"/staff/subscribers/{anna}")).status_code == 200
    for what in ("unsubscribe", "erase", "data"):
        answer = await web.post(f"/staff/subscribers/{anna}/{what}", data={"csrf": csrf, "confirmation": "erase"})
        assert answer.status_code == 403
    csrf = await staff.sign_in(web, await staff.staff("Vi", "viewer"))
    assert (await web.get("/staff/subscribers")).status_code == 403
