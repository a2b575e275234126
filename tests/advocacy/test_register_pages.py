"""Olga keeps the register of members; Viktor only looks."""

import re
from html import unescape
from typing import Any

import pytest

from service.advocacy import parliaments, register_queries
from service.kit import clock, db
from tests.make import advocacy, popolo, register, swisstopo
from tests.make.register import LEA, ROSA, URS
from tests.make.staff import sign_in, staff

MEMBERS = "/staff/representatives"
FILES = "/staff/representatives/imports"


@pytest.fixture
async def csrf(web: Any) -> str:
    return await sign_in(web, await staff("Olga", "editor"))


async def page(web: Any, path: str) -> str:
    answer = await web.get(path)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(answer.text).split())


async def send(web: Any, csrf: str, files: list[tuple[str, bytes]], **fields: str) -> Any:
    typed = {"csrf": csrf, "parliament": "ch-nr", "source": register.SOURCE, "whole": "yes"} | fields
    parts = [("files", (name, content, "text/csv")) for name, content in files]
    return await web.post(f"{FILES}?csrf={csrf}", data=typed, files=parts)


async def rosa() -> int:
    council = (await parliaments.ensure(["ch-nr"]))["ch-nr"]
    return await advocacy.representative(council, await advocacy.area(), "Rosa Beispiel")


async def test_of_a_file_that_says_nothing_readable_it_is_not_said_that_it_agrees(web: Any, csrf: str) -> None:
    nowhere = [("members.csv", b"name;parliament\nAnna Muster;nowhere\n")]
    sent = await send(web, csrf, nowhere, parliament="")
    shown = await page(web, sent.headers["location"])
    assert "Nothing in this file could be read" in shown and "All is decided" not in shown
    assert '<details class="told" open>' in shown and 'href="/staff/representatives/imports#compare"' in shown


async def test_a_file_is_compared_reviewed_and_accepted_without_scripts(web: Any, csrf: str) -> None:
    sent = await send(web, csrf, register.file(ROSA, URS, {"id": "3", "name": "<b>Lea</b>", "area": "BE"}))
    assert sent.status_code == 303, sent.text
    place = sent.headers["location"]
    shown = await page(web, place)
    assert "Rosa Beispiel" in shown and "rosa@parliament.example.org" in shown and "Foreign Affairs" in shown
    assert "1 note on what could not be read" in shown and "<b>Lea" not in (await web.get(place)).text
    first = re.search(r'name="accept" value="(\d+)"', shown)
    assert first
    answer = await web.post(place, data={"csrf": csrf, "show": "members", "accept": first[1], f"at.{first[1]}": "1"})
    assert answer.headers["location"] == f"{place}?show=members#item-1"
    assert (await web.post(place, data={"csrf": csrf, "accept": first[1]})).status_code == 409
    assert "Accepted by Olga" in await page(web, f"{place}?show=decided")
    await web.post(place, data={"csrf": csrf, "accept_all": "members"})
    assert await db.fetch_value("SELECT count(*) FROM representative") == 2
    assert "All is decided" in await page(web, f"{place}?show=members")
    shown = await page(web, MEMBERS)
    assert "Rosa Beispiel" in shown and "Urs Anderer" in shown


async def test_what_is_marked_is_decided_together(web: Any, csrf: str) -> None:
    made = await register.compared(ROSA, URS, LEA)
    marked = [str(one.id) for one in await register.waiting(made)][:2]
    await web.post(f"{FILES}/{made}", data={"csrf": csrf, "chosen": marked, "reject_chosen": "yes"})
    assert await register.said(made) == [("new", "Lea Muster")]
    rejected = re.search(r'name="reconsider" value="(\d+)"', await page(web, f"{FILES}/{made}?show=decided"))
    assert rejected
    await web.post(f"{FILES}/{made}", data={"csrf": csrf, "reconsider": rejected[1]})
    assert len(await register.said(made)) == 2
    await web.post(f"{FILES}/{made}", data={"csrf": csrf, "chosen": marked, "accept_chosen": "yes"})
    assert await db.fetch_value("SELECT count(*) FROM representative") == 1


