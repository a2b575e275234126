"""The console's pages of prisoners, as Olga uses them and as somebody who may not."""

import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

import tests.make.staff as make
from service.cases import editing, queries
from service.kit import db
from tests.make import cases, mailings

SCRIPT = "<script>alert(1)</script>"
VERSION = re.compile(r'name="version" value="(\d+)"')


async def signed_in(web: Any, role: str = "editor") -> str:
    return await make.sign_in(web, await make.staff("Olga", role))


async def sent(web: Any, csrf: str, prisoner: int, part: str, **values: Any) -> Any:
    """The form of a part as the page gives it, with `values` typed over it."""
    page = (await web.get(f"/staff/prisoners/{prisoner}/edit/{part}")).text
    return await web.post(f"/staff/prisoners/{prisoner}/edit/{part}", data=typed(page) | {"csrf": csrf} | values)


def typed(page: str) -> dict[str, str]:
    """What a browser would send if nothing was changed."""
    data = dict(re.findall(r'<input[^>]* name="([^"]+)" type="(?:text|search)" value="([^"]*)"', page))
    data |= re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n([^<]*)</textarea>', page)
    data |= re.findall(r'name="([^"]+)" type="(?:radio|checkbox)" value="([^"]*)" checked', page)
    data |= re.findall(r'<select[^>]* name="([^"]+)".*?<option value="([^"]*)" selected', page, re.DOTALL)
    return {name: value.strip() for name, value in data.items()} | {"version": VERSION.search(page)[1]}


async def test_olga_finds_maryna_in_any_spelling(web: Any):
    await signed_in(web)
    maryna = await cases.prisoner()
    await cases.prisoner("Anna Vishnevets", name_be="", name_ru="Анна Вишневец")
    for spelling in ("Kavalčuk", "ковальчук марина", "Kowaltsch", "Марына"):
        page = (await web.get("/staff/prisoners", params={"q": spelling})).text
        assert f"/staff/prisoners/{maryna}" in page and "Vishnevets" not in page
    assert "Nobody like this" in (await web.get("/staff/prisoners", params={"q": "%"})).text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "released"}, ["Anna"]),
        ({"shown": "vetoed"}, ["Ales"]),
        ({"shown": "full"}, ["Maryna", "Anna"]),
        ({"missing": "address"}, ["Ales"]),
        ({"missing": "birthday"}, ["Anna"]),
        (
            {"state": "nonsense", "shown": "'; DROP TABLE prisoner", "missing": "x", "page": "-1"},
            ["Maryna", "Anna", "Ales"],
        ),
    ],
)
async def test_olga_filters(web: Any, asked: dict[str, str], found: list[str]):
    await signed_in(web)
    homel = await cases.facility()
    await cases.prisoner("Maryna", homel)
    await cases.prisoner("Anna", homel, state="released", born="1990-05")
    await cases.prisoner("Ales", None)
    await db.execute("UPDATE prisoner SET vetoed_at = now() WHERE name_latin = 'Ales'")
    page = (await web.get("/staff/prisoners", params=asked)).text
    assert [name for name in ("Maryna", "Anna", "Ales") if f">{name}</a>" in page] == found


async def test_the_list_has_pages(web: Any):
    await signed_in(web)
    await editing.create_many([({"name_latin": f"Person {n:03}"}, None) for n in range(120)], None)
    assert "Person 119" not in (await web.get("/staff/prisoners")).text
    page = (await web.get("/staff/prisoners?page=3&q=person")).text
    assert "Person 119" in page and "page=2" in page and "page=4" not in page
    assert (await web.get("/staff/prisoners?page=999999999")).status_code == 200


async def test_olga_makes_a_record_and_completes_it(web: Any):
    csrf = await signed_in(web)
    answer = await web.post(
        "/staff/prisoners/new",
        data={
            "csrf": csrf,
            "name_be": "Марына Кавальчук",
            "gender": "f",
            "publication": "initials",
            "articles": "342 ч. 1\n361",
            "source_organisation": "Viasna",
            "source_link": "https://example.org/1",
        },
    )
    there = answer.headers["location"]
    record = await queries.record(int(there.rsplit("/", 1)[1]))
    assert (record.publication, record.articles) == ("initials", ["342 ч. 1", "361"])
    assert record.name_latin == "Maryna Kavalchuk"
    assert record.sources["name_be"]["link"] == "https://example.org/1"
    page = (await web.get(there)).text
    assert "initials alone" in page and "Марына Кавальчук" in page and 'href="https://example.org/1"' in page


