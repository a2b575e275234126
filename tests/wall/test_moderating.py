"""What moderators decide, and how they take it back."""

import asyncio
from datetime import timedelta

import pytest

from service.kit import clock, db
from service.kit.errors import Invalid, NotFound
from service.wall import moderating, reports, showing, states, telling
from service.wall.moderating import NothingToUndo
from service.wall.tables import PostState
from tests.make import cases, wall
from tests.make.staff import staff


@pytest.fixture
async def vera(database):
    return (await staff("Vera", "moderator")).id


async def standing(prisoner):
    return await db.fetch_value("SELECT standing FROM prisoner WHERE id = $1", prisoner)


async def test_vera_approves_what_she_saw(vera):
    post = await wall.post(state="waiting")
    outcome = await moderating.approve(await wall.version(post), vera)
    assert (outcome.decided, outcome.left) == ([post], 0)
    assert [face.id for face in await showing.faces("en")] == [post]


async def test_what_anna_changed_while_vera_looked_is_not_published(vera):
    post = await wall.post(state="waiting")
    seen = await wall.version(post)
    await db.execute("UPDATE wall_post SET sentence = 'Something else', version = version + 1")
    outcome = await moderating.approve(seen, vera)
    assert (outcome.decided, outcome.left) == ([], 1)
    assert await wall.state(post) == "waiting"


async def test_what_another_moderator_decided_meanwhile_stays(vera):
    post = await wall.post(state="waiting")
    seen = await wall.version(post)
    await moderating.reject(seen, (await staff("Olga")).id, "hurts")
    assert (await moderating.approve(seen, vera)).left == 1
    assert await wall.state(post) == "rejected"


@pytest.mark.parametrize("photo", ["uploaded", "refused", "gone"])
async def test_nothing_is_published_without_its_photo_but_it_can_be_rejected(vera, photo):
    post = await wall.post(state="waiting")
    await db.execute("UPDATE wall_photo SET state = $1", photo)
    assert (await moderating.approve(await wall.version(post), vera)).left == 1
    assert (await moderating.reject(await wall.version(post), vera, "unclear")).decided == [post]


@pytest.mark.parametrize("reason", ["", "because", "Hurts"])
async def test_nobody_is_rejected_without_a_reason(vera, reason):
    post = await wall.post(state="waiting")
    with pytest.raises(Invalid):
        await moderating.reject(await wall.version(post), vera, reason)
    assert await wall.state(post) == "waiting"


async def test_an_unconfirmed_or_withdrawn_post_cannot_be_decided(vera):
    for state in ("unconfirmed", "withdrawn"):
        post = await wall.post(state=state)
        assert (await moderating.approve(await wall.version(post), vera)).left == 1
        assert await wall.state(post) == state


async def test_many_are_approved_at_once_and_taken_back_at_once(vera):
    posts = [await wall.post(name, "waiting") for name in ("Anna", "Boris", "Clara")]
    seen = {id: version for post in posts for id, version in (await wall.version(post)).items()}
    assert (await moderating.approve(seen, vera)).decided == posts
    assert await moderating.undo(vera) == posts
    assert {await wall.state(post) for post in posts} == {"waiting"}


async def test_a_first_publication_that_is_taken_back_counts_for_nobody(vera):
    maria = await cases.prisoner()
    post = await wall.post(state="waiting", prisoner=maria)
    await moderating.approve(await wall.version(post), vera)
    assert await standing(maria) == 1
    await moderating.undo(vera)
    assert await standing(maria) == 0
    await wall.move(post, PostState.WITHDRAWN)
    with pytest.raises(NotFound):
        await showing.face(await wall.key(post), "en")


async def test_a_rejection_that_is_taken_back_shows_the_post_again_where_it_was(vera):
    maria = await cases.prisoner()
    post = await wall.post(prisoner=maria)
    before = (await showing.faces("en"))[0].published_at
    await moderating.reject(await wall.version(post), vera, "others")
    assert await showing.faces("en") == []
    await moderating.undo(vera)
    assert (await showing.faces("en"))[0].published_at == before
    assert await standing(maria) == 0


async def test_undo_goes_back_decision_by_decision_and_not_forth(vera):
    first, second = await wall.post("Anna", "waiting"), await wall.post("Boris", "waiting")
    await moderating.approve(await wall.version(first), vera)
    with clock.at(clock.now() + timedelta(seconds=3)):
        await moderating.reject(await wall.version(second), vera, "unclear")
        assert await moderating.undo(vera) == [second]
        assert await moderating.undo(vera) == [first]
        with pytest.raises(NothingToUndo):
            await moderating.undo(vera)


async def test_what_somebody_else_decided_is_not_mine_to_undo(vera):
    await moderating.approve(await wall.version(await wall.post(state="waiting")), vera)
    with pytest.raises(NothingToUndo):
        await moderating.undo((await staff("Olga")).id)


