"""The console's pages of held letters, as moderators use them without scripts."""

import re
from datetime import timedelta

import pytest

from service.advocacy import deciding, insults, likeness
from service.advocacy.tables import AdvocacyState as State
from service.kit import clock, db
from tests.make import advocacy
from tests.make.advocacy_texts import CLARAS, copies
from tests.make.staff import sign_in, staff

QUEUE = "/staff/actions/held"


@pytest.fixture
async def vera(web):
    """The csrf token of a moderator who is signed in."""
    return await sign_in(web, await staff("Vera", "moderator"))


@pytest.fixture
async def rosa(database):
    bern = await advocacy.area()
    return await advocacy.representative(await advocacy.parliament(), bern)


async def held(rosa, name="Anna", minutes=0, action=None, **columns):
    return await advocacy.letter(
        action or await advocacy.action(),
        rosa,
        State.HELD,
        f"{name.lower()}@example.org",
        confirmed_at=clock.now() - timedelta(minutes=minutes),
        **({"held_for": ["It has a link."], "body": f"I, {name}, ask you."} | columns),
    )


async def state(letter):
    return await db.fetch_value("SELECT state FROM advocacy_letter WHERE id = $1", letter)


async def said(web, answer):
    """The sentences on the page to which a form led."""
    page = (await web.get(answer.headers["location"])).text
    return " ".join(re.findall(r'class="notice [^"]*" role="\w+">\s*<p>(.*?)</p>', page, re.DOTALL))


async def test_the_letter_that_waits_longest_is_shown_whole_and_its_address_is_not(web, vera, rosa):
    await held(rosa, "Boris", 1)
    await held(rosa, "Anna", 9, body="Dear Rosa,\n\nsee <b>evil.example.com</b>")
    page = (await web.get(QUEUE)).text
    assert "see &lt;b&gt;evil.example.com&lt;/b&gt;" in page and "It has a link." in page
    assert "<q>evil.example.com</q>" in page
    assert "Rosa Beispiel" in page and "anna@example.org" not in page


async def test_vera_releases_one_and_is_shown_the_next(web, vera, rosa):
    anna, boris = await held(rosa, "Anna", 9), await held(rosa, "Boris", 1)
    answer = await web.post(f"{QUEUE}/decide", data={"csrf": vera, "letter": anna, "do": "release"})
    assert answer.headers["location"] == f"{QUEUE}/{boris}"
    assert await state(anna) == State.READY
    assert "One letter leaves when its turn comes." in await said(web, answer)


async def test_vera_sends_one_back_and_takes_it_back(web, vera, rosa):
    anna = await held(rosa)
    answer = await web.post(f"{QUEUE}/decide", data={"csrf": vera, "letter": anna, "do": "return:links"})
    assert "One letter goes back to its writer." in await said(web, answer)
    page = (await web.get(f"{QUEUE}/{anna}")).text
    assert "Goes back" in page and "Links or advertising" in page and 'value="release"' not in page
    undone = await web.post(f"{QUEUE}/undo", data={"csrf": vera})
    assert undone.headers["location"] == f"{QUEUE}/{anna}"
    assert 'value="release"' in (await web.get(f"{QUEUE}/{anna}")).text


async def test_many_are_decided_at_once(web, vera, rosa):
    action = await advocacy.action()
    letters = [await held(rosa, name, action=action) for name in ("Anna", "Boris", "Clara")]
    data = {"csrf": vera, "letter": letters[:2], "do": "return", "why": "copy", "list": "yes", "action": action}
    answer = await web.post(f"{QUEUE}/decide", data=data)
    assert answer.headers["location"] == f"{QUEUE}/list?action={action}"
    assert "2 letters go back to their writers." in await said(web, answer)
    page = (await web.get(f"{QUEUE}/list?action={action}")).text
    assert "I, Clara, ask you." in page and "I, Anna, ask you." not in page


@pytest.mark.parametrize(
    ("data", "told"),
    [({"do": "release"}, "Please tick at least one letter first."), ({"do": "return"}, "Please choose a reason")],
)
async def test_who_forgets_something_is_told(web, vera, rosa, data, told):
    letter = await held(rosa)
    chosen = {"letter": letter} if data["do"] == "return" else {"letter": "nothing"}
    answer = await web.post(f"{QUEUE}/decide", data={"csrf": vera, "list": "yes", **data, **chosen})
    assert told in await said(web, answer)
    assert await state(letter) == State.HELD


async def test_what_somebody_else_decided_is_said(web, vera, rosa):
    letter = await held(rosa)
    await deciding.release([letter], (await staff("Olga")).id)
    answer = await web.post(f"{QUEUE}/decide", data={"csrf": vera, "letter": letter, "do": "return:hurts"})
    assert "decided by somebody else meanwhile" in await said(web, answer)


