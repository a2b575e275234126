import re
from typing import Any

from service.cases import facilities
from service.kit import db
from tests.cases.pages.test_prisoners import SCRIPT, signed_in, typed
from tests.make import cases, mailings

HOMEL = {"name": "ИК №4", "kind": "colony", "street": "ул. Антошкина, 3", "postcode": "246035", "town": "г. Гомель"}


async def test_olga_enters_a_facility_and_finds_it_as_she_typed_it(web: Any):
    csrf = await signed_in(web)
    answer = await web.post(
        "/staff/facilities/new",
        data=HOMEL
        | {"csrf": csrf, "parcels": "no", "reply_punished": "yes", "aliases": "ИК-4\nЖК-4", "rules.en": "No."},
    )
    assert answer.headers["location"] == "/staff/facilities"
    place = await facilities.get(await db.fetch_value("SELECT id FROM facility"))
    assert (place.name, place.reply_punished, place.aliases) == ("ИК №4", True, ["ИК-4", "ЖК-4"])
    page = (await web.get("/staff/facilities")).text
    assert "ул. Антошкина, 3" in page and "246035, г. Гомель" in page


async def test_a_refused_facility_keeps_what_olga_typed(web: Any):
    csrf = await signed_in(web)
    data = HOMEL | {"csrf": csrf, "name": "", "street": SCRIPT, "reply_punished": "maybe", "rules.en": "x" * 4001}
    answer = await web.post("/staff/facilities/new", data=data)
    assert answer.status_code == 422
    assert SCRIPT not in answer.text and "&lt;script&gt;" in answer.text and "x" * 4001 in answer.text
    for field in ("reply_punished", "rules"):
        assert f'href="#{field}"' in answer.text


async def test_saving_a_facility_unchanged_changes_nothing(web: Any):
    csrf = await signed_in(web)
    homel = await cases.facility(reply_punished=False, aliases=["ИК-4"], rules='{"en": "No glitter."}')
    before = await facilities.get(homel)
    page = (await web.get(f"/staff/facilities/{homel}")).text
    data = typed(page) | dict(re.findall(r'name="(\w+)" type="date" value="([^"]*)"', page)) | {"csrf": csrf}
    assert (await web.post(f"/staff/facilities/{homel}", data=data)).status_code == 303
    assert await facilities.get(homel) == before


async def test_another_address_says_before_and_after_what_it_stops(web: Any):
    csrf = await signed_in(web)
    homel = await cases.facility()
    made = await mailings.mailing({"en": mailings.naming([await cases.prisoner(place=homel)])})
    await mailings.audience(made, mailings.people(3))
    page = (await web.get(f"/staff/facilities/{homel}")).text
    assert "Another address is a move" in page and "3 times they stand in mails" in page
    answer = await web.post(f"/staff/facilities/{homel}", data=typed(page) | {"csrf": csrf, "street": "ул. Новая, 1"})
    assert "1 person has a new address now; 3 unsent mails" in (await web.get(answer.headers["location"])).text


async def test_a_conflict_is_shown_and_nothing_is_lost(web: Any):
    csrf = await signed_in(web)
    homel = await cases.facility()
    page = (await web.get(f"/staff/facilities/{homel}")).text
    await facilities.change(homel, {"latin": "Homel women's colony"}, None)
    answer = await web.post(f"/staff/facilities/{homel}", data=typed(page) | {"csrf": csrf, "source": "A lawyer"})
    assert answer.status_code == 409
    assert "Homel women&#39;s colony" in answer.text and 'value="A lawyer"' in answer.text


async def test_a_facility_in_use_stays_and_says_why(web: Any):
    csrf = await signed_in(web)
    homel = await cases.facility()
    await cases.prisoner(place=homel, state="released")
    answer = await web.post(f"/staff/facilities/{homel}/remove", data={"csrf": csrf})
    assert "stays in the registry" in (await web.get(answer.headers["location"])).text


async def test_who_may_only_look_changes_nothing(web: Any):
    csrf = await signed_in(web, "viewer")
    homel = await cases.facility()
    page = (await web.get(f"/staff/facilities/{homel}")).text
    assert "ул. Антошкина, 3" in page and '<form method="post" action="/staff/facilities' not in page
    assert (await web.get("/staff/facilities/new")).status_code == 403
    for path in (f"{homel}", f"{homel}/remove", "new"):
        assert (await web.post(f"/staff/facilities/{path}", data={"csrf": csrf} | HOMEL)).status_code == 403
    assert (await facilities.get(homel)).version == 1
