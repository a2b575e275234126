"""The console's pages of actions, as editors use them without scripts."""

import re

import pytest

from service.advocacy import counting, queries
from service.kit import clock, db, sealing
from tests.make import advocacy, cases
from tests.make.staff import sign_in, staff

LIST = "/staff/actions"
TEXTS = {
    "title": "Stand by Maria",
    "lead": "Maria is in prison.",
    "ask": "Please sponsor Maria.",
    "subject": "Maria",
    "prompts": "Why does it move you?\nWhat do you ask?",
    "example": "I read of her.",
    "call": "Say your name.",
    "share": "I wrote.",
    "thanks": "Thank you.",
}


@pytest.fixture
async def edna(web):
    """The csrf token of an editor who is signed in."""
    return await sign_in(web, await staff("Edna", "editor"))


@pytest.fixture
async def rosa():
    bern = await advocacy.area()
    await advocacy.place(bern)
    return await advocacy.representative(await advocacy.parliament(), bern)


async def post(web, csrf, path, **data):
    return await web.post(path, data={"csrf": csrf, **data})


async def version(action):
    return (await queries.by_id(action, "en")).version


async def shown(web, answer):
    return (await web.get(answer.headers["location"].split("#")[0])).text


async def test_edna_prepares_an_action_and_opens_it(web, edna, rosa):
    maria = await cases.prisoner("Maria Example")
    assert "No action yet" in (await web.get(LIST)).text
    begun = await post(web, edna, f"{LIST}/new", name="For Maria")
    here = begun.headers["location"].removesuffix("/about")
    action = int(here.rsplit("/", 1)[1])
    page = (await web.get(here)).text
    assert "Nobody is asked yet" in page and re.search(r"Open now</button>", page) and "disabled" in page

    frame = {"name": "For Maria", "per_hour": "4", "from_hour": "9", "until_hour": "17", "goal": "50", "last_day": ""}
    found = await post(web, edna, f"{here}/about", **frame, do="find", who="maria", version="1")
    assert f'name="prisoners" value="{maria}"' in found.text and 'value="50"' in found.text
    await post(web, edna, f"{here}/about", **frame, do="save", prisoners=str(maria), version="1")

    found = await post(web, edna, f"{here}/targets", do="find", who="beispiel", version="2")
    assert f'name="people" value="{rosa}"' in found.text
    looked = await post(web, edna, f"{here}/targets", do="look", people=str(rosa), version="2")
    assert "1 member, whom everybody may write to" in looked.text
    assert (await queries.by_id(action, "en")).targets.people == []
    await post(web, edna, f"{here}/targets", do="save", people=str(rosa), version="2")

    points = {"point.0.party": "Example Party", "point.0.text": "It costs an hour a month."}
    saved = await post(web, edna, f"{here}/texts/en", **TEXTS, **points, version="1")
    assert "It costs an hour a month." in await shown(web, saved)

    unread = await post(web, edna, f"{here}/open", when="now", version=str(await version(action)))
    assert unread.status_code == 422 and "Read the notes" in unread.text
    opened = await post(web, edna, f"{here}/open", when="now", understood="yes", version=str(await version(action)))
    page = await shown(web, opened)
    assert "It is open" in page and "Freeze" in page and "Maria Example" in page
    assert (await queries.by_id(action, "en")).is_open
    assert "For Maria" in (await web.get(LIST)).text


async def test_it_can_wait_for_a_day(web, edna, rosa):
    action = await advocacy.action("draft", targets={"people": [rosa]})
    here = f"{LIST}/{action}"
    refused = await post(web, edna, f"{here}/open", when="later", opens_on="soon", understood="yes", version="1")
    assert refused.status_code == 422 and 'value="soon"' in refused.text and "like 2026-12-01" in refused.text
    day = clock.now().date().replace(year=clock.now().year + 1, day=1).isoformat()
    await post(web, edna, f"{here}/open", when="later", opens_on=day, understood="yes", version="1")
    assert "Opens by itself" in (await web.get(here)).text
    await post(web, edna, f"{here}/unplan")
    assert (await queries.by_id(action, "en")).opens_at is None


