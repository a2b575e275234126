"""People write together: Petra prints for them, and writes the figures down the morning after."""

import re
from datetime import timedelta

import pypdfium2
import pytest

from service.kit import clock, db
from service.letters import allotting, evenings
from tests.make import cases
from tests.make.staff import sign_in, staff


@pytest.fixture
async def people(database):
    colony = await cases.facility(reply_punished=True)
    return [await cases.prisoner(f"Person {number}", colony, name_ru=f"Персона {number}") for number in range(4)]


@pytest.fixture
async def petra(web):
    return await sign_in(web, await staff("Petra", "moderator"))


def typed(petra, **changes):
    today = clock.now().date().isoformat()
    return {"csrf": petra, "name": "Library in Basel", "day": today, "language": "de", "cards": "3", **changes}


async def planned(web, petra, **changes):
    answer = await web.post("/staff/letters/evenings", data=typed(petra, **changes))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def letters_posted():
    rows = await db.fetch("SELECT prisoner, letters, said_by FROM letters_posted WHERE letters > 0 ORDER BY prisoner")
    return [tuple(row) for row in rows]


async def seats(web, place):
    return [int(id) for id in re.findall(r'name="posted" id="[^"]+" value="(\d+)"', (await web.get(place)).text)]


async def test_petra_prints_cards_for_different_people_and_a_list_of_them(web, petra, people):
    place = await planned(web, petra)
    assert len(set(await seats(web, place))) == 3
    texts = []
    for name in ("cards", "list"):
        answer = await web.get(f"{place}/{name}.pdf")
        assert answer.headers["content-type"] == "application/pdf"
        texts.append(
            "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(answer.content))
        )
    assert len(set(re.findall(r"Персона \d", texts[0]))) == len(set(re.findall(r"Персона \d", texts[1]))) == 3
    assert "246035, г. Гомель" in texts[0] and "ИК №4, г. Гомель" in texts[1]


async def test_those_ticked_are_counted_and_the_others_are_free_again(web, petra, people):
    place = await planned(web, petra, cards="4")
    await web.post(place, data={"csrf": petra, "action": "ticked", "posted": [str(people[0]), str(people[2])]})
    assert await letters_posted() == [(people[0], 1, "evening"), (people[2], 1, "evening")]
    assert {c.id: c.load for c in await allotting.candidates()} == dict(zip(people, [1, 0, 1, 0], strict=True))
    assert await db.fetch_value("SELECT standing FROM prisoner WHERE id = $1", people[0]) == 1


async def test_all_posted_is_one_click_and_counts_once(web, petra, people):
    place = await planned(web, petra)
    for _click in range(2):
        await web.post(place, data={"csrf": petra, "action": "all"})
    assert len(await letters_posted()) == 3
    assert await evenings.totals() == (1, 3, 3)


async def test_a_slip_can_be_corrected(web, petra, people):
    place = await planned(web, petra, cards="4")
    await web.post(place, data={"csrf": petra, "action": "all"})
    await web.post(place, data={"csrf": petra, "action": "ticked", "posted": str(people[1])})
    assert await letters_posted() == [(people[1], 1, "evening")]
    assert await evenings.totals() == (1, 4, 1)
    assert await db.fetch_value("SELECT sum(standing) FROM prisoner") == 1


async def test_somebody_who_was_on_no_card_cannot_be_ticked(web, petra, people):
    place = await planned(web, petra)
    [other] = set(people) - set(await seats(web, place))
    await web.post(place, data={"csrf": petra, "action": "ticked", "posted": [str(other), "0", "x", "9" * 30]})
    assert await letters_posted() == []


async def test_who_is_hidden_meanwhile_is_on_no_card(web, petra, people):
    place = await planned(web, petra, cards="4")
    await db.execute("UPDATE prisoner SET vetoed_at = now() WHERE id = $1", people[0])
    assert people[0] not in await seats(web, place)
    answer = await web.get(f"{place}/list.pdf")
    texts = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(answer.content)]
    assert "Персона 0" not in "".join(texts) and "Персона 1" in "".join(texts)


async def test_there_are_no_more_cards_than_people(web, petra, people):
    place = await planned(web, petra, cards="100")
    assert len(await seats(web, place)) == 4
    assert (await evenings.latest())[0].cards == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("day", "yesterday"), ("day", "1999-01-01"), ("language", "xx"), ("cards", "0"), ("cards", "151")],
)
async def test_what_cannot_be_printed_is_said_beside_the_field_and_nothing_is_lost(web, petra, people, field, value):
    answer = await web.post("/staff/letters/evenings", data=typed(petra, **{field: value}))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert field == "name" or "Library in Basel" in answer.text
    assert await db.fetch_value("SELECT count(*) FROM letter_evening") == 0


async def test_without_anybody_to_write_to_no_evening_is_kept(web, petra):
    answer = await web.post("/staff/letters/evenings", data=typed(petra))
    assert answer.status_code == 409
    assert await db.fetch_value("SELECT count(*) FROM letter_evening") == 0


async def test_an_evening_that_was_forgotten_keeps_its_figures_and_takes_no_correction(web, petra, people):
    place = await planned(web, petra)
    await web.post(place, data={"csrf": petra, "action": "all"})
    await db.execute("DELETE FROM allotment")
    page = (await web.get(place)).text
    assert "Only the figures are kept" in page and "Library in Basel" in page
    assert (await web.post(place, data={"csrf": petra, "action": "ticked"})).status_code == 409
    assert await evenings.totals() == (1, 3, 3)


async def test_a_viewer_neither_plans_nor_prints(web, people):
    csrf = await sign_in(web, await staff("Vera", "viewer"))
    assert (await web.get("/staff/letters/evenings")).status_code == 403
    assert (await web.post("/staff/letters/evenings", data=typed(csrf))).status_code == 403


async def test_what_petra_did_is_in_the_audit_without_a_name(web, petra, people):
    place = await planned(web, petra)
    await web.post(place, data={"csrf": petra, "action": "all"})
    rows = await db.fetch("SELECT action, subject, detail FROM audit WHERE action LIKE 'evening.%' ORDER BY id")
    assert [row["action"] for row in rows] == ["evening.planned", "evening.logged"]
    assert "Library" not in str([dict(row) for row in rows])


async def test_the_people_of_an_evening_next_month_are_held_back_until_then(people):
    day = clock.now().date() + timedelta(days=30)
    await evenings.plan("Spring", day, "en", 4, None)
    with clock.at(clock.now() + timedelta(days=40)):
        assert {c.load for c in await allotting.candidates()} == {1}