async def test_a_refused_record_keeps_what_olga_typed(web: Any):
    csrf = await signed_in(web)
    data = {"csrf": csrf, "name_latin": SCRIPT, "born": "yesterday", "publication": "hidden", "source_link": "no"}
    answer = await web.post("/staff/prisoners/new", data=data)
    assert answer.status_code == 422
    assert SCRIPT not in answer.text and "&lt;script&gt;" in answer.text
    assert 'value="yesterday"' in answer.text and 'href="#source_link"' in answer.text
    answer = await web.post("/staff/prisoners/new", data=data | {"source_link": ""})
    assert 'href="#born"' in answer.text and re.search(r'value="hidden"[^>]* checked', answer.text)
    assert await db.fetch_value("SELECT count(*) FROM prisoner") == 0


@pytest.mark.parametrize("part", ["names", "case", "place", "texts", "state", "consent"])
async def test_saving_a_part_unchanged_changes_nothing(web: Any, part: str):
    csrf = await signed_in(web)
    maryna = await cases.prisoner(
        place=await cases.facility(),
        other_names=["Marina K"],
        sentence={"en": "Two years"},
        biography={"be": "Медсястра."},
        sources={"born": {"organisation": "Viasna", "link": "", "seen_on": "2026-01-01"}},
    )
    before = await queries.record(maryna)
    answer = await sent(web, csrf, maryna, part)
    assert answer.headers["location"] == f"/staff/prisoners/{maryna}#{part}"
    assert await queries.record(maryna) == before


async def test_a_source_stands_beside_what_was_changed_with_it_alone(web: Any):
    csrf = await signed_in(web)
    maryna = await cases.prisoner()
    await sent(web, csrf, maryna, "names", born="1985-06-02", source_organisation="Dissidentby")
    sources = (await queries.record(maryna)).sources
    assert list(sources) == ["born"] and sources["born"]["organisation"] == "Dissidentby"


async def test_a_conflict_is_shown_and_nothing_is_lost(web: Any):
    csrf = await signed_in(web)
    maryna = await cases.prisoner(biography={"en": "A nurse."})
    page = (await web.get(f"/staff/prisoners/{maryna}/edit/texts")).text
    await editing.change(maryna, {"biography": {"en": "A nurse from Homel."}}, None)
    mine = typed(page) | {"csrf": csrf, "biography.en": "A nurse and a gardener."}
    answer = await web.post(f"/staff/prisoners/{maryna}/edit/texts", data=mine)
    assert answer.status_code == 409
    assert "A nurse from Homel." in answer.text and "A nurse and a gardener." in answer.text
    assert (await queries.record(maryna)).biography == {"en": "A nurse from Homel."}
    again = await web.post(f"/staff/prisoners/{maryna}/edit/texts", data=typed(answer.text) | {"csrf": csrf})
    assert again.status_code == 303
    assert (await queries.record(maryna)).biography == {"en": "A nurse and a gardener."}


async def test_a_veto_that_comes_while_the_form_is_open_is_not_undone_by_it(web: Any):
    csrf = await signed_in(web)
    maryna = await cases.prisoner()
    page = (await web.get(f"/staff/prisoners/{maryna}/edit/consent")).text
    await editing.change(maryna, {"vetoed": True}, None)
    answer = await web.post(f"/staff/prisoners/{maryna}/edit/consent", data=typed(page) | {"csrf": csrf})
    assert answer.status_code == 409
    again = await web.post(f"/staff/prisoners/{maryna}/edit/consent", data=typed(answer.text) | {"csrf": csrf})
    assert again.status_code == 303
    assert (await queries.record(maryna)).vetoed_at is not None


async def test_a_release_says_before_and_after_which_mails_it_stops(web: Any):
    csrf = await signed_in(web)
    maryna, anna = await cases.prisoner(), await cases.prisoner("Anna Vishnevets")
    made = await mailings.mailing({"en": mailings.naming([maryna, anna])})
    await mailings.audience(made, mailings.people(3))
    assert "3 unsent mails name this person now" in (await web.get(f"/staff/prisoners/{maryna}/edit/state")).text
    answer = await sent(web, csrf, maryna, "state", state="released", released_on="2026-01-05")
    page = (await web.get(answer.headers["location"])).text
    assert "taken out of 3 mails that had not left" in page
    assert "taken out of 3 mails <span" in page


