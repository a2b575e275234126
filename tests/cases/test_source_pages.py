"""Olga compares a list in the console and decides; whoever only looks may not."""

import json
import re
from html import unescape
from typing import Any

import pytest

from service.cases import queries
from service.delivery import outbox
from service.kit import db
from tests.make import cases as make
from tests.make import mailings, viasna
from tests.make.lists import MARYNA, compared, known, waiting
from tests.make.staff import sign_in, staff


@pytest.fixture
async def csrf(web: Any) -> str:
    return await sign_in(web, await staff("Olga"))


async def send(web: Any, csrf: str, files: dict[str, bytes], **fields: str) -> Any:
    typed = {"csrf": csrf, "organisation": "Viasna", "form": "viasna", "whole": "yes"} | fields
    parts = [("files", (name, content, "text/csv")) for name, content in files.items()]
    return await web.post(f"/staff/sources?csrf={csrf}", data=typed, files=parts)


async def test_three_files_are_compared_reviewed_and_accepted_without_scripts(web: Any, csrf: str) -> None:
    await make.facility()
    people = viasna.people(40)
    sent = await send(web, csrf, {f"list-{name}.csv": file for name, file in viasna.files(people).items()})
    assert sent.status_code == 303, sent.text
    place = sent.headers["location"]
    page = unescape((await web.get(place)).text)
    assert "list-be.csv, list-ru.csv, list-en.csv" in page
    assert people[0].en in page and people[0].ru in page
    assert "Places that are none of our facilities" in page

    first = re.search(r'name="accept" value="(\d+)"', page)
    assert first
    form = {"csrf": csrf, "show": "new", "at": "1"}
    answer = await web.post(place, data=form | {"accept": first[1]})
    assert answer.headers["location"] == f"{place}?show=new#item-1"
    assert await db.fetch_value("SELECT count(*) FROM prisoner") == 1
    assert (await web.post(place, data=form | {"accept": first[1]})).status_code == 409
    await web.post(place, data=form | {"accept_all": "new:"})
    assert await db.fetch_value("SELECT count(*) FROM prisoner") == 38
    page = (await web.get(f"{place}?show=held")).text
    assert "A death. Please make sure" in page and "This date is still to come." in page
    page = unescape((await web.get("/staff/sources")).text)
    assert "Viasna, list 1" in page and "list-be.csv" in page


async def test_fields_are_shown_old_and_new_and_a_whole_person_is_accepted_at_once(web: Any, csrf: str) -> None:
    await make.facility()
    [maryna] = await known(MARYNA)
    made = await compared(MARYNA | {"born": "1984-06-03", "articles": "342", "died_on": "2026-10-01"})
    page = unescape((await web.get(f"/staff/sources/{made}")).text)
    assert re.search(r"2 June 1984.*3 June 1984", page.replace("\n", " "))
    assert "Accept all of Maryna Kavalchuk" in page
    answer = await web.post(f"/staff/sources/{made}", data={"csrf": csrf, "accept_person": "7", "show": "changed"})
    assert answer.status_code == 303
    record = await queries.record(maryna)
    assert (record.born, record.articles, record.state) == ("1984-06-03", ["342"], "detained")
    assert [one.field for one in await waiting()] == ["died_on"]
    page = unescape((await web.get(f"/staff/sources/{made}?show=decided")).text)
    assert "Accepted by Olga" in page and 'name="undo"' in page


async def test_all_that_differs_of_a_person_is_rejected_at_once_and_one_of_it_taken_back(web: Any, csrf: str) -> None:
    await make.facility()
    [maryna] = await known(MARYNA)
    made = await compared(MARYNA | {"born": "1984-06-03", "articles": "342", "died_on": "2026-10-01"})
    here = f"/staff/sources/{made}"
    assert 'aria-label="Reject all of Maryna Kavalchuk"' in unescape((await web.get(here)).text)
    answer = await web.post(here, data={"csrf": csrf, "reject_person": "7", "show": "changed"})
    assert "Left as it is: 2." in unescape((await web.get(answer.headers["location"])).text)
    assert (await queries.record(maryna)).born == MARYNA["born"]
    assert [one.field for one in await waiting()] == ["died_on"]
    undo = re.findall(r'name="undo" value="(\d+)"', (await web.get(f"{here}?show=decided")).text)
    await web.post(here, data={"csrf": csrf, "undo": undo[0], "show": "decided"})
    assert len(undo) == len(await waiting()) == 2