async def test_what_its_author_changed_since_is_not_undone(vera):
    post = await wall.post(state="waiting")
    await moderating.approve(await wall.version(post), vera)
    await wall.move(post, PostState.WAITING)
    with pytest.raises(NothingToUndo):
        await moderating.undo(vera)


async def test_of_two_who_decide_at_once_one_decides(vera):
    olga = (await staff("Olga")).id
    post = await wall.post(state="waiting")
    seen = await wall.version(post)
    outcomes = await asyncio.gather(moderating.approve(seen, vera), moderating.reject(seen, olga, "other"))
    assert sorted(outcome.left for outcome in outcomes) == [0, 1]
    assert await db.fetch_value("SELECT count(*) FROM audit") == 1


async def test_after_ten_minutes_a_decision_is_changed_and_not_undone(vera):
    post = await wall.post(state="waiting")
    await moderating.approve(await wall.version(post), vera)
    with clock.at(clock.now() + states.UNTOLD):
        with pytest.raises(NothingToUndo):
            await moderating.undo(vera)
        assert (await moderating.reject(await wall.version(post), vera, "others")).decided == [post]


async def test_a_decision_about_reports_settles_them_and_undo_opens_them_again(vera):
    post = await wall.post()
    [face] = await showing.faces("en")
    for visitor in ("a", "b"):
        await reports.report(face, visitor, "hate")
    await moderating.approve(await wall.version(post), vera)
    assert await db.fetch_value("SELECT count(*) FROM wall_report WHERE seen_at IS NULL") == 0
    await moderating.undo(vera)
    row = await db.fetch_one("SELECT state, reports FROM wall_post WHERE id = $1", post)
    assert tuple(row) == ("reported", 2)
    assert await db.fetch_value("SELECT count(*) FROM wall_report WHERE seen_at IS NULL") == 2


async def test_a_reported_post_whose_rejection_is_taken_back_is_not_shown_before_somebody_looks(vera):
    post = await wall.post(state="reported")
    await moderating.reject(await wall.version(post), vera, "hurts")
    await moderating.undo(vera)
    assert await wall.state(post) == "waiting"


async def test_a_rejected_post_can_be_put_back_in_the_queue_or_published(vera):
    back, up = await wall.post("Anna", "rejected"), await wall.post("Boris", "rejected")
    await moderating.to_queue(await wall.version(back), vera)
    await moderating.approve(await wall.version(up), vera)
    assert (await wall.state(back), await wall.state(up)) == ("waiting", "published")


async def test_pinned_posts_and_ambassadors_change_what_is_shown(vera):
    post = await wall.post()
    before = await showing.mark()
    await moderating.pin(post, True, vera)
    await moderating.ambassador(post, True, vera)
    [face] = await showing.faces("en")
    assert (face.pinned, face.ambassador) == (True, True)
    assert await showing.mark() != before
    await moderating.pin(post, False, vera)
    await moderating.ambassador(post, False, vera)
    [face] = await showing.faces("en")
    assert (face.pinned, face.ambassador) == (False, False)


async def test_what_is_not_published_cannot_be_pinned(vera):
    with pytest.raises(NotFound):
        await moderating.pin(await wall.post(state="rejected"), True, vera)
    with pytest.raises(NotFound):
        await moderating.ambassador(await wall.post(state="withdrawn"), True, vera)


async def test_every_act_is_in_the_audit_and_names_nobody(vera, unlikely):
    post = await wall.post(unlikely, "waiting", sentence=unlikely, address=f"{unlikely}@example.org")
    await moderating.approve(await wall.version(post), vera)
    await moderating.pin(post, True, vera)
    await moderating.ambassador(post, True, vera)
    await moderating.reject(await wall.version(post), vera, "others")
    await moderating.undo(vera)
    rows = await db.fetch("SELECT action, account, subject, detail FROM audit ORDER BY id")
    assert [row["action"].removeprefix("wall.") for row in rows] == [
        *("published", "pinned", "ambassador", "rejected", "published")
    ]
    assert {(row["account"], row["subject"]) for row in rows} == {(vera, f"post {post}")}
    assert unlikely not in str(rows)


async def test_nobody_publishes_what_its_author_has_not_confirmed(vera):
    """Not by way of the queue either."""
    post = await wall.post(state="unconfirmed")
    assert (await moderating.to_queue(await wall.version(post), vera)).left == 1
    assert (await moderating.approve(await wall.version(post), vera)).left == 1
    assert await wall.state(post) == "unconfirmed"


async def test_what_the_author_was_told_a_moment_ago_is_not_taken_back_unnoticed(vera):
    """The clocks of two machines are not the same to the second."""
    post = await wall.post(state="waiting")
    await moderating.approve(await wall.version(post), vera)
    with clock.at(clock.now() + states.UNTOLD):
        await telling.tell_due()
    with pytest.raises(NothingToUndo):
        await moderating.undo(vera)
    assert await wall.state(post) == "published"
