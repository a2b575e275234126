from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from service.campaigns import automation_queries, sending
from service.campaigns.moments import Moment
from service.campaigns.tables import AutomationKind
from service.kit import clock, db
from service.rendering.blocks import Birthdays
from tests.make import cases
from tests.make.automations import automation
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.smtp import smtp_url
from tests.make.staff import sign_in, staff
from tests.make.subscribers import subscriber

# A Wednesday.
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def noon(database: None):  # type: ignore[no-untyped-def]
    async with smtp_url("smtp://127.0.0.1:9"):
        with clock.at(NOW):
            await postal_address()
            await subscriber("anna@example.org")
            yield


async def page(web: Any, path: str) -> str:
    answer = await web.get(path)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(answer.text).split())


async def test_one_click_sets_up_the_usual_automations(web: Any) -> None:
    csrf = await sign_in(web, await staff("Olga", "editor"))
    for path in ("/staff/calendar", "/staff/automations"):
        assert "Set up all of them" in await page(web, path)
    assert (await web.post("/staff/automations/standard", data={"csrf": csrf})).status_code == 303
    shown = await page(web, "/staff/automations")
    assert (
        "every Monday at 09:00" in shown
        and "every day at 07:30" in shown
        and "Set up" not in shown.split("Another")[0]
    )
    await web.post("/staff/automations/standard", data={"csrf": csrf})
    assert len(await automation_queries.listing()) == len(AutomationKind)


async def test_a_viewer_sees_everything_and_can_press_nothing(web: Any) -> None:
    made = await automation()
    csrf = await sign_in(web, await staff("Viktor", "viewer"))
    for path in ("/staff/calendar", "/staff/automations", f"/staff/automations/{made}"):
        shown = await page(web, path)
        for words in ("Run now", "Turn off", "Rehearse it", "Set it up", "Delete it"):
            assert words not in shown, (path, words)
    for path in ("standard", f"{made}", f"{made}/turn", f"{made}/run", f"{made}/delete"):
        assert (await web.post(f"/staff/automations/{path}", data={"csrf": csrf})).status_code == 403
    assert (await web.post("/staff/calendar/rehearsals", data={"csrf": csrf})).status_code == 403


async def test_olga_changes_when_it_runs_and_mistakes_lose_nothing(web: Any) -> None:
    made = await automation()
    csrf = await sign_in(web, await staff("Olga", "editor"))
    form = {"csrf": csrf, "name": "Fridays", "when": "week-5", "time": "18:00", "sends_itself": "yes"}
    assert (await web.post(f"/staff/automations/{made}", data=form)).status_code == 303
    found = await automation_queries.find(made)
    assert (found.name, found.spoken_rule, found.sends_itself) == ("Fridays", "every Friday at 18:00", True)
    for wrong, told in (
        ({"name": ""}, "Give it a name."),
        ({"time": "late"}, "Write the time like 09:00."),
        ({"when": "week-9"}, "Choose a day of the week."),
        ({"when": "month-31"}, "Choose a day from 1 to 28"),
        ({"when": "sometimes"}, "Choose how often."),
    ):
        answer = await web.post(f"/staff/automations/{made}", data=form | {"name": "Kept & safe"} | wrong)
        assert answer.status_code == 422 and told in unescape(answer.text)
        assert "Kept &amp; safe" in answer.text or "name" in wrong
    assert (await automation_queries.find(made)).name == "Fridays"


async def test_turned_off_and_on(web: Any) -> None:
    made = await automation()
    csrf = await sign_in(web, await staff("Olga", "editor"))
    await web.post(f"/staff/automations/{made}/turn", data={"csrf": csrf, "to": "off"})
    assert "It is off" in await page(web, f"/staff/automations/{made}")
    await web.post(f"/staff/automations/{made}/turn", data={"csrf": csrf, "to": "on"})
    shown = await page(web, f"/staff/automations/{made}")
    assert "It is on" in shown and "As things stand today: nothing new yet: no mail" in shown


async def test_run_now_leads_to_the_draft_and_a_second_click_is_told_what_happened(web: Any) -> None:
    made = await automation(AutomationKind.BIRTHDAYS)
    await cases.prisoner(born="1984-12-20")
    csrf = await sign_in(web, await staff("Olga", "editor"))
    ran = await web.post(f"/staff/automations/{made}/run", data={"csrf": csrf, "seen": ""})
    assert ran.status_code == 303 and ran.headers["location"].startswith("/staff/campaigns/")
    assert "Made by the automation" in await page(web, ran.headers["location"])
    again = await web.post(f"/staff/automations/{made}/run", data={"csrf": csrf, "seen": ""})
    assert again.status_code == 409 and "It has run since you opened this page" in unescape(again.text)
    assert "made by" in await page(web, "/staff/campaigns")
    assert "Birthdays: nobody gets it before you have looked" in await page(web, "/staff")


