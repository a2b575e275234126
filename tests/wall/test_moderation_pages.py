"""The console's pages of the wall, as moderators use them without scripts."""

import re
from datetime import timedelta

import pytest

from service.kit import clock, db
from service.wall import moderating, moderation_queries, reports, rules, showing
from tests.make import wall
from tests.make.staff import sign_in, staff

QUEUE = "/staff/wall"
LIST = "/staff/wall/list"


@pytest.fixture
async def vera(web):
    """The csrf token of a moderator who is signed in."""
    return await sign_in(web, await staff("Vera", "moderator"))


async def decide(web, csrf, do, *posts, **more):
    """With the versions as they are now."""
    seen = [f"{id}:{version}" for post in posts for id, version in (await wall.version(post)).items()]
    return await web.post("/staff/wall/decide", data={"csrf": csrf, "do": do, "post": seen, **more})


async def said(web, answer):
    """The sentence on the page to which a form led."""
    page = (await web.get(answer.headers["location"])).text
    return " ".join(re.findall(r'class="notice [^"]*" role="\w+">\s*<p>(.*?)</p>', page, re.DOTALL))


async def test_reported_posts_come_first_and_noticed_ones_last(web, vera):
    for name, minutes, columns in (
        ("Spam", 9, {"sentence": "Watches at www.example.com"}),
        ("Early", 8, {}),
        ("Late", 5, {"sentence": "I think of you."}),
        ("Hidden", 1, {"state": "reported"}),
    ):
        post = await wall.post(
            name, **{"state": "waiting", "confirmed_at": clock.now() - timedelta(minutes=minutes), **columns}
        )
        await rules.look([post])
    order = [each.face.name for each in await moderation_queries.listed("queue")]
    assert order == ["Hidden", "Early", "Late", "Spam"]
    walked, post = [], await moderation_queries.first()
    while post:
        walked.append((await moderation_queries.one(post)).face.name)
        post = await moderation_queries.after(post)
    assert walked == order


async def test_vera_approves_one_and_is_shown_the_next(web, vera):
    anna, boris, clara = [await wall.post(name, "waiting") for name in ("Anna", "Boris", "Clara")]
    page = (await web.get(QUEUE)).text
    assert f'value="{anna}:1"' in page and f'href="/staff/wall/posts/{boris}" data-key="n"' in page
    answer = await decide(web, vera, "approve", anna)
    assert answer.headers["location"] == f"/staff/wall/posts/{boris}"
    assert await wall.state(anna) == "published"
    answer = await decide(web, vera, "reject:unclear", clara)
    assert answer.headers["location"] == "/staff/wall"
    row = await db.fetch_one("SELECT state, reason FROM wall_post WHERE id = $1", clara)
    assert tuple(row) == ("rejected", "unclear")


async def test_the_last_decision_stands_on_the_next_page_with_its_undo(web, vera):
    anna = await wall.post("Anna", "waiting")
    await decide(web, vera, "approve", anna)
    page = (await web.get(QUEUE)).text
    assert "Anna’s post is on the wall" in page and 'data-key="u"' in page
    answer = await web.post("/staff/wall/undo", data={"csrf": vera})
    assert answer.headers["location"] == f"/staff/wall/posts/{anna}"
    assert await wall.state(anna) == "waiting"
    answer = await web.post("/staff/wall/undo", data={"csrf": vera})
    assert "no decision of yours" in await said(web, answer)


async def test_what_was_changed_meanwhile_is_said_and_left_alone(web, vera):
    anna = await wall.post("Anna", "waiting")
    answer = await web.post("/staff/wall/decide", data={"csrf": vera, "do": "approve", "post": f"{anna}:7"})
    assert "changed or decided by somebody else" in await said(web, answer)
    assert await wall.state(anna) == "waiting"