async def test_what_changed_is_shown_before_and_after_and_a_stale_one_is_told(web: Any, csrf: str) -> None:
    await register.accepted(ROSA)
    made = await register.compared(ROSA | {"party": "New Party"})
    shown = await page(web, f"{FILES}/{made}")
    assert re.search(r"<del>.*Example Party.*</del>.*<ins>.*New Party.*</ins>", shown)
    await db.execute("UPDATE representative SET party = 'Her own'")
    await web.post(f"{FILES}/{made}", data={"csrf": csrf, "accept_all": "changed"})
    assert "This was changed here after the file was compared" in await page(web, f"{FILES}/{made}?show=twice")


async def test_a_file_that_cannot_be_read_keeps_what_was_typed(web: Any, csrf: str) -> None:
    answer = await send(web, csrf, [("x.bin", b"\x00\x01")], source="https://example.org/a", election="yes")
    assert answer.status_code == 422
    told = unescape(answer.text)
    assert 'href="#files"' in told and "none of the forms that can be read" in told
    assert "https://example.org/a" in told and re.search(r'name="election"[^>]*checked', told)
    answer = await web.post(f"{FILES}?csrf={csrf}", data={"csrf": csrf, "whole": "yes"})
    assert answer.status_code == 422 and "Please choose a file" in answer.text
    answer = await send(web, csrf, register.file(ROSA), as_of="2026-13-40")
    assert answer.status_code == 422 and 'href="#as_of"' in answer.text
    answer = await send(web, csrf, register.file(ROSA), parliament="at-nr")
    assert answer.status_code == 422 and "Please add it first" in answer.text


@pytest.mark.parametrize("form", ["popolo", "csv"])
async def test_where_a_file_does_not_say_whose_members_these_are_the_field_for_it_asks(
    web: Any, csrf: str, form: str
) -> None:
    files = register.file(ROSA) if form == "csv" else [("members.json", popolo.file(popolo.register(3)))]
    answer = await send(web, csrf, files, parliament="", source="https://example.org/a")
    told = unescape(answer.text)
    assert answer.status_code == 422 and 'href="#parliament"' in told and 'href="#files"' not in told
    assert "Please choose their parliament here" in told and "https://example.org/a" in told
    assert (await send(web, csrf, files, parliament="ch-nr")).status_code == 303


async def test_places_are_read_without_a_parliament(web: Any, csrf: str) -> None:
    sent = await send(web, csrf, [("places.csv", swisstopo.written(swisstopo.ROWS))], parliament="", source="")
    place = sent.headers["location"]
    assert "8914 Ahornwil" in await page(web, place + "?show=places")
    await web.post(place, data={"csrf": csrf, "accept_all": "places"})
    zurich = await db.fetch_value("SELECT id FROM area WHERE code = 'ZH'")
    assert "Ahornwil" in await page(web, f"{MEMBERS}/areas/{zurich}?q=8914")
    assert "Zurich" in await page(web, f"{MEMBERS}/areas")


async def test_an_election_says_on_which_day_it_takes_effect(web: Any, csrf: str) -> None:
    as_of = clock.now().date().replace(year=clock.now().year + 1).isoformat()
    sent = await send(web, csrf, register.file(ROSA), as_of=as_of, election="yes")
    assert "What you accept takes effect on" in await page(web, sent.headers["location"])
    assert "Election" in await page(web, FILES)