async def test_what_was_typed_is_kept_when_something_is_wrong(web, edna):
    here = f"{LIST}/{await advocacy.action('draft')}"
    name = await post(web, edna, f"{LIST}/new", name="x" * 130)
    assert name.status_code == 422 and "x" * 130 in name.text
    frame = {"name": "Renamed", "goal": "many", "last_day": "2020-01-01", "per_hour": "4"}
    about = await post(web, edna, f"{here}/about", **frame, from_hour="8", until_hour="7", version="1")
    assert about.status_code == 422
    for part in ('value="Renamed"', 'value="many"', 'value="2020-01-01"', "has passed already", "The hours must end"):
        assert part in about.text
    texts = await post(web, edna, f"{here}/texts/en", **(TEXTS | {"title": "y" * 130}), version="1")
    assert texts.status_code == 422 and "y" * 130 in texts.text and "Say your name." in texts.text
    targets = await post(web, edna, f"{here}/targets", do="save", version="1")
    assert targets.status_code == 422


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("about", {"name": "Mine", "goal": "7", "per_hour": "4", "from_hour": "8", "until_hour": "9"}),
        ("texts/en", {**TEXTS, "title": "Mine"}),
    ],
)
async def test_who_was_overtaken_is_told_keeps_theirs_and_may_save_it(web, edna, part, data):
    action = await advocacy.action("draft")
    await db.execute("UPDATE action SET version = 5")
    await db.execute("UPDATE action_edition SET version = 5")
    here = f"{LIST}/{action}/{part}"
    told = await post(web, edna, here, **data, version="1")
    assert told.status_code == 409 and "Somebody else has changed this" in told.text and "Mine" in told.text
    newest = re.search(r'name="version" value="(\d+)"', told.text)
    assert newest and newest[1] == "5"
    assert (await post(web, edna, here, **data, version="5")).status_code == 303


@pytest.mark.parametrize("part", ["about", "targets"])
async def test_who_types_a_name_and_presses_enter_sees_whom_they_look_for_before_anything_is_saved(
    web, edna, rosa, part
):
    await cases.prisoner("Beispiel Maria")
    action = await advocacy.action("draft")
    here = f"{LIST}/{action}/{part}"
    frame = {"name": "Mine", "per_hour": "4", "from_hour": "8", "until_hour": "9", "version": "1", "do": "save"}
    found = await post(web, edna, here, **frame, who="beispiel")
    assert found.status_code == 200 and re.search(r"<label[^>]*>(Rosa Beispiel|Beispiel Maria)", found.text)
    assert 'name="sought" value="beispiel"' in found.text and await version(action) == 1
    saved = await post(web, edna, here, **frame, who="beispiel", sought="beispiel", people=str(rosa))
    assert saved.status_code == 303 and await version(action) == 2


async def test_after_an_election_editors_are_asked_to_choose_again(web, edna, rosa):
    action = await advocacy.action(targets={"people": [rosa]}, choose_again=True)
    assert "Choose targets again" in (await web.get(LIST)).text
    assert "There was an election" in (await web.get(f"{LIST}/{action}")).text
    assert "There was an election" in (await web.get(f"{LIST}/{action}/targets")).text
    await post(web, edna, f"{LIST}/{action}/keep-targets")
    assert "There was an election" not in (await web.get(f"{LIST}/{action}")).text


async def test_a_try_out_shows_where_everything_goes_and_how_to_get_there(web, edna):
    action = await advocacy.action("draft")
    here = f"{LIST}/{action}"
    assert "edna@example.org" in (await web.get(here)).text
    refused = await post(web, edna, f"{here}/try", address="nobody")
    assert refused.status_code == 422 and 'value="nobody"' in refused.text
    page = await shown(web, await post(web, edna, f"{here}/try", address="olga@example.org"))
    assert "olga@example.org" in page and (await queries.by_id(action, "en")).key in page
    assert "Begin the try-out" in await shown(web, await post(web, edna, f"{here}/try/end"))


async def test_languages_are_added_and_removed(web, edna):
    action = await advocacy.action("draft")
    here = f"{LIST}/{action}"
    added = await post(web, edna, f"{here}/editions", language="de", copy_of="en")
    assert added.headers["location"] == f"{here}/texts/de"
    assert (await web.get(f"{here}/texts")).headers["location"] == f"{here}/texts/en"
    await post(web, edna, f"{here}/editions/de/remove")
    assert list(await queries.editions(action)) == ["en"]
    assert (await post(web, edna, f"{here}/editions/en/remove")).status_code == 409
    assert (await post(web, edna, f"{here}/editions", language="xx")).status_code == 404