async def test_the_page_says_what_helps_to_decide(web, vera):
    anna = await wall.post("Anna", "waiting", sentence="Ich stehe dir bei.", language="de", noticed=["A link in it."])
    await wall.post("Double", address="other@example.org")
    await wall.post("Sister", address="anna@example.org")
    await wall.post("Far", address="far@example.org")
    await db.execute(
        "UPDATE wall_photo o SET likeness = CASE w.name WHEN 'Far' THEN -1 WHEN 'Double' THEN 7 ELSE 0 END"
        " FROM wall_post w WHERE w.photo = o.id AND w.name <> 'Sister'"
    )
    page = (await web.get(f"/staff/wall/posts/{anna}")).text
    assert '<q lang="de">Ich stehe dir bei.</q>' in page and "Deutsch" in page and "A link in it." in page
    alike, same = page.split('id="similar"')[1].split('id="earlier"')
    assert "Double" in alike and "Far" not in alike and "much alike" in alike
    assert "Sister" in same and "Double" not in same


async def test_many_are_decided_at_once(web, vera):
    posts = [await wall.post(name, "waiting") for name in ("Anna", "Boris", "Clara")]
    answer = await decide(web, vera, "reject", *posts[:2], reason="advert", show="queue", page="1")
    assert answer.headers["location"] == "/staff/wall/list?show=queue"
    assert "2 posts are rejected" in (await web.get(answer.headers["location"])).text
    assert [await wall.state(post) for post in posts] == ["rejected", "rejected", "waiting"]
    await web.post("/staff/wall/undo", data={"csrf": vera, "show": "queue"})
    assert {await wall.state(post) for post in posts} == {"waiting"}


@pytest.mark.parametrize(
    ("do", "ticked", "sentence"),
    [
        ("approve", 0, "Please tick at least one"),
        ("reject", 1, "Please choose a reason"),
        ("reject:no", 1, "a reason"),
    ],
)
async def test_a_decision_without_a_post_or_a_reason_is_asked_for_again(web, vera, do, ticked, sentence):
    post = await wall.post(state="waiting")
    answer = await decide(web, vera, do, *[post][:ticked], show="queue")
    assert sentence in await said(web, answer)
    assert await wall.state(post) == "waiting"


async def test_the_ticks_are_kept_when_vera_forgot_the_reason(web, vera):
    bad, _good = [await wall.post(name, "waiting") for name in ("Bad", "Good")]
    answer = await decide(web, vera, "reject", bad, show="queue")
    page = (await web.get(answer.headers["location"])).text
    assert re.findall(r'value="(\d+):1"[^>]* checked', page) == [str(bad)]


@pytest.mark.parametrize("value", ["", "x", "1", "1:", "99999999999:1", "-1:1", "1:1:1", "0:0"])
async def test_what_is_no_post_decides_nothing(web, vera, value):
    post = await wall.post(state="waiting")
    answer = await web.post("/staff/wall/decide", data={"csrf": vera, "do": "approve", "post": value})
    assert answer.status_code == 303
    assert await wall.state(post) == "waiting"


async def test_vera_searches_what_is_on_the_wall_to_pin_it_or_take_it_off(web, vera):
    anna = await wall.post("Anna", sentence="100 % on your side_")
    await wall.post("Boris")
    for words in ("100 %", "SIDE_", "anna"):
        page = (await web.get(LIST, params={"show": "published", "q": words})).text
        assert "Anna" in page and "Boris" not in page
    answer = await web.post(f"/staff/wall/posts/{anna}/mark", data={"csrf": vera, "do": "pin"})
    assert "first on the wall" in await said(web, answer)
    assert "Unpin" in (await web.get(f"/staff/wall/posts/{anna}")).text
    assert (await web.post(f"/staff/wall/posts/{anna}/mark", data={"csrf": vera, "do": "burn"})).status_code == 404


async def test_a_list_goes_on_over_pages(web, vera):
    for number in range(moderation_queries.A_PAGE + 1):
        await wall.post(f"Person {number:02}", "waiting")
    first = (await web.get(LIST)).text
    assert 'rel="next" href="/staff/wall/list?show=queue&amp;page=2"' in first
    assert "Person 24" in (await web.get(LIST + "?show=queue&page=2")).text


async def test_somebody_who_asks_us_is_taken_down_for_good(web, vera):
    anna = await wall.post("Anna")
    key = await wall.key(anna)
    answer = await web.post(f"/staff/wall/posts/{anna}/erase", data={"csrf": vera})
    assert "gone for good" in await said(web, answer)
    assert (await web.get(f"/en/wall/faces/{key}")).status_code == 410
    assert (await web.get(f"/staff/wall/posts/{anna}")).status_code == 404


