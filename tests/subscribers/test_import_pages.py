import re
from collections.abc import Callable
from typing import Any

import pytest

from service.kit import db, files
from service.subscribers import imports, spool
from tests.make import staff
from tests.make import subscribers as make

CSV = b"E-Mail;Vorname;Name\r\nanna@example.org;Anna;Zhuk\r\nigor@;Ihar;\r\n"


@pytest.fixture
async def csrf(web: Any) -> str:
    return await staff.sign_in(web, await staff.staff("Olga", "editor"))


async def send(web: Any, csrf: str, content: bytes, mailing_list: int, name: str = "people.csv") -> Any:
    form = {"mailing_list": str(mailing_list)}
    return await web.post(f"/staff/imports?csrf={csrf}", data=form, files={"file": (name, content, "text/csv")})


async def test_olga_imports_people_from_the_upload_to_the_list(web: Any, csrf: str, work: Callable[[], Any]) -> None:
    friends = await make.mailing_list()
    sent = await send(web, csrf, CSV, friends)
    assert sent.status_code == 303, sent.text
    place = sent.headers["location"]
    page = (await web.get(place)).text
    assert "anna@example.org" in page
    assert "The e-mail address is not complete" in page
    form = {"csrf": csrf, "columns": "3", "column-0": "email", "column-1": "first_name", "column-2": "last_name"}
    form |= {"has_header": "yes", "encoding": "utf-8", "delimiter": "semicolon", "mailing_list": str(friends)}
    form |= {"language": "de", "consent": "They signed at the vigil.", "action": "rehearse"}
    assert (await web.post(place, data=form)).status_code == 303
    assert "data-refresh" in (await web.get(place)).text
    await work()
    page = (await web.get(place)).text
    assert "Nothing is imported yet" in page
    assert await db.fetch_value("SELECT count(*) FROM subscriber") == 0
    assert (await web.post(f"{place}/start", data={"csrf": csrf})).status_code == 303
    await work()
    page = (await web.get(place)).text
    assert "data-refresh" not in page
    refused = (await web.get(f"{place}/refused.csv")).text
    assert refused == (
        "\ufeffrow;reason;E-Mail;Vorname;Name\r\n"
        "3;The e-mail address is not complete or has a typing mistake.;igor@;Ihar;\r\n"
    )
    audit = [row["action"] for row in await db.fetch("SELECT action FROM audit ORDER BY id")]
    assert audit == ["import.rehearsed", "import.started"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04..[Content_Types].xml" + b"\0" * 9000, "This is an Excel workbook"),
        (b" \n", "This file is empty"),
        (b"a," * 4000, "This file has 4001 columns"),
    ],
)
async def test_what_is_no_csv_gets_a_sentence_and_the_chosen_list_stays(
    web: Any, csrf: str, content: bytes, sentence: str
) -> None:
    friends, before = await make.mailing_list(), len(spool.kept())
    answer = await send(web, csrf, content, friends)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'<option value="{friends}" selected>' in answer.text
    assert len(spool.kept()) == before


async def test_a_form_without_a_file_or_a_list_says_what_is_missing(web: Any, csrf: str) -> None:
    answer = await web.post(f"/staff/imports?csrf={csrf}", data={"x": "y"}, files={"other": (None, b"")})
    assert answer.status_code == 422
    assert "Please choose the CSV" in answer.text
    assert "or name a new one" in answer.text


async def test_a_list_is_made_right_where_the_file_is_chosen(web: Any, csrf: str) -> None:
    form = {"mailing_list": "", "new_list": "  Friends in   Geneva "}
    files = {"file": ("people.csv", CSV, "text/csv")}
    sent = await web.post(f"/staff/imports?csrf={csrf}", data=form, files=files)
    assert sent.status_code == 303, sent.text
    assert "Friends in Geneva" in (await web.get(sent.headers["location"])).text
    assert [row["action"] for row in await db.fetch("SELECT action FROM audit")] == ["list.created"]
    before = len(spool.kept())
    again = await web.post(f"/staff/imports?csrf={csrf}", data=form, files=files)
    assert again.status_code == 422
    assert "There is a list of this name already." in again.text
    assert 'value="  Friends in   Geneva "' in again.text
    assert len(spool.kept()) == before