async def test_a_letter_that_was_never_held_is_nobodys_to_read(web, vera, rosa):
    letter = await advocacy.letter(await advocacy.action(), rosa, State.SENT)
    assert (await web.get(f"{QUEUE}/{letter}")).status_code == 404
    assert (await web.get(f"{QUEUE}/9999")).status_code == 404


async def test_a_letter_whose_key_is_gone_can_still_be_sent_back(web, vera, rosa):
    letter = await held(rosa)
    await db.execute("UPDATE advocacy_letter SET body = $1, subject = NULL", b"\x63" + b"x" * 40)
    page = (await web.get(QUEUE)).text
    assert "This letter cannot be read" in page and f'value="{letter}"' in page


async def test_what_was_sent_back_shows_no_text_any_more(web, vera, rosa):
    letter = await held(rosa)
    await web.post(f"{QUEUE}/decide", data={"csrf": vera, "letter": letter, "do": "return:hurts"})
    with clock.at(clock.now() + deciding.UNTOLD):
        await deciding.return_due()
        page = (await web.get(f"{QUEUE}/{letter}")).text
    assert "The text is not kept any more" in page and "Sent back" in page and "I, Anna, ask you." not in page


@pytest.mark.parametrize("role", ["viewer"])
async def test_letters_are_read_by_moderators_only(web, rosa, role):
    csrf = await sign_in(web, await staff("Nora", role))
    letter = await held(rosa)
    for path in ("", "/list", "/words", f"/{letter}"):
        assert (await web.get(QUEUE + path)).status_code == 403
    for path in ("decide", "undo", "words", "words/1/remove"):
        assert (
            await web.post(f"{QUEUE}/{path}", data={"csrf": csrf, "letter": letter, "do": "release"})
        ).status_code == 403
    assert await state(letter) == State.HELD


@pytest.mark.parametrize("path", ["", "/list", "/list?action=5", "/list?page=9", "/words"])
async def test_empty_pages_say_what_comes_here(web, vera, path):
    assert 'class="empty"' in (await web.get(QUEUE + path)).text


@pytest.mark.parametrize("path", ["/list?page=0", "/list?page=100000"])
async def test_there_is_no_such_page(web, vera, path):
    assert (await web.get(QUEUE + path)).status_code == 404


async def test_words_are_added_kept_when_wrong_and_removed(web, vera):
    answer = await web.post(f"{QUEUE}/words", data={"csrf": vera, "words": "x"})
    assert answer.status_code == 422 and "so short" in answer.text and ">\nx</textarea>" in answer.text
    answer = await web.post(f"{QUEUE}/words", data={"csrf": vera, "words": "Scoundrel\nyou will regret it"})
    assert "these 2 words" in await said(web, answer)
    answer = await web.post(f"{QUEUE}/words", data={"csrf": vera, "words": "scoundrel"})
    assert "on the list already" in await said(web, answer)
    first = (await insults.listing())[0]
    await web.post(f"{QUEUE}/words/{first.id}/remove", data={"csrf": vera})
    assert first.words not in (await web.get(f"{QUEUE}/words")).text


async def test_the_overview_tells_moderators_that_letters_wait(web, vera, rosa):
    await held(rosa)
    assert "One letter to a member is" in (await web.get("/staff")).text


async def test_an_action_from_which_letters_are_held_can_be_frozen_here(web, vera, rosa):
    letter = await held(rosa)
    action = await db.fetch_value("SELECT action FROM advocacy_letter WHERE id = $1", letter)
    for path in (QUEUE, f"{QUEUE}/list"):
        assert f'action="/staff/actions/{action}/freeze"' in (await web.get(path)).text
    await web.post(f"/staff/actions/{action}/freeze", data={"csrf": vera})
    assert "Frozen" in (await web.get(QUEUE)).text


async def test_copies_are_decided_together(web, vera, rosa):
    action = await advocacy.action()
    first, *others = await copies(action, rosa, 4, state=State.HELD)
    await held(rosa, "Clara", likeness=await likeness.signed(action, CLARAS))
    page = (await web.get(f"{QUEUE}/{first}")).text
    assert "3 others here say nearly the same" in page and f'href="/staff/actions/held/list?like={first}"' in page
    page = (await web.get(f"{QUEUE}/list?like={first}")).text
    assert [int(id) for id in re.findall(r'name="letter" value="(\d+)"', page)] == [first, *others]
    data = {"csrf": vera, "letter": [first, *others], "do": "release", "list": "yes", "like": first}
    answer = await web.post(f"{QUEUE}/decide", data=data)
    assert answer.headers["location"] == f"{QUEUE}/list?like={first}"
    assert "Nothing is held here" in (await web.get(answer.headers["location"])).text


@pytest.mark.parametrize("asked", ["action=-1", f"action={1 << 31}", f"like={10**12}", f"like={10**30}"])
async def test_no_number_that_no_letter_has_brings_the_list_down(web, vera, rosa, asked):
    assert (await web.get(f"{QUEUE}/list?{asked}")).status_code == 404