async def test_the_history_says_who_did_what(web, vera):
    anna = await wall.post("Anna")
    await reports.report((await showing.faces("en"))[0], "somebody's house", "child")
    await decide(web, vera, "reject:others", anna)
    page = (await web.get(f"/staff/wall/posts/{anna}")).text
    assert "Reported by a visitor: Shows somebody under 18" in page
    assert "Rejected: Others can be recognised" in page and '<td data-label="Who">Vera</td>' in page


async def test_a_script_in_any_field_stays_words(web, vera):
    script = "<script>alert(1)</script>"
    post = await wall.post(script, "waiting", sentence=script, role=script, town=script, noticed=[script])
    for address in (QUEUE, LIST, f"/staff/wall/posts/{post}", LIST + "?q=" + script):
        page = (await web.get(address)).text
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


async def test_the_overview_says_how_many_wait(web, vera):
    assert "to be looked at" not in (await web.get("/staff")).text
    await wall.post(state="waiting")
    assert "One post waits" in (await web.get("/staff")).text
    await wall.post(state="reported")
    assert "2 posts wait" in (await web.get("/staff")).text


async def test_a_post_whose_photo_is_not_ready_does_not_wait_for_staff_yet(web, vera):
    await wall.post(state="waiting")
    await db.execute("UPDATE wall_photo SET state = 'uploaded'")
    assert "is being prepared" in (await web.get(QUEUE)).text
    assert await moderation_queries.waiting() == 0


@pytest.mark.parametrize("address", [LIST + "?show=secret", LIST + "?page=0", "/staff/wall/posts/4711"])
async def test_there_is_nothing_at_other_addresses(web, vera, address):
    assert (await web.get(address)).status_code == 404


async def test_words_are_added_and_removed(web, vera):
    answer = await web.post("/staff/wall/words", data={"csrf": vera, "words": "scum\nbuy now"})
    assert "these 2 words" in await said(web, answer)
    refused = await web.post("/staff/wall/words", data={"csrf": vera, "words": "fine word\nx"})
    assert refused.status_code == 422 and "fine word" in refused.text and "is so short" in refused.text
    [first, _second] = await rules.listing()
    await web.post(f"/staff/wall/words/{first.id}/remove", data={"csrf": vera})
    assert [rule.words for rule in await rules.listing()] == ["scum"]


FORMS = ["decide", "undo", "posts/1/mark", "posts/1/erase", "words", "words/1/remove"]


@pytest.mark.parametrize("form", FORMS)
async def test_whoever_only_looks_decides_nothing_and_no_form_works_without_its_token(web, form):
    post = await wall.post(state="waiting")
    vera = await sign_in(web, await staff("Vera", "moderator"))
    assert (await web.post(f"/staff/wall/{form}", data={"csrf": vera[:-1]})).status_code == 403
    guest = await sign_in(web, await staff("Gast", "viewer"))
    answer = await web.post(f"/staff/wall/{form}", data={"csrf": guest, "do": "approve", "post": f"{post}:1"})
    assert answer.status_code == 403
    assert await wall.state(post) == "waiting"


async def test_the_queue_is_for_moderators_only(web):
    post = await wall.post(state="waiting", sentence="Not for everybody")
    addresses = (QUEUE, LIST, f"/staff/wall/posts/{post}", "/staff/wall/words")
    assert {(await web.get(address)).status_code for address in addresses} == {303}
    await sign_in(web, await staff("Gast", "viewer"))
    assert {(await web.get(address)).status_code for address in addresses} == {403}


async def test_a_decision_can_be_undone_as_long_as_the_page_says(web, vera):
    await decide(web, vera, "approve", await wall.post("Anna", "waiting"))
    [account] = await db.fetch("SELECT id FROM account")
    assert (await moderation_queries.last_decision(account["id"])).name == "Anna"
    with clock.at(clock.now() + moderating.states.UNTOLD):
        assert await moderation_queries.last_decision(account["id"]) is None
