"""Olga asks for a file of people, Rita allows it, and Olga gets it once."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from service.auth import audit
from service.kit import clock, db
from service.staff import roles
from service.subscribers import export_requests
from service.subscribers.people_queries import Selection
from tests.make import commands, mails, staff
from tests.make import subscribers as make

PAGE = "/staff/subscribers/export"
WHY = "Postcards for the annual meeting in Bern"


@pytest.fixture
async def olga(web: Any) -> staff.Person:
    await make.subscriber("anna@example.org", language="en")
    await make.subscriber("boris@example.org", language="be")
    with clock.at(clock.now() - timedelta(days=30)):
        return await staff.staff("Olga")


@pytest.fixture
async def rita(olga: staff.Person) -> staff.Person:
    with clock.at(clock.now() - timedelta(days=30)):
        return await staff.staff("Rita")


async def asked(web: Any, who: staff.Person, **typed: str) -> Any:
    csrf = await staff.sign_in(web, who)
    return await web.post(PAGE, data={"csrf": csrf, "reason": WHY} | typed)


async def click(web: Any, who: staff.Person, what: str, number: int | None = None) -> Any:
    csrf = await staff.sign_in(web, who)
    number = number or await db.fetch_value("SELECT max(id) FROM export_request")
    return await web.post(f"{PAGE}/{number}/{what}", data={"csrf": csrf})


async def page(web: Any, who: staff.Person) -> str:
    await staff.sign_in(web, who)
    text: str = (await web.get(PAGE)).text
    return text


async def audited() -> list[str]:
    return [row["action"] for row in await db.fetch("SELECT action FROM audit ORDER BY id")]


async def test_olga_gets_the_file_once_when_rita_has_allowed_it(
    web: Any, olga: staff.Person, rita: staff.Person
) -> None:
    answer = await asked(web, olga, language="en")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert (await click(web, olga, "file")).status_code == 409
    shown = await page(web, rita)
    assert "Olga asks for an export" in (await web.get("/staff/subscribers")).text
    assert "Olga asks for an export" in shown
    assert WHY in shown
    assert "1 person" in shown
    assert (await click(web, rita, "allow")).status_code == 303
    assert "Download the CSV" in await page(web, olga)
    file = await click(web, olga, "file")
    assert (file.status_code, "anna@example.org" in file.text, "boris@" in file.text) == (200, True, False)
    assert "attachment" in file.headers["content-disposition"]
    again = await click(web, olga, "file")
    assert (again.status_code, "anna@" in again.text) == (409, False)
    assert "File handed out" in await page(web, rita)
    assert await audited() == ["export.asked", "export.allowed", "subscribers.exported"]
    rows = await db.fetch("SELECT account, subject, detail FROM audit ORDER BY id")
    assert [row["account"] for row in rows] == [olga.id, rita.id, olga.id]
    assert len({row["subject"] for row in rows}) == 1
    assert json.loads(rows[0]["detail"]) == {"reason": WHY, "people": 1, "language": "en"}
    assert json.loads(rows[2]["detail"]) == {"people": 1, "language": "en"}


async def test_the_other_owners_get_a_mail_without_a_word_of_whom_it_is_about(
    web: Any, olga: staff.Person, rita: staff.Person
) -> None:
    await staff.staff("Ed", "editor")
    await staff.staff("Invited", password="")
    await asked(web, olga)
    [waiting] = await mails.waiting()
    assert (waiting.template, waiting.address) == ("staff/export", "rita@example.org")
    assert "Olga asks for a file of subscribers" in waiting.text
    assert waiting.link("/export") == PAGE
    assert WHY not in waiting.text


async def test_olga_cannot_allow_her_own_and_rita_cannot_take_olgas(
    web: Any, olga: staff.Person, rita: staff.Person
) -> None:
    await asked(web, olga)
    own = await click(web, olga, "allow")
    assert (own.status_code, "another owner has to allow it" in own.text) == (403, True)
    await click(web, rita, "allow")
    stolen = await click(web, rita, "file")
    assert (stolen.status_code, "anna@" in stolen.text) == (409, False)
    assert (await click(web, rita, "withdraw")).status_code == 409
    assert "subscribers.exported" not in await audited()


async def test_an_editor_neither_asks_nor_allows(web: Any, olga: staff.Person, rita: staff.Person) -> None:
    ed = await staff.staff("Ed", "editor")
    assert (await asked(web, ed)).status_code == 403
    await asked(web, olga)
    for what in ("allow", "decline", "withdraw", "file"):
        assert (await click(web, ed, what)).status_code == 403
    assert (await web.get(PAGE)).status_code == 403


async def test_the_only_owner_is_told_whom_to_invite(web: Any, olga: staff.Person) -> None:
    with clock.at(clock.now() - timedelta(days=30)):
        invited = await staff.staff("Rita", password="")
    shown = await page(web, olga)
    assert "You are the only owner" in shown
    assert "/staff/people/invite" in shown
    assert "hundredfold subscribers export" in shown
    assert "Ask for it" not in shown
    refused = await asked(web, olga)
    assert (refused.status_code, "invite a second owner first" in refused.text) == (409, True)
    await page(web, invited)
    assert "Rita will read it" in await page(web, olga)


async def test_an_owner_who_was_made_for_it_cannot_allow_it(web: Any, olga: staff.Person, rita: staff.Person) -> None:
    ed = await staff.staff("Ed", "editor")
    await asked(web, olga)
    with clock.at(clock.now() + timedelta(minutes=5)):
        puppet = await staff.staff("Puppet")
        await roles.change(ed.id, "owner", olga.id)
        for late in (puppet, ed):
            refused = await click(web, late, "allow")
            assert (refused.status_code, "had not been an owner for a week" in refused.text) == (403, True)
        assert (await click(web, rita, "allow")).status_code == 303


async def test_an_owner_who_was_made_just_before_it_cannot_allow_it_either(web: Any, olga: staff.Person) -> None:
    now = clock.now()
    puppet = await staff.staff("Puppet")
    shown = await page(web, olga)
    assert "The other owners are new" in shown
    assert "Ask for it" not in shown
    refused = await asked(web, olga)
    assert (refused.status_code, "nobody else here has been one for a week" in refused.text) == (409, True)
    assert "The other owners are new" not in await page(web, puppet)
    with clock.at(now + timedelta(days=6)):
        rita = await staff.staff("Rita")
    with clock.at(now + timedelta(days=8)):
        await asked(web, olga)
        assert [mail.address for mail in await mails.waiting()] == [puppet.address, rita.address]
        assert (await click(web, rita, "allow")).status_code == 403
        assert (await click(web, puppet, "allow")).status_code == 303


async def test_nor_can_olga_allow_what_she_has_another_one_ask_for(web: Any, olga: staff.Person) -> None:
    puppet = await staff.staff("Puppet")
    assert "You became an owner this week" in await page(web, puppet)
    refused = await asked(web, puppet)
    assert (refused.status_code, "You have not been an owner for a week" in refused.text) == (403, True)
    with clock.at(clock.now() + timedelta(days=8)):
        assert (await asked(web, puppet)).status_code == 303


async def test_an_owner_who_joined_or_came_back_this_week_cannot_allow_it(
    olga: staff.Person, rita: staff.Person
) -> None:
    assert [owner.name for owner in await export_requests.deciders(olga.id)] == ["Rita"]
    await roles.deactivate(rita.id, olga.id)
    await roles.reactivate(rita.id, olga.id)
    assert await export_requests.deciders(olga.id) == []
    with clock.at(clock.now() + timedelta(days=8)):
        assert [owner.name for owner in await export_requests.deciders(olga.id)] == ["Rita"]
        await audit.record(rita.id, "staff.joined", subject=f"account {rita.id}")
        assert await export_requests.deciders(olga.id) == []


@pytest.mark.parametrize("end", ["deactivate", "demote"])
async def test_what_rita_allowed_is_void_once_she_is_no_owner_any_more(
    web: Any, olga: staff.Person, rita: staff.Person, end: str
) -> None:
    await asked(web, olga)
    await click(web, rita, "allow")
    if end == "demote":
        await roles.change(rita.id, "editor", olga.id)
    else:
        await roles.deactivate(rita.id, olga.id)
    file = await click(web, olga, "file")
    assert (file.status_code, "no owner any more" in file.text, "anna@" in file.text) == (409, True, False)
    shown = await page(web, olga)
    assert "one of the two is no owner any more" in shown
    assert "Download the CSV" not in shown


async def test_nobody_is_asked_to_allow_what_somebody_asked_for_who_was_removed(
    web: Any, olga: staff.Person, rita: staff.Person
) -> None:
    await asked(web, olga)
    await roles.deactivate(olga.id, rita.id)
    shown = await page(web, rita)
    assert "Olga asks for an export" not in shown
    assert "no owner any more" in shown


async def test_rita_stops_what_she_has_allowed_until_it_is_taken(
    web: Any, olga: staff.Person, rita: staff.Person
) -> None:
    await asked(web, olga)
    await click(web, rita, "allow")
    assert "Olga may take a file" in await page(web, rita)
    assert (await click(web, rita, "decline")).status_code == 303
    assert (await click(web, olga, "file")).status_code == 409
    await asked(web, olga)
    await click(web, rita, "allow")
    await click(web, olga, "file")
    assert (await click(web, rita, "decline")).status_code == 409
    assert "may take a file" not in await page(web, rita)


async def test_after_a_day_nobody_allows_it_and_after_another_one_nobody_takes_it(
    web: Any, olga: staff.Person, rita: staff.Person
) -> None:
    now = clock.now()
    await asked(web, olga)
    with clock.at(now + timedelta(hours=25)):
        assert (await click(web, rita, "allow")).status_code == 409
        assert "Its day ran out" in await page(web, rita)
        assert (await asked(web, olga)).status_code == 303
        assert (await click(web, rita, "allow")).status_code == 303
    with clock.at(now + timedelta(hours=50)):
        late = await click(web, olga, "file")
        assert (late.status_code, "its day is over" in late.text, "anna@" in late.text) == (409, True, False)
        assert "Ask for it" in await page(web, olga)


async def test_what_was_declined_or_taken_back_is_over(web: Any, olga: staff.Person, rita: staff.Person) -> None:
    await asked(web, olga)
    assert (await click(web, rita, "decline")).status_code == 303
    assert (await click(web, rita, "allow")).status_code == 409
    assert "declined by Rita" in " ".join((await page(web, olga)).split())
    await asked(web, olga)
    await click(web, rita, "allow")
    assert (await click(web, olga, "withdraw")).status_code == 303
    assert (await click(web, olga, "file")).status_code == 409
    assert await audited() == [
        "export.asked",
        "export.declined",
        "export.asked",
        "export.allowed",
        "export.withdrawn",
    ]


async def test_what_olga_typed_comes_back_beside_what_is_wrong(
    web: Any, olga: staff.Person, rita: staff.Person
) -> None:
    short = await asked(web, olga, reason="because", language="be")
    assert (short.status_code, "what the file is for" in short.text, "because</textarea>" in short.text) == (
        422,
        True,
        True,
    )
    assert '<option value="be" selected' in short.text
    assert (await asked(web, olga, reason="x" * 301)).status_code == 422
    nobody = await asked(web, olga, mailing_list="999999")
    assert (nobody.status_code, "nothing to export" in nobody.text) == (422, True)
    hostile = await asked(web, olga, reason="<script>alert(1)</script> for all")
    assert hostile.status_code == 303
    assert "<script>alert" not in await page(web, rita)


async def test_from_a_list_its_page_leads_here_with_the_list_chosen(
    web: Any, olga: staff.Person, rita: staff.Person
) -> None:
    friends = await make.mailing_list()
    await make.subscriber("mira@example.org", lists=[friends])
    await staff.sign_in(web, olga)
    assert f'<option value="{friends}" selected' in (await web.get(f"{PAGE}?list={friends}")).text
    assert (await web.get(f"{PAGE}?list=no-number")).status_code == 200
    await asked(web, olga, mailing_list=str(friends))
    shown = await page(web, rita)
    assert "Friends" in shown
    assert "1 person" in shown
    await click(web, rita, "allow")
    file = await click(web, olga, "file")
    assert ("mira@example.org" in file.text, "anna@example.org" in file.text) == (True, False)
    await staff.sign_in(web, olga)
    assert "lists: Friends" in (await web.get("/staff/audit")).text


async def test_one_at_a_time(web: Any, olga: staff.Person, rita: staff.Person) -> None:
    tries = await asyncio.gather(
        *(export_requests.ask(Selection(), WHY, olga.id) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in tries) == ["AskedAlready", "AskedAlready", "int"]
    assert "asked for an export already" in (await asked(web, olga)).text


async def test_two_clicks_at_once_give_one_file(olga: staff.Person, rita: staff.Person) -> None:
    id = await export_requests.ask(Selection(), WHY, olga.id)
    await export_requests.allow(id, rita.id)
    tries = await asyncio.gather(*(export_requests.take(id, olga.id) for _ in range(4)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in tries) == ["Selection", "TooLate", "TooLate", "TooLate"]


async def test_on_the_server_one_is_enough_and_the_audit_knows(olga: staff.Person) -> None:
    made = await commands.hundredfold("subscribers", "export", "--language", "be", code=0)
    assert "boris@example.org" in made.printed
    [row] = await db.fetch("SELECT account, action, detail FROM audit")
    assert (row["account"], row["action"]) == (None, "subscribers.exported")
    assert json.loads(row["detail"]) == {"people": 1, "language": "be"}