async def test_the_rehearsal_says_who_gets_the_fallback_and_who_no_topic(
    web: Any, csrf: str, work: Callable[[], Any]
) -> None:
    text = "email,language\nanna@example.org,es\nigor@example.org,pl\n" + "".join(
        f"p{number}@example.org,de\n" for number in range(10)
    )
    id = await make.ready(text, await make.mailing_list(), language="fr", topics=[])
    columns = (await web.get(f"/staff/imports/{id}")).text
    assert "7 more rows" in columns
    assert "Français (not one of ours)" in columns
    await imports.start(id, None, dry_run=True)
    await work()
    page = (await web.get(f"/staff/imports/{id}")).text
    assert "2 rows name a language that we do not write in; they get Français." in page
    assert "12 people would have no topic, so only mails to a list reach them." in page


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(web: Any, csrf: str) -> None:
    headers = {"content-length": "2000000001", "content-type": "multipart/form-data; boundary=x"}
    answer = await web.post(f"/staff/imports?csrf={csrf}", headers=headers, content=b"")
    assert answer.status_code == 413


async def test_an_upload_that_breaks_off_leaves_nothing(web: Any, csrf: str) -> None:
    before = len(spool.kept())
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nemail\nanna@example.org\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await web.post(f"/staff/imports?csrf={csrf}", headers=headers, content=body)
    assert answer.status_code == 400
    assert len(spool.kept()) == before


async def test_an_upload_with_a_foreign_token_is_refused(web: Any, csrf: str) -> None:
    assert (await send(web, "0" * 48, CSV, 1)).status_code == 403


async def test_vera_who_only_looks_may_not_import(web: Any) -> None:
    csrf = await staff.sign_in(web, await staff.staff("Vera", "moderator"))
    assert (await web.get("/staff/imports")).status_code == 403
    assert (await send(web, csrf, CSV, await make.mailing_list())).status_code == 403


async def test_another_delimiter_shows_the_columns_anew(web: Any, csrf: str) -> None:
    friends = await make.mailing_list()
    id = await make.uploaded(CSV, friends)
    form = {"csrf": csrf, "columns": "3", "column-0": "email", "delimiter": "comma", "mailing_list": str(friends)}
    page = (await web.post(f"/staff/imports/{id}", data={**form, "has_header": "yes", "action": "look"})).text
    assert len(re.findall(r'name="column-\d+"', page)) == 1
    form |= {"delimiter": "semicolon", "consent": "They asked.", "columns": "1"}
    page = (await web.post(f"/staff/imports/{id}", data={**form, "has_header": "yes", "action": "look"})).text
    assert len(re.findall(r'name="column-\d+"', page)) == 3
    assert "They asked." in page


async def test_what_is_missing_is_said_and_what_was_typed_stays(web: Any, csrf: str) -> None:
    friends = await make.mailing_list()
    id = await make.uploaded(CSV, friends)
    form = {"csrf": csrf, "columns": "3", "column-0": "first_name", "delimiter": "semicolon", "action": "start"}
    answer = await web.post(
        f"/staff/imports/{id}", data={**form, "mailing_list": str(friends), "language": "fr", "topics": "actions"}
    )
    assert answer.status_code == 422
    assert "Choose the column that holds the e-mail addresses." in answer.text
    assert "Please write where the agreement" in answer.text
    assert (await imports.required(id)).topics == ["actions"]


async def test_cancelling_destroys_the_file(web: Any, csrf: str) -> None:
    id = await make.ready(CSV, await make.mailing_list())
    path = files.path((await imports.required(id)).file)
    assert (await web.post(f"/staff/imports/{id}/cancel", data={"csrf": csrf})).status_code == 303
    assert not path.exists()
    assert "Cancelled" in (await web.get(f"/staff/imports/{id}")).text
    assert (await web.post(f"/staff/imports/{id}/start", data={"csrf": csrf})).status_code == 409


async def test_names_of_columns_and_files_cannot_write_into_the_page(web: Any, csrf: str) -> None:
    friends = await make.mailing_list("<b>x</b>")
    sent = await send(web, csrf, b"<script>alert(1)</script>,email\n<img>,a@example.org\n", friends, "<i>.csv")
    page = (await web.get(sent.headers["location"])).text
    assert "<script>alert" not in page
    assert "<img>" not in page
    assert "<i>.csv" not in page