async def test_a_member_is_written_down_by_hand(web: Any, csrf: str) -> None:
    await rosa()
    council, bern = await db.fetch_value("SELECT id FROM parliament"), await db.fetch_value("SELECT id FROM area")
    typed = {
        "csrf": csrf,
        "name": "Urs Anderer",
        "parliament": str(council),
        "area": str(bern),
        "since": "2025-01-01",
        "languages": "de, fr",
        "email": "urs@parliament.example.org",
        "postal": "Parliament House\n3003 Bern",
    }
    answer = await web.post(f"{MEMBERS}/new", data=typed)
    assert answer.status_code == 422 and "Never guess one" in answer.text
    assert "3003 Bern" in answer.text and 'value="urs@parliament.example.org"' in answer.text
    answer = await web.post(f"{MEMBERS}/new", data=typed | {"source": "https://parliament.example.org/urs"})
    assert answer.status_code == 303
    shown = await page(web, answer.headers["location"])
    assert "urs@parliament.example.org" in shown and "National Council, Bern" in shown and "3003 Bern" in shown


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Please write the member’s name."),
        ("name", "<script>", "is not a name"),
        ("email", "nobody at all", "is not an e-mail address"),
        ("languages", "German", "is not a language in two letters"),
        ("website", "javascript:alert(1)", "is not a web address"),
        ("since", "yesterday", "is not a date"),
        ("parliament", "0", "Please choose a parliament."),
        ("area", "999999", "Please choose an area that there is."),
    ],
)
async def test_what_cannot_be_is_told_beside_its_field(
    web: Any, csrf: str, field: str, value: str, told: str
) -> None:
    await rosa()
    council = await db.fetch_value("SELECT id FROM parliament")
    typed = {"csrf": csrf, "name": "Urs Anderer", "parliament": str(council)} | {field: value}
    answer = await web.post(f"{MEMBERS}/new", data=typed)
    assert answer.status_code == 422
    assert told in unescape(answer.text) and f'href="#{field}"' in answer.text


async def test_of_two_who_change_a_member_the_second_sees_both(web: Any, csrf: str) -> None:
    id = await rosa()
    mine = {"csrf": csrf, "version": "1", "name": "Rosa Beispiel", "party": "Mine"}
    assert (await web.post(f"{MEMBERS}/{id}/edit", data=mine | {"party": "Theirs"})).status_code == 303
    answer = await web.post(f"{MEMBERS}/{id}/edit", data=mine)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text and "Theirs" in answer.text and "Save mine instead" in answer.text
    assert (await web.post(f"{MEMBERS}/{id}/edit", data=mine | {"version": "2"})).status_code == 303
    assert await db.fetch_value("SELECT party FROM representative") == "Mine"


async def test_an_address_that_bounced_is_shown_and_cleared_by_hand_or_by_a_new_one(web: Any, csrf: str) -> None:
    id = await rosa()
    bounced = "UPDATE representative SET bounced_at = now(), bounced_words = '550 no such user'"
    await db.execute(bounced)
    assert "550 no such user" in await page(web, f"{MEMBERS}/{id}")
    assert "1 member has" in await page(web, MEMBERS)
    assert "Rosa Beispiel" in await page(web, f"{MEMBERS}?lacks=bounced")
    await web.post(f"{MEMBERS}/{id}/bounce", data={"csrf": csrf})
    assert await db.fetch_value("SELECT bounced_at FROM representative") is None
    await db.execute(bounced)
    typed = {"csrf": csrf, "version": "1", "name": "Rosa Beispiel", "source": "https://example.org", "email": ""}
    await web.post(f"{MEMBERS}/{id}/edit", data=typed)
    assert await db.fetch_value("SELECT bounced_at FROM representative") is None


async def test_a_mandate_ends_and_another_begins(web: Any, csrf: str) -> None:
    id = await rosa()
    council, term = (
        await db.fetch_value("SELECT id FROM parliament"),
        await db.fetch_value("SELECT id FROM membership"),
    )
    ends = {"csrf": csrf, "mandate": str(term)}
    answer = await web.post(f"{MEMBERS}/{id}/mandates", data=ends | {"until": "2020-01-01"})
    assert answer.status_code == 422 and "cannot end before it begins" in answer.text
    await web.post(f"{MEMBERS}/{id}/mandates", data=ends | {"until": "2025-01-31"})
    assert "No mandate today" in await page(web, f"{MEMBERS}/{id}")
    assert "Rosa Beispiel" in await page(web, f"{MEMBERS}?when=past")
    begins = {"csrf": csrf, "parliament": str(council), "since": "2025-03-01"}
    assert (await web.post(f"{MEMBERS}/{id}/mandates", data=begins)).status_code == 303
    assert (await web.post(f"{MEMBERS}/{id}/mandates", data=begins)).status_code == 422
    assert "No mandate today" not in await page(web, f"{MEMBERS}/{id}")


