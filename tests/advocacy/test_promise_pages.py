"""The console's ledger, as editors use it without scripts."""

import re
from typing import Any

import pytest

from service.advocacy import answering, ledger, promise_queries
from service.kit import db
from tests.make import advocacy, cases
from tests.make.promises import MARYNAS, RIGHTS, picture, recorded, typed
from tests.make.staff import sign_in, staff

NEW, LIST = "/staff/promises/new", "/staff/promises"
WORDS = "She told me so on the telephone. <script>alert(1)</script>"


@pytest.fixture
async def edda(web: Any) -> str:
    """The csrf token of an editor who is signed in."""
    return await sign_in(web, await staff("Edda", "editor"))


async def rosa(name: str = "Rosa Beispiel") -> int:
    parliament = await db.fetch_value("SELECT id FROM parliament") or await advocacy.parliament()
    return await advocacy.representative(parliament, name=name)


async def told() -> tuple[int, int]:
    """What Anna was promised by Rosa for Maryna: the entry, and Maryna."""
    maryna = await cases.prisoner()
    letter = await advocacy.letter(await advocacy.action(), await rosa(), "sent", prisoners=[maryna])
    await answering.answer(await answering.asked(letter, "en"), "answered", ["sponsors"], words=WORDS)
    return await db.fetch_value("SELECT id FROM promise"), maryna


async def test_edda_looks_for_both_chooses_them_and_writes_it_down(web: Any, edda: str):
    member, maryna = await rosa(), await cases.prisoner()
    form = {"csrf": edda, "kind": "sponsors", "who": "beispiel", "whom": "kavalchuk", "since": "2026-05-01"}
    page = (await web.post(NEW, data=form | {"look": "representative"})).text
    assert f'name="representative" value="{member}" checked' in page and f'name="prisoner" value="{maryna}"' in page
    answer = await web.post(NEW, data=form | {"representative": member, "prisoner": maryna, "source": "Her office"})
    assert answer.status_code == 303
    assert [deed.kind for deed in (await ledger.deeds([member], "en"))[member]] == ["sponsors"]
    assert "Her office" in (await web.get(answer.headers["location"])).text


async def test_what_is_missing_is_said_and_nothing_typed_is_lost(web: Any, edda: str):
    answer = await web.post(NEW, data={"csrf": edda} | typed(await rosa(), since="soon"))
    assert answer.status_code == 422
    assert 'href="#since"' in answer.text and MARYNAS in answer.text and 'value="soon"' in answer.text


async def test_a_page_that_knows_whom_it_is_about_begins_with_them(web: Any, edda: str):
    member, maryna = await rosa(), await cases.prisoner()
    page = (await web.get(f"{NEW}?representative={member}&prisoner={maryna}")).text
    assert f'value="{member}" checked' in page and f'value="{maryna}" checked' in page


async def test_what_anna_told_is_shown_to_edda_and_confirmed_by_saving(web: Any, edda: str):
    entry, maryna = await told()
    assert "Told by one supporter" in (page := (await web.get(f"{LIST}/{entry}")).text)
    assert "on the telephone. &lt;script&gt;" in page
    member = (await promise_queries.entry(entry)).representative
    form = {"csrf": edda, "version": "1"} | typed(member, maryna)
    assert (await web.post(f"{LIST}/{entry}", data=form)).headers["location"] == f"{LIST}?show=told"
    assert await ledger.sponsors() == [member]
    assert "on the telephone" not in (await web.get(f"{LIST}/{entry}")).text


async def test_what_anna_told_is_rejected_and_forgotten(web: Any, edda: str):
    entry, _maryna = await told()
    await web.post(f"{LIST}/{entry}/reject", data={"csrf": edda, "version": "1"})
    assert await db.fetch_value("SELECT told FROM promise") is None
    assert "Nothing waits" in (await web.get(f"{LIST}?show=told")).text
    assert "Rosa Beispiel" in (await web.get(f"{LIST}?show=rejected")).text


async def test_who_comes_second_is_told_and_keeps_what_was_typed(web: Any, edda: str):
    member, maryna = await rosa(), await cases.prisoner()
    entry = await recorded(member, maryna)
    form = {"csrf": edda, "version": str(entry.version)}
    for source, status in (("First", 303), ("Second", 409)):
        answer = await web.post(f"{LIST}/{entry.id}", data=form | typed(member, maryna, source=source))
        assert answer.status_code == status
    assert "Somebody else has changed this entry" in answer.text and 'value="Second"' in answer.text
    assert (await promise_queries.entry(entry.id)).source == "First"