async def test_no_field_carries_a_script_to_the_page(web: Any):
    csrf = await signed_in(web)
    bad = SCRIPT[:25]
    maryna = await editing.create(
        dict.fromkeys(("name_be", "name_ru", "name_latin", "whereabouts", "veto_note"), SCRIPT)
        | {"other_names": [SCRIPT], "articles": [bad], "sentence": {"en": SCRIPT}, "biography": {"ru": SCRIPT}},
        None,
    )
    status = {"csrf": csrf, "version": 1, "organisation": SCRIPT, "designation": "active", "external_id": SCRIPT}
    assert (await web.post(f"/staff/prisoners/{maryna}/statuses", data=status)).status_code == 303
    event = {"csrf": csrf, "kind": "charged", "happened_on": "2021", "text.en": SCRIPT, "organisation": SCRIPT}
    assert (await web.post(f"/staff/prisoners/{maryna}/events/new", data=event)).status_code == 303
    paths = ["", *(f"/edit/{part}" for part in ("names", "case", "place", "texts", "state", "consent"))]
    for path in (*paths, "/events/1", "/photo", "/merge", "/statuses", f"/statuses?organisation={SCRIPT}"):
        page = await web.get(f"/staff/prisoners/{maryna}{path}")
        assert page.status_code == 200 and SCRIPT not in page.text and bad not in page.text
    for path in ("/staff/prisoners", "/staff/prisoners/pairs", f"/staff/prisoners?q={SCRIPT}"):
        assert bad not in (await web.get(path)).text


async def test_an_event_is_added_changed_and_removed_and_belongs_to_its_record(web: Any):
    csrf = await signed_in(web)
    maryna, anna = await cases.prisoner(), await cases.prisoner("Anna Vishnevets")
    data = {"csrf": csrf, "kind": "charged", "happened_on": "soon", "text.en": "Charged."}
    refused = await web.post(f"/staff/prisoners/{maryna}/events/new", data=data)
    assert refused.status_code == 422 and "Charged." in refused.text and 'href="#happened_on"' in refused.text
    await web.post(f"/staff/prisoners/{maryna}/events/new", data=data | {"happened_on": "2021-05"})
    event = await db.fetch_value("SELECT id FROM case_event")
    for path in (f"/staff/prisoners/{anna}/events/{event}", f"/staff/prisoners/{anna}/events/{event}/remove"):
        assert (await web.post(path, data=data | {"happened_on": "2022"})).status_code == 404
    assert (await web.get(f"/staff/prisoners/{anna}/events/{event}")).status_code == 404
    await web.post(f"/staff/prisoners/{maryna}/events/{event}", data=data | {"happened_on": "2022"})
    assert await db.fetch_value("SELECT happened_on FROM case_event") == "2022"
    await web.post(f"/staff/prisoners/{maryna}/events/{event}/remove", data={"csrf": csrf})
    assert await db.fetch_value("SELECT count(*) FROM case_event") == 0


async def test_a_status_says_beside_its_fields_what_does_not_fit(web: Any):
    csrf = await signed_in(web)
    maryna = await cases.prisoner()
    await cases.status(await cases.prisoner("Anna"), external_id="7")
    data = {"csrf": csrf, "version": "1", "organisation": "", "designation": "x", "link": "javascript:alert(1)"}
    refused = await web.post(f"/staff/prisoners/{maryna}/statuses", data=data | {"seen_on": "soon"})
    assert refused.status_code == 422
    for field in ("organisation", "designation", "link", "seen_on"):
        assert f'href="#{field}"' in refused.text
    good = {"csrf": csrf, "version": "1", "organisation": "Viasna", "designation": "active"}
    taken = await web.post(f"/staff/prisoners/{maryna}/statuses", data=good | {"external_id": "7"})
    assert taken.status_code == 422 and 'href="#external_id"' in taken.text
    assert (await web.post(f"/staff/prisoners/{maryna}/statuses", data=good)).status_code == 303
    old = await web.post(f"/staff/prisoners/{maryna}/statuses", data=good | {"designation": "former"})
    assert old.status_code == 409
    removed = {"csrf": csrf, "organisation": "Viasna"}
    assert (await web.post(f"/staff/prisoners/{maryna}/statuses/remove", data=removed)).status_code == 303
    assert (await web.get(f"/staff/prisoners/{maryna}/statuses?organisation=Viasna")).status_code == 404


async def test_a_photo_is_uploaded_shown_and_gone(web: Any):
    csrf = await signed_in(web)
    maryna = await cases.prisoner()
    picture = BytesIO()
    Image.new("RGB", (60, 80), "#d9384c").save(picture, "PNG")
    where = f"/staff/prisoners/{maryna}/photo?csrf={csrf}"
    data, files = {"csrf": csrf, "version": "1"}, {"picture": ("<b>.png", picture.getvalue())}
    refused = await web.post(where, data=data | {"photo_credit": SCRIPT}, files=files)
    assert refused.status_code == 422 and "&lt;script&gt;" in refused.text and 'href="#photo_rights"' in refused.text
    nothing = await web.post(where, data=data | {"photo_rights": "The family."})
    assert nothing.status_code == 422 and 'href="#picture"' in nothing.text
    broken = await web.post(where, data=data | {"photo_rights": "x"}, files={"picture": ("a.png", b"<svg/>")})
    assert broken.status_code == 422
    assert (await web.post(where, data=data | {"photo_rights": "The family."}, files=files)).status_code == 303
    url = f"/photos/{(await queries.record(maryna)).photo}"
    shown = await web.get(url)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["cache-control"] == "no-cache"
    again = await web.get(url, headers={"If-None-Match": shown.headers["etag"]})
    assert again.status_code == 304
    await editing.change(maryna, {"vetoed": True}, None)
    assert (await web.get(url)).status_code == 404
    assert (await web.get(url, headers={"If-None-Match": shown.headers["etag"]})).status_code == 404
    assert (await web.get(f"/staff/prisoners/{maryna}/photo/picture")).status_code == 200


