"""Where a subscriber votes: told by postcode or by hand, kept as an area alone, taken back at any time."""

from html import unescape
from typing import Any

import pytest

from service.kit import db
from service.subscribers import erasure, queries
from tests.make import advocacy, mails
from tests.make.subscribers import subscriber

# 3206 lies in both.
SHARED = "3206"


@pytest.fixture
async def cantons(database: None) -> dict[str, int]:
    found = {}
    for code, name, postcode in (("BE", "Bern", "3011"), ("FR", "Fribourg", "1700")):
        found[code] = await advocacy.area(code, name)
        await advocacy.place(found[code], postcode, name)
        await advocacy.place(found[code], SHARED, "Rizenbach" if code == "BE" else "Gurmels")
    return found


@pytest.fixture
async def page(web: Any, work: Any, cantons: dict[str, int]) -> str:
    """The address of Anna's page."""
    await subscriber("anna@example.net")
    await web.post("/en/preferences", data={"address": "anna@example.net"})
    await work()
    return (await mails.last("anna@example.net")).link("/preferences/") + "/area"


async def area() -> int | None:
    found: int | None = await db.fetch_value("SELECT area FROM subscriber")
    return found


async def test_annas_postcode_leads_to_her_canton_and_is_kept_nowhere(web: Any, page: str, cantons: Any) -> None:
    answer = await web.post(page, data={"country": "CH", "postcode": "CH-3011"})
    assert answer.status_code == 303 and "3011" not in answer.headers["location"]
    assert await area() == cantons["BE"]
    assert "You told us: Bern" in (await web.get(page)).text
    [kept] = await queries.consents_of(1)
    assert (
        "in which area I vote" in kept["wording"] and "3011" not in kept["wording"] and "Bern" not in kept["wording"]
    )


async def test_a_postcode_in_two_cantons_is_asked_about(web: Any, page: str, cantons: Any) -> None:
    answer = await web.post(page, data={"country": "CH", "postcode": SHARED})
    assert answer.status_code == 200 and await area() is None
    assert "Gurmels" in answer.text and "Rizenbach" in answer.text
    assert "None of these?" in answer.text and f'<option value="{cantons["BE"]}">Bern</option>' in answer.text
    sent = {"country": "CH", "postcode": SHARED, "choosing": "yes"}
    forgotten = await web.post(page, data=sent)
    assert forgotten.status_code == 422 and "Please choose one of these." in forgotten.text
    await web.post(page, data=sent | {"area": str(cantons["FR"])})
    assert await area() == cantons["FR"]


async def test_a_choice_by_hand_always_works_and_no_other_area_is_taken(web: Any, page: str, cantons: Any) -> None:
    wrong = await web.post(page, data={"country": "CH", "postcode": "9999 <b>"})
    assert wrong.status_code == 422 and "We do not know this postcode." in wrong.text
    assert 'value="9999 &lt;b&gt;"' in wrong.text
    assert (await web.post(page, data={"area": "987654"})).status_code == 422 and await area() is None
    await web.post(page, data={"area": str(cantons["FR"])})
    assert await area() == cantons["FR"]


async def test_anna_takes_it_back(web: Any, page: str, cantons: Any) -> None:
    await web.post(page, data={"area": str(cantons["BE"])})
    await web.post(page, data={"do": "remove"})
    assert await area() is None and "You told us" not in (await web.get(page)).text


async def test_belarus_is_never_offered(web: Any, page: str) -> None:
    minsk = await advocacy.area("M", "Minsk", country="BY")
    await advocacy.place(minsk, "220030", "Minsk", country="BY")
    assert "Minsk" not in (await web.get(page)).text
    for told in ({"area": str(minsk)}, {"country": "BY", "postcode": "220030"}):
        assert (await web.post(page, data=told)).status_code == 422
    assert await area() is None


async def test_a_form_of_another_site_and_a_changed_link_get_nowhere(web: Any, page: str, cantons: Any) -> None:
    told = {"area": str(cantons["BE"])}
    foreign = await web.post(page, data=told, headers={"Origin": "https://evil.example.com"})
    assert foreign.status_code == 403
    changed = page.removesuffix("/area")[:-1] + ("A" if page[-6] != "A" else "B") + "/area"
    assert (await web.post(changed, data=told)).status_code in (400, 404, 410)
    assert await area() is None


async def test_her_data_says_where_she_votes_and_what_she_took_part_in_and_erasing_takes_both(
    web: Any, page: str, cantons: Any
) -> None:
    await web.post(page, data={"area": str(cantons["BE"])})
    action = await advocacy.action()
    await advocacy.took_part(action, "anna@example.net")
    held = await erasure.export_person("anna@example.net")
    assert held and held["area"] == "CH Bern"
    assert [each["action"] for each in held["took_part_in"]] == ["Ask your member to sponsor Maria"]
    await erasure.forget("anna@example.net")
    assert await db.fetch_value("SELECT count(*) FROM took_part") == 0
    # How many took part stays true.
    assert await db.fetch_value("SELECT forgotten FROM action") == 1


async def test_without_any_areas_the_page_says_so(web: Any, work: Any, database: None) -> None:
    await subscriber("anna@example.net")
    await web.post("/en/preferences", data={"address": "anna@example.net"})
    await work()
    link = (await mails.last("anna@example.net")).link("/preferences/")
    assert f"{link.removeprefix('https://news.example.org')}/area" in unescape((await web.get(link)).text)
    assert "We have no list of areas yet." in (await web.get(link + "/area")).text


async def test_who_has_unsubscribed_is_asked_for_nothing_more(web: Any, page: str, cantons: Any) -> None:
    await db.execute("UPDATE subscriber SET state = 'unsubscribed'")
    for answer in (await web.get(page), await web.post(page, data={"area": str(cantons["BE"])})):
        assert answer.status_code == 303 and answer.headers["location"].endswith(page.rpartition("/area")[0][-20:])
    assert await area() is None
