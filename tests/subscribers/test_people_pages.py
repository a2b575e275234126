from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from service.kit import clock, db
from service.subscribers import imports, leaving, queries
from service.subscribers.pages import people
from tests.make import campaigns, staff
from tests.make import subscribers as make


@pytest.fixture
async def csrf(web: Any) -> str:
    return await staff.sign_in(web, await staff.staff("Ed", "editor"))


async def page_of(web: Any, csrf: str, address: str) -> str:
    """Where the page of somebody is, for who looked the address up."""
    found = await web.post("/staff/subscribers/find", data={"csrf": csrf, "address": address})
    return str(found.headers["location"])


async def test_anna_is_found_by_her_exact_address_which_stands_in_no_url(web: Any, csrf: str) -> None:
    await make.subscriber("anna@example.org", first_name="Анна", language="be")
    page = (await web.get(await page_of(web, csrf, "ANNA@example.org"))).text
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


async def test_the_history_names_the_file_and_the_campaign(web: Any, csrf: str, work: Callable[[], Any]) -> None:
    id = await make.ready("email\nanna@example.org\n", await make.mailing_list())
    await imports.start(id, None, dry_run=False)
    await work()
    june = await campaigns.campaign()
    await db.execute("UPDATE campaign SET mailing = 77 WHERE id = $1", june)
    async with db.transaction():
        anna = await queries.person_at("anna@example.org")
    assert anna
    await leaving.leave(anna.id, "mailing 77")
    page = (await web.get(await page_of(web, csrf, "anna@example.org"))).text
    assert "Import of people.csv" in page
    assert "Link in the campaign “News in June”" in page
    assert "mailing 77" not in page


async def test_somebody_leaves_on_their_wish(web: Any, csrf: str) -> None:
    anna = await make.subscriber("anna@example.org")
    hers = await page_of(web, csrf, "anna@example.org")
    assert (await web.post(f"{hers}/unsubscribe", data={"csrf": csrf})).status_code == 303
    person = await queries.person(anna)
    assert person
    assert person.state == "unsubscribed"
    assert "staff, on their wish" in (await web.get(hers)).text


async def test_erasing_wants_the_word_typed_and_leaves_no_trace(web: Any, csrf: str) -> None:
    anna = await make.subscriber("anna@example.org")
    hers = await page_of(web, csrf, "anna@example.org")
    refused = await web.post(f"{hers}/erase", data={"csrf": csrf, "confirmation": "yes"})
    assert (refused.status_code, "Please type the word" in refused.text) == (422, True)
    done = await web.post(f"{hers}/erase", data={"csrf": csrf, "confirmation": "Erase"})
    assert done.headers["location"] == "/staff/subscribers"
    assert await queries.person(anna) is None
    assert (await web.get(hers)).status_code == 404
    [row] = await db.fetch("SELECT action, subject FROM audit")
    assert (row["action"], row["subject"]) == ("subscriber.erased", "")
    again = await web.post("/staff/subscribers/find", data={"csrf": csrf, "address": "anna@example.org"})
    assert "must not be written to" in again.text


async def test_their_data_is_handed_over(web: Any, csrf: str) -> None:
    await make.subscriber("anna@example.org", first_name="Анна")
    answer = await web.post(f"{await page_of(web, csrf, 'anna@example.org')}/data", data={"csrf": csrf})
    assert answer.json()["first_name"] == "Анна"
    assert "attachment" in answer.headers["content-disposition"]


async def test_a_moderator_sees_and_changes_nothing(web: Any) -> None:
    await make.subscriber("anna@example.org")
    csrf = await staff.sign_in(web, await staff.staff("Mo", "moderator"))
    hers = await page_of(web, csrf, "anna@example.org")
    assert (await web.get(hers)).status_code == 200
    for what in ("unsubscribe", "erase", "data"):
        answer = await web.post(f"{hers}/{what}", data={"csrf": csrf, "confirmation": "erase"})
        assert answer.status_code == 403
    csrf = await staff.sign_in(web, await staff.staff("Vi", "viewer"))
    assert (await web.get("/staff/subscribers")).status_code == 403


async def test_mo_who_may_not_export_cannot_count_through_everybody(web: Any, csrf: str) -> None:
    anna = await make.subscriber("anna@example.org")
    found_by_ed = await page_of(web, csrf, "anna@example.org")
    csrf = await staff.sign_in(web, await staff.staff("Mo", "moderator"))
    for guessed in (f"/staff/subscribers/{anna}", found_by_ed):
        assert (await web.get(guessed)).status_code == 404


async def test_a_persons_page_is_open_for_an_hour(web: Any, csrf: str) -> None:
    await make.subscriber("anna@example.org")
    hers = await page_of(web, csrf, "anna@example.org")
    with clock.at(clock.now() + timedelta(minutes=62)):
        late = await web.get(hers)
    assert (late.status_code, "look them up" in late.text, "anna@" in late.text) == (410, True, False)


async def test_mo_cannot_try_a_whole_phone_book(web: Any, csrf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_LOOKED_UP", (3, 3600))
    tried = [
        await web.post("/staff/subscribers/find", data={"csrf": csrf, "address": f"person{number}@example.org"})
        for number in range(4)
    ]
    assert [answer.status_code for answer in tried] == [422, 422, 422, 429]