async def test_two_records_are_made_one_or_told_apart(web: Any):
    csrf = await signed_in(web)
    maryna = await cases.prisoner()
    marina = await cases.prisoner("", name_be="", name_ru="Ковальчук Марина")
    other = await cases.prisoner("Maryna Kavalchyk", name_be="", name_ru="")
    assert "Ковальчук Марина" in (await web.get("/staff/prisoners/pairs")).text
    page = (await web.get(f"/staff/prisoners/{maryna}/merge?other={marina}")).text
    versions = {"version": "1", "other_version": "1"}
    assert "Ковальчук Марина" in page
    stale = {"csrf": csrf, "other": str(marina), "version": "1", "other_version": "9"}
    assert (await web.post(f"/staff/prisoners/{maryna}/merge", data=stale)).status_code == 409
    done = await web.post(f"/staff/prisoners/{maryna}/merge", data={"csrf": csrf, "other": str(marina)} | versions)
    assert done.headers["location"] == f"/staff/prisoners/{maryna}"
    assert (await web.get(f"/staff/prisoners/{marina}")).status_code == 404
    await web.post(f"/staff/prisoners/{maryna}/apart", data={"csrf": csrf, "other": str(other)})
    assert "No two look alike" in (await web.get("/staff/prisoners/pairs")).text
    for nobody in ("", "4711", str(maryna), "x"):
        data = {"csrf": csrf, "other": nobody} | versions
        assert (await web.post(f"/staff/prisoners/{maryna}/merge", data=data)).status_code == 409


async def test_who_may_only_look_changes_nothing(web: Any):
    csrf = await signed_in(web, "viewer")
    maryna = await cases.prisoner(veto_note="Her mother called.")
    page = (await web.get(f"/staff/prisoners/{maryna}")).text
    assert "Her mother called." not in page
    assert "Maryna Kavalchuk" in page and "/edit/" not in page
    for path in ("new", f"{maryna}/edit/names", f"{maryna}/photo", f"{maryna}/merge", f"{maryna}/events/new"):
        assert (await web.get(f"/staff/prisoners/{path}")).status_code == 403
        assert (await web.post(f"/staff/prisoners/{path}", data={"csrf": csrf})).status_code == 403
    for path in ("apart", "statuses", "statuses/remove", "photo/remove"):
        assert (await web.post(f"/staff/prisoners/{maryna}/{path}", data={"csrf": csrf})).status_code == 403
    assert (await queries.record(maryna)).version == 1


async def test_a_form_of_another_site_changes_nothing(web: Any):
    await signed_in(web)
    maryna = await cases.prisoner()
    data = {"state": "released", "version": "1"}
    for forged in ({}, {"csrf": "x" * 43}):
        answer = await web.post(f"/staff/prisoners/{maryna}/edit/state", data=data | forged)
        assert answer.status_code == 403
    assert (await queries.record(maryna)).state == "detained"


@pytest.mark.parametrize("path", ["4711", "4711/edit/names", "4711/photo", "4711/merge", "0", "99999999999999999999"])
async def test_nobody_is_nowhere(web: Any, path: str):
    await signed_in(web)
    assert (await web.get(f"/staff/prisoners/{path}")).status_code == 404


async def test_an_unknown_part_is_nowhere(web: Any):
    csrf = await signed_in(web)
    maryna = await cases.prisoner()
    assert (await web.get(f"/staff/prisoners/{maryna}/edit/secrets")).status_code == 404
    assert (await web.post(f"/staff/prisoners/{maryna}/edit/secrets", data={"csrf": csrf})).status_code == 404


async def test_huge_texts_are_refused_and_shown_again(web: Any):
    csrf = await signed_in(web)
    maryna = await cases.prisoner()
    answer = await sent(web, csrf, maryna, "texts", **{"biography.en": "я" * 4500})
    assert answer.status_code == 422
    assert "я" * 4500 in answer.text and "500 characters too long" in answer.text