async def test_a_release_stops_the_mails_that_name_her_and_the_page_says_so(web: Any, csrf: str) -> None:
    await make.facility()
    hanna = {"id": "8", "name_latin": "Hanna Zhuk", "status": "active"}
    [maryna, other] = await known(MARYNA, hanna)
    edition = mailings.naming((maryna, other), (), {maryna: "Maryna", other: "Hanna"})
    mail = await mailings.mailing({"en": edition})
    await mailings.audience(mail, mailings.people(3))
    await outbox.open(mail)
    made = await compared(MARYNA | {"place": "released"}, hanna)
    [one] = await waiting()
    answer = await web.post(f"/staff/sources/{made}", data={"csrf": csrf, "accept": str(one.id)})
    page = unescape((await web.get(answer.headers["location"])).text)
    assert "Accepted: 1 for 1 person. Stopped: they are taken out of 3 mails that had not left." in page
    assert await db.fetch_value("SELECT reason FROM mailing_withdrawal") == "released"


async def test_a_name_with_a_script_and_a_file_with_a_path_do_nothing(web: Any, csrf: str) -> None:
    people = [
        {"id": "1", "name_latin": "<script>alert(1)</script>"},
        {"id": "2", "name_latin": "Anna Zhuk", "sentence": {"en": '<img src=x onerror="alert(1)">'}, "place": "<b>x"},
        {"id": '"><script>', "name_latin": "Vera Zhuk", "link": "javascript:alert(1)"},
    ]
    name = "../../../etc/cron.d/<script>alert(2)</script>.json"
    sent = await send(web, csrf, {name: json.dumps(people).encode()}, form="own")
    page = (await web.get(sent.headers["location"])).text
    assert "<script>" not in page and "<img" not in page and 'href="javascript' not in page and "<b>" not in page
    assert "Anna Zhuk" in page and "&lt;img src=x" in page
    assert "is not a name" in page
    [files] = [row["files"] for row in await db.fetch("SELECT files FROM case_import")]
    assert len(json.loads(files)[0]) <= 80


@pytest.mark.parametrize(
    ("files", "fields", "told"),
    [
        ({}, {}, "Please choose one to three files."),
        ({f"{n}.csv": b"id,name\n1,Anna" for n in range(4)}, {}, "Please choose one to three files."),
        ({"a.csv": b"first,last\nAnna,Zhuk"}, {}, "there is no column “id”"),
        ({"a.csv": b"PK\x03\x04[Content_Types].xml"}, {}, "a.csv: This is an Excel workbook."),
        ({"a.csv": b"id,name\n1,Anna"}, {"organisation": ""}, "Please say whose list this is"),
        ({"a.csv": b"id,name\n1,Anna"}, {"form": "sql"}, "Please choose how the files are written."),
    ],
)
async def test_what_cannot_be_compared_is_told_and_what_was_typed_stays(
    web: Any, csrf: str, files: dict[str, bytes], fields: dict[str, str], told: str
) -> None:
    answer = await send(web, csrf, files, **{"organisation": "Dissidentby"} | fields)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert told in page and "Please look at this once more" in page
    assert f'value="{fields.get("organisation", "Dissidentby")}"' in page


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(web: Any, csrf: str) -> None:
    answer = await send(web, csrf, {"a.csv": b"id,name\n" + b"1,Anna\n" * 2_500_000})
    assert answer.status_code == 422 and "larger than 16 MB" in answer.text
    answer = await send(web, csrf, {"a.csv": b"1,Anna\n" * 7_500_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("query", ["show=nothing", "page=0", "page=99999", "show=new&page=-3"])
async def test_an_address_that_leads_nowhere_is_not_found(web: Any, csrf: str, query: str) -> None:
    made = await compared(MARYNA)
    assert (await web.get(f"/staff/sources/{made}?{query}")).status_code == 404
    assert (await web.get(f"/staff/sources/{made + 1}")).status_code == 404


async def test_vera_who_only_looks_sees_differences_and_no_button(web: Any) -> None:
    made = await compared(MARYNA)
    csrf = await sign_in(web, await staff("Vera", role="viewer"))
    page = (await web.get(f"/staff/sources/{made}")).text
    assert "Maryna Kavalchuk" in page and 'name="accept"' not in page
    assert 'type="file"' not in (await web.get("/staff/sources")).text
    [one] = await waiting()
    assert (await web.post(f"/staff/sources/{made}", data={"csrf": csrf, "accept": str(one.id)})).status_code == 403
    assert (await send(web, csrf, {"a.csv": b"id,name\n1,Anna"})).status_code == 403