async def test_it_is_frozen_goes_on_closes_and_opens_again(web, edna):
    action = await advocacy.action()
    here = f"{LIST}/{action}"
    for path, says in (
        ("freeze", "It is frozen"),
        ("thaw", "It goes on"),
        ("close", "It is closed"),
        ("reopen", "It is open again"),
    ):
        assert says in await shown(web, await post(web, edna, f"{here}/{path}"))
    assert (await post(web, edna, f"{here}/thaw")).status_code == 409


async def test_a_draft_is_deleted(web, edna):
    action = await advocacy.action("draft")
    gone = await post(web, edna, f"{LIST}/{action}/delete")
    assert gone.headers["location"] == LIST
    assert (await web.get(f"{LIST}/{action}")).status_code == 404


async def test_staff_decide_about_letters_of_which_nobody_knows_whether_they_arrived(web, edna, rosa):
    action = await advocacy.action()
    for name in ("anna", "bert"):
        await advocacy.letter(action, rosa, "unknown", f"{name}@example.org", left_at=clock.now())
    page = (await web.get(f"{LIST}/{action}")).text
    assert "Of 2 letters nobody knows" in page
    await post(web, edna, f"{LIST}/{action}/unknown", do="again")
    assert "nobody knows" not in (await web.get(f"{LIST}/{action}")).text
    assert (await counting.of([action]))[action].waiting == 2


async def test_a_script_in_any_field_stays_words(web, edna, rosa):
    script = "<script>alert(1)</script>"
    await db.execute("UPDATE representative SET name = $1, party = $1", script)
    texts = dict.fromkeys(("title", "lead", "ask", "subject", "example", "call", "share", "thanks"), script)
    action = await advocacy.action("draft", languages=(), name=script, targets={"people": [rosa]}, trouble=script)
    await advocacy.edition(action, prompts=[script], points=[{"text": script, "party": script}], **texts)
    for path in ("", f"/{action}", f"/{action}/about", f"/{action}/targets?who={script}", f"/{action}/texts/en"):
        page = (await web.get(LIST + path)).text
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page, path


@pytest.mark.parametrize("path", ["/4711", "/4711/about", "/4711/targets", "/4711/texts/en", "/1/texts/xx"])
async def test_there_is_nothing_at_other_addresses(web, edna, path):
    assert (await web.get(LIST + path)).status_code == 404


@pytest.mark.parametrize("part", ["about", "targets", "texts/en"])
async def test_what_is_over_is_not_written_any_more(web, edna, part):
    action = await advocacy.action("closed")
    assert (await web.get(f"{LIST}/{action}/{part}")).status_code == 409
    assert (await post(web, edna, f"{LIST}/{action}/{part}", version="1")).status_code == 409


EDITORS = [
    "new",
    *(f"{{}}/{path}" for path in ("open", "unplan", "close", "reopen", "try", "try/end", "keep-targets", "delete")),
    *(f"{{}}/{path}" for path in ("editions", "editions/en/remove", "about", "targets", "texts/en")),
]
MODERATORS = ["{}/freeze", "{}/thaw", "{}/unknown"]


@pytest.mark.parametrize("path", [*EDITORS, *MODERATORS])
async def test_whoever_only_looks_changes_nothing_and_no_form_works_without_its_token(web, path):
    action = await advocacy.action("draft", test_address=sealing.seal_address("olga@example.org"))
    csrf = await sign_in(web, await staff("Vic", "viewer"))
    assert "olga@example.org" not in (await web.get(f"{LIST}/{action}")).text
    address = f"{LIST}/{path.format(action)}"
    assert (await post(web, csrf, address)).status_code == 403
    await sign_in(web, await staff("Edna", "editor"))
    assert (await web.post(address)).status_code == 403


@pytest.mark.parametrize("path", EDITORS)
async def test_a_moderator_freezes_and_does_not_edit(web, path):
    csrf = await sign_in(web, await staff("Vera", "moderator"))
    action = await advocacy.action()
    assert (await post(web, csrf, f"{LIST}/{path.format(action)}")).status_code == 403
    assert (await post(web, csrf, f"{LIST}/{action}/freeze")).status_code == 303