async def test_a_sponsorship_is_handed_over_to_whom_edda_looked_for(web: Any, edda: str):
    entry, sven = await recorded(await rosa(), await cases.prisoner()), await rosa("Sven Muster")
    there, form = f"{LIST}/{entry.id}/hand-over", {"csrf": edda, "version": str(entry.version), "on": "2026-11-20"}
    assert (
        f'name="successor" value="{sven}" checked'
        in (await web.post(there, data=form | {"next": "muster", "look": "successor"})).text
    )
    refused = await web.post(there, data=form)
    assert refused.status_code == 422 and 'href="#successor"' in refused.text
    made = (await web.post(there, data=form | {"successor": str(sven)})).headers["location"]
    assert "Sven Muster" in (await web.get(made)).text
    assert "taken it over" in (await web.get(f"{LIST}/{entry.id}")).text


async def test_what_is_due_stands_on_the_overview_until_it_is_done(web: Any, edda: str):
    entry = await recorded(await rosa(), await cases.prisoner(), follow_up_on="2026-05-02")
    assert "One promise</a>" not in (await web.get("/staff")).text
    assert "/staff/promises?show=due" in (await web.get("/staff")).text
    form = {"csrf": edda, "version": str(entry.version), "again": ""}
    wrong = await web.post(f"{LIST}/{entry.id}/follow-up", data=form | {"again": "soon"})
    assert wrong.status_code == 422 and 'href="#again"' in wrong.text
    await web.post(f"{LIST}/{entry.id}/follow-up", data=form)
    assert "/staff/promises?show=due" not in (await web.get("/staff")).text


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("moderator", 403), ("editor", 200)])
async def test_who_may_not_edit_sees_the_ledger_and_not_what_anna_wrote(web: Any, role: str, status: int):
    entry, _maryna = await told()
    await sign_in(web, await staff("Somebody", role))
    assert (await web.get(f"{LIST}/{entry}")).status_code == status
    assert (await web.get(NEW)).status_code == status
    for show in ("ledger", "told", "due", "rejected"):
        assert (page := await web.get(f"{LIST}?show={show}")).status_code == 200 and "telephone" not in page.text


async def test_forms_without_the_token_of_the_session_change_nothing(web: Any, edda: str):
    entry = await recorded(await rosa(), await cases.prisoner())
    for there in ("reject", "follow-up", "hand-over", "photo", "photo/remove"):
        answer = await web.post(f"{LIST}/{entry.id}/{there}", data={"version": str(entry.version)})
        assert answer.status_code == 403
    assert (await promise_queries.entry(entry.id)).version == entry.version


async def test_a_photo_is_shown_with_its_entry_and_not_a_moment_longer(web: Any, edda: str):
    entry = await recorded(await rosa(), await cases.prisoner())
    there = f"{LIST}/{entry.id}/photo"
    form = {"csrf": edda, "version": str(entry.version), "photo_rights": RIGHTS}
    sent = await web.post(f"{there}?csrf={edda}", data=form, files={"picture": ("rosa.jpg", picture())})
    assert sent.status_code == 303
    [path] = re.findall(r'src="(/sponsors/[^"]+)"', (await web.get("/en/sponsors")).text)
    shown = await web.get(path)
    assert shown.headers["content-type"] == "image/jpeg" and b"SecretMaker" not in shown.content
    assert (await web.get(f"{there}/picture")).status_code == 200 and RIGHTS in (await web.get(there)).text
    version = str((await promise_queries.entry(entry.id)).version)
    await web.post(f"{LIST}/{entry.id}/reject", data={"csrf": edda, "version": version})
    assert (await web.get(path)).status_code == 404


async def test_a_photo_needs_rights_a_picture_and_a_confirmed_entry(web: Any, edda: str):
    entry, _maryna = await told()
    there, form = f"{LIST}/{entry}/photo?csrf={edda}", {"csrf": edda, "version": "1"}
    files = {"picture": ("rosa.jpg", picture())}
    assert 'href="#photo_rights"' in (await web.post(there, data=form, files=files)).text
    early = await web.post(there, data=form | {"photo_rights": RIGHTS}, files=files)
    assert early.status_code == 409 and "confirm the entry first" in early.text
    none = await web.post(there, data=form | {"photo_rights": RIGHTS})
    assert none.status_code == 422 and 'href="#picture"' in none.text
    broken = {"picture": ("rosa.jpg", b"not a picture")}
    assert (await web.post(there, data=form | {"photo_rights": RIGHTS}, files=broken)).status_code == 422


async def test_a_deleted_photo_answers_nothing(web: Any, edda: str):
    entry = await recorded(await rosa(), await cases.prisoner())
    there = f"{LIST}/{entry.id}/photo"
    form = {"csrf": edda, "version": str(entry.version), "photo_rights": RIGHTS}
    await web.post(f"{there}?csrf={edda}", data=form, files={"picture": ("rosa.jpg", picture())})
    key = (await promise_queries.entry(entry.id)).photo
    await web.post(f"{there}/remove", data={"csrf": edda, "version": str(entry.version + 1)})
    assert (await web.get(f"/sponsors/{key}")).status_code == 404
    assert (await web.get(f"{there}/picture")).status_code == 404