async def test_the_blueprint_is_written_in_the_composer_and_leads_back_to_its_automation(web: Any) -> None:
    made = await automation()
    blueprint = (await automation_queries.find(made)).blueprint
    await sign_in(web, await staff("Olga", "editor"))
    for part in ("", "/send"):
        answer = await web.get(f"/staff/campaigns/{blueprint}{part}")
        assert answer.status_code == 303
    assert (await web.get(f"/staff/campaigns/{blueprint}")).headers["location"] == f"/staff/automations/{made}"
    for part in ("/edit/en", "/audience", "/preview/en"):
        shown = await page(web, f"/staff/campaigns/{blueprint}{part}")
        assert f'href="/staff/automations/{made}"' in shown and "Check & send" not in shown


async def test_deleted_it_is_gone(web: Any) -> None:
    made = await automation()
    csrf = await sign_in(web, await staff("Olga", "editor"))
    assert (await web.post(f"/staff/automations/{made}/delete", data={"csrf": csrf})).status_code == 303
    assert (await web.get(f"/staff/automations/{made}")).status_code == 404


async def test_the_calendar_shows_what_leaves_what_is_made_and_whose_birthday_it_is(web: Any) -> None:
    await automation(AutomationKind.BIRTHDAYS, name="Birthdays ahead")
    await automation(name="New cases")
    fresh = await cases.prisoner("Anton Hrynevich", born="1990-11-20", published_at=NOW - timedelta(days=1))
    await cases.status(fresh)
    await cases.prisoner("Hidden Person", born="1990-11-21", publication="hidden")
    made = await campaign(name="Winter letter")
    await sending.schedule(made, Moment(NOW + timedelta(days=3), "2026-11-21 13:00"), None, None, warned=True)
    await sign_in(web, await staff("Viktor", "viewer"))
    shown = await page(web, "/staff/calendar")
    assert 'Winter letter</a> <span class="says">leaves to 1 person' in shown
    assert 'New cases</a> <span class="says">1 new case, waits for you' in shown
    assert "nothing new yet: no mail" in shown
    assert 'Birthdays ahead</a> <span class="says">no birthdays in these days: no mail' in shown
    assert "Anton Hrynevich</a>, 36" in shown
    assert "Hidden" not in shown


async def test_an_empty_calendar_says_what_will_stand_there(web: Any) -> None:
    await sign_in(web, await staff("Olga", "editor"))
    assert "Nothing is planned yet" in await page(web, "/staff/calendar")


async def test_a_rehearsal_is_begun_on_the_calendar_and_its_result_stays(web: Any, work: Any) -> None:
    await automation(AutomationKind.BIRTHDAYS, en=draft("en", [Birthdays()]))
    await cases.prisoner(born="1984-12-20")
    csrf = await sign_in(web, await staff("Olga", "editor"))
    begun = await web.post("/staff/calendar/rehearsals", data={"csrf": csrf})
    path = begun.headers["location"]
    shown = await page(web, path)
    assert "Under way" in shown and 'data-refresh="2"' in shown
    await work()
    shown = await page(web, path)
    assert (
        "things to look at" in shown and "Maryna Kavalchuk has no biography." in shown and "data-refresh" not in shown
    )
    assert "things to look at" in await page(web, "/staff/calendar")
    assert (await web.get("/staff/calendar/rehearsals/99")).status_code == 404


async def test_thousands_of_birthdays_are_counted_and_not_all_written(web: Any) -> None:
    await cases.prisoner(born="1984-12-20")
    columns = "name_be, name_ru, name_latin, search, born, gender, state, publication, articles, published_at"
    await db.execute(
        f"INSERT INTO prisoner (key, other_names, changed_at, {columns})"
        f" SELECT 'k' || n, '{{}}', published_at, {columns} FROM prisoner, generate_series(1, 3000) n"
    )
    await sign_in(web, await staff("Olga", "editor"))
    shown = await page(web, "/staff/calendar")
    assert "3,001 birthdays" in shown and shown.count("Maryna Kavalchuk") == 100
