"""From a postcode to the members, without scripts."""

import re
from datetime import date
from typing import Any

import pytest

from service.kit import clock, db
from tests.make import advocacy
from tests.make.writing import scene


async def test_a_postcode_leads_to_the_members_and_stands_in_no_address(web: Any) -> None:
    found = await scene()
    answer = await web.post(found.path("area"), data={"country": "CH", "postcode": "3011"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{found.path('members')}?area={found.bern}")


@pytest.mark.parametrize("typed", ["CH-3011", " 3011 ", "ch 3011"])
async def test_it_may_be_typed_as_on_an_envelope(web: Any, typed: str) -> None:
    found = await scene()
    answer = await web.post(found.path("area"), data={"postcode": typed})
    assert answer.headers["location"].endswith(f"area={found.bern}")


async def test_where_it_lies_in_two_cantons_she_is_asked(web: Any) -> None:
    found = await scene()
    fribourg = await advocacy.area("FR", "Fribourg")
    await advocacy.place(found.bern, "3206", "Rizenbach")
    await advocacy.place(fribourg, "3206", "Wallenbuch")
    page = await web.post(found.path("area"), data={"country": "CH", "postcode": "3206"})
    assert page.status_code == 200
    assert re.findall(r'name="area" type="radio" value="(\d+)"', page.text) == [str(found.bern), str(fribourg)]
    assert "Wallenbuch" in page.text
    assert ">Another postcode</a>" in page.text
    assert f'<option value="{found.bern}">Bern</option>' in page.text
    again = await web.post(found.path("area"), data={"country": "CH", "postcode": "3206", "choosing": "yes"})
    assert again.status_code == 422
    assert 'href="#area"' in again.text
    chosen = await web.post(found.path("area"), data={"postcode": "3206", "area": str(fribourg)})
    assert chosen.headers["location"].endswith(f"area={fribourg}")


@pytest.mark.parametrize("typed", ["9999", "", "<b>", "x" * 300])
async def test_where_nobody_knows_it_she_chooses_by_hand(web: Any, typed: str) -> None:
    found = await scene()
    page = await web.post(found.path("area"), data={"country": "CH", "postcode": typed})
    assert page.status_code == 422
    assert 'href="#postcode"' in page.text
    assert f'<option value="{found.bern}">Bern</option>' in page.text
    assert "<b>" not in page.text.split("<main")[1]


async def test_an_area_that_is_not_in_the_list_is_not_taken(web: Any) -> None:
    found = await scene()
    over = await advocacy.area("JU", "Jura")
    await db.execute("UPDATE area SET valid_until = $1 WHERE id = $2", date(2020, 1, 1), over)
    for area in (over, 987654):
        assert (await web.post(found.path("area"), data={"area": str(area)})).status_code == 422


async def test_of_two_countries_she_chooses_one(web: Any) -> None:
    german = await advocacy.parliament("de-bt", "DE", "Europe/Berlin")
    kreis = await advocacy.area("075", "Berlin-Mitte", "constituency", "DE")
    found = await scene()
    await db.execute("UPDATE action SET targets = $1", f'{{"parliaments": [{found.parliament}, {german}]}}')
    page = (await web.get(found.path("area"))).text
    assert re.findall(r'<option value="(CH|DE)"', page) == ["CH", "DE"]
    assert f'<option value="{kreis}">Germany: Berlin-Mitte</option>' in page


async def test_whom_everybody_may_write_to_needs_no_postcode(web: Any) -> None:
    found = await scene()
    await db.execute("UPDATE action SET targets = $1", f'{{"people": [{found.rosa}]}}')
    assert (await web.get(found.path("area"))).headers["location"] == found.path("members")
    assert "Rosa Beispiel" in (await web.get(found.path("members"))).text


async def test_without_an_area_the_members_page_leads_to_the_postcode(web: Any) -> None:
    found = await scene()
    answer = await web.get(found.path("members"))
    assert (answer.status_code, answer.headers["location"]) == (303, found.path("area"))


async def test_a_card_says_who_it_is_and_what_they_did(web: Any) -> None:
    found = await scene()
    await advocacy.committee(found.parliament, found.rosa)
    await advocacy.promise(found.rosa)
    page = (await web.get(f"{found.path('members')}?area={found.bern}")).text
    card = page.split('<li class="member">')[1].split("</li>\n</ul>")[0]
    for said in (
        "Rosa Beispiel",
        "National Council, Bern",
        "Example Party",
        "Foreign Affairs",
        "Sponsors a political",
    ):
        assert said in card
    assert f"/write/{found.rosa_key}?area={found.bern}" in card
    assert "<img" not in card
    assert "@" not in card


async def test_an_area_without_members_leads_to_another_one(web: Any) -> None:
    found = await scene()
    uri = await advocacy.area("UR", "Uri")
    page = await web.get(f"{found.path('members')}?area={uri}")
    assert page.status_code == 200
    assert f'href="{found.path("area")}"' in page.text


async def test_who_cannot_be_mailed_comes_last_and_says_so(web: Any) -> None:
    found = await scene(rosa={"bounced_at": clock.now()})
    await advocacy.representative(found.parliament, found.bern, "Urs Zuletzt")
    page = (await web.get(f"{found.path('members')}?area={found.bern}")).text
    assert page.index("Urs Zuletzt") < page.index("Rosa Beispiel") < page.index("Write on paper")


@pytest.mark.parametrize("query", ["area=0", "area=-1", "area=99999999", "area=1&area=2&area=3"])
async def test_areas_that_nobody_knows_do_no_harm(web: Any, query: str) -> None:
    found = await scene()
    assert (await web.get(f"{found.path('members')}?{query}")).status_code in (200, 303)


@pytest.mark.parametrize("what", ["area", "members", "sent"])
async def test_an_action_that_nobody_knows_is_not_there(web: Any, what: str) -> None:
    await scene()
    assert (await web.get(f"/en/actions/nothing/{what}")).status_code == 404


@pytest.mark.parametrize("state", ["closed", "frozen"])
async def test_links_of_old_mails_lead_to_the_page_of_an_action_that_is_over(web: Any, state: str) -> None:
    found = await scene(state=state)
    for path in (found.path("area"), f"{found.path('members')}?area={found.bern}", found.of_rosa("write")):
        answer = await web.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/en/actions/{found.key}")