async def test_a_sponsorship_ends_with_a_mandate_that_staff_end(web: Any, csrf: str) -> None:
    id = await rosa()
    await advocacy.promise(id)
    term = await db.fetch_value("SELECT id FROM membership")
    await web.post(f"{MEMBERS}/{id}/mandates", data={"csrf": csrf, "mandate": str(term), "until": "2025-01-31"})
    assert str(await db.fetch_value("SELECT until FROM promise")) == "2025-01-31"


async def test_a_place_is_added_to_an_area_and_removed(web: Any, csrf: str) -> None:
    bern = await advocacy.area()
    here = f"{MEMBERS}/areas/{bern}"
    await web.post(here, data={"csrf": csrf, "postcode": "CH-3011", "town": "Bern"})
    assert await db.fetch_value("SELECT postcode FROM place") == "3011"
    again = await web.post(here, data={"csrf": csrf, "postcode": "3011", "town": "Bern"})
    assert again.status_code == 422 and 'href="#town"' in again.text
    wrong = await web.post(here, data={"csrf": csrf, "postcode": "?", "town": "Bern"})
    assert wrong.status_code == 422 and 'href="#postcode"' in wrong.text
    await web.post(here, data={"csrf": csrf, "remove": str(await db.fetch_value("SELECT id FROM place"))})
    assert await db.fetch_value("SELECT count(*) FROM place") == 0
    assert (await web.post(here, data={"csrf": csrf, "remove": "1"})).status_code == 404


async def test_a_parliament_is_added(web: Any, csrf: str) -> None:
    here = f"{MEMBERS}/parliaments"
    wrong = await web.post(here, data={"csrf": csrf, "key": "Austria", "name": "", "timezone": "Wien"})
    assert wrong.status_code == 422
    assert all(f'href="#{field}"' in wrong.text for field in ("key", "name", "timezone"))
    typed = {"csrf": csrf, "key": "at-nr", "name": "Nationalrat", "timezone": "Europe/Vienna"}
    assert (await web.post(here, data=typed)).status_code == 303
    assert (await web.post(here, data=typed)).status_code == 422
    assert "Nationalrat" in await page(web, here)


async def test_whoever_only_looks_sees_no_button_and_changes_nothing(web: Any) -> None:
    csrf = await sign_in(web, await staff("Viktor", "viewer"))
    id, made = await rosa(), await register.compared(URS, whole=False)
    for path in (MEMBERS, f"{MEMBERS}/{id}", f"{MEMBERS}/areas", f"{MEMBERS}/parliaments", FILES, f"{FILES}/{made}"):
        shown = await page(web, path)
        assert 'method="post"' not in shown[shown.index("<main") :], path
    for path in ("new", f"{id}/edit", f"{id}/mandates", f"{id}/bounce", "imports", f"imports/{made}", "parliaments"):
        assert (await web.post(f"{MEMBERS}/{path}?csrf={csrf}", data={"csrf": csrf})).status_code == 403, path
    assert len(await register_queries.waiting(made)) == 2


async def test_an_empty_register_says_how_to_begin(web: Any, csrf: str) -> None:
    assert "No member yet" in await page(web, MEMBERS)
    assert "No area yet" in await page(web, f"{MEMBERS}/areas")
    assert "No file was compared yet" in await page(web, FILES)
    assert "No parliament yet" in await page(web, f"{MEMBERS}/parliaments")


@pytest.mark.parametrize("query", ["q=%25", "q=_", "q=%00x", "page=9999", "parliament=x", "lacks=x&when=x", "q=rosa"])
async def test_strange_questions_are_answered(web: Any, csrf: str, query: str) -> None:
    await rosa()
    answer = await web.get(f"{MEMBERS}?{query}")
    assert answer.status_code == (404 if "%00" in query else 200)
    assert ("Rosa Beispiel" in answer.text) == (query not in ("q=%25", "q=_", "q=%00x"))


@pytest.mark.parametrize("path", ["/999", "/999/edit", "/areas/999", "/imports/999", "/imports/1?show=x", "/x"])
async def test_what_is_not_there_is_not_found(web: Any, csrf: str, path: str) -> None:
    assert (await web.get(MEMBERS + path)).status_code == 404
