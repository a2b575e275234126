from io import BytesIO

import pytest

from service.kit import db
from service.organisation import queries as organisations
from service.wall import intake, own, showing, states
from service.wall.draft import Draft
from service.wall.tables import PostState
from service.wall.wishes import Wishes
from tests.make import cases, mailings, postings, staff, wall

pytestmark = pytest.mark.usefixtures("database")


async def change(post: int, photo: tuple[int, Wishes] | None = None, **changes: object) -> bool:
    """Anna changes this of her post and nothing else."""
    mine = await own.mine(post, "en")
    face = mine.face
    as_it_is = {
        "sentence": face.sentence,
        "name": face.name,
        "role": face.role,
        "town": face.town,
        "country": mine.country,
        "prisoner": mine.prisoner if face.person else None,
        "in_mails": face.in_mails,
        "on_social": face.on_social,
        "noindex": face.noindex,
    }
    draft = Draft(**(as_it_is | changes))
    ticked = [field for field in ("in_mails", "on_social") if getattr(draft, field)]
    return await own.change(post, draft, photo, ticked, await organisations.required(), "en")


async def another_photo() -> int:
    return await intake.accept(BytesIO(postings.picture(colour="#336699")))


async def words_of(post: int) -> list[str]:
    rows = await db.fetch("SELECT wording FROM wall_consent WHERE post = $1 ORDER BY id", post)
    return [row["wording"] for row in rows]


async def test_nothing_waits_for_a_moderator_before_its_author_has_confirmed():
    post = await wall.post(state="unconfirmed")
    assert await own.confirm(post)
    assert (await postings.row(post))["state"] == PostState.WAITING
    assert await own.confirm(post)
    assert (await postings.row(post))["version"] == 2


@pytest.mark.parametrize("photo", ["uploaded", "refused"])
async def test_what_has_no_picture_yet_cannot_be_confirmed(photo):
    post = await wall.post(state="unconfirmed")
    await postings.prepared(post, state=photo)
    assert not await own.confirm(post)
    assert (await postings.row(post))["state"] == PostState.UNCONFIRMED


@pytest.mark.parametrize("state", [PostState.PUBLISHED, PostState.REPORTED, PostState.REJECTED])
async def test_other_words_leave_the_wall_until_somebody_has_looked(state):
    post = await wall.post(state=state)
    assert await change(post, sentence="I stand by you, and I buy shoes.")
    row = await postings.row(post)
    assert (row["state"], row["sentence"]) == (PostState.WAITING, "I stand by you, and I buy shoes.")
    assert await showing.faces("en") == []


async def test_a_post_that_waits_is_another_one_after_an_edit():
    post = await wall.post(state="waiting")
    assert not await change(post, sentence="Write to www.example.org, all of you.")
    row = await postings.row(post)
    assert (row["state"], row["version"]) == (PostState.WAITING, 2)
    assert row["noticed"] == ["A link in the sentence."]


async def test_another_permission_holds_at_once_and_leaves_the_post_where_it_is():
    post = await wall.post(on_social=False)
    mark = await showing.mark()
    assert not await change(post, on_social=True, noindex=True)
    [face] = await showing.faces("en")
    assert (face.on_social, face.noindex, face.version) == (True, True, 2)
    assert await showing.mark() != mark
    assert await words_of(post) == ["Hundredfold may also show my post on social media."]


async def test_who_allows_no_mails_any_more_stands_in_none_that_has_not_left():
    post = await wall.post()
    mailing = await mailings.mailing({"en": mailings.naming([states.mail_key(post)], names={-post: "Anna"})})
    await mailings.audience(mailing, mailings.people(2))
    assert await change(post, in_mails=False) is False
    assert await db.fetch_value("SELECT key FROM mailing_withdrawal WHERE mailing = $1", mailing) == -post


async def test_another_photo_takes_the_place_of_the_first_one_which_is_destroyed():
    post = await wall.post()
    old = (await postings.row(post))["photo"]
    assert await change(post, (await another_photo(), Wishes()))
    row = await postings.row(post)
    assert (row["state"], row["photo"] != old) == (PostState.WAITING, True)
    assert await db.fetch_value("SELECT state FROM wall_photo WHERE id = $1", old) == "gone"


async def test_who_stands_by_somebody_who_is_hidden_now_still_does_after_mending_a_word():
    maria = await cases.prisoner()
    post = await wall.post(prisoner=maria)
    await db.execute("UPDATE prisoner SET publication = 'hidden' WHERE id = $1", maria)
    await change(post, name="Anna K.")
    assert (await postings.row(post))["prisoner"] == maria


@pytest.mark.parametrize("state", [state for state in PostState if state != PostState.WITHDRAWN])
async def test_what_is_taken_down_keeps_nothing_of_its_author(state):
    post = await wall.post(state=state, role="Teacher", town="Bern", country="CH", prisoner=await cases.prisoner())
    await own.take_down(post)
    row = await postings.row(post)
    emptied = ("sentence", "name", "role", "town", "country", "reason", "before")
    assert (row["state"], row["address"], row["prisoner"]) == (PostState.WITHDRAWN, None, None)
    assert [row[column] for column in emptied] == [""] * len(emptied)
    assert await words_of(post) == []
    assert await db.fetch_value("SELECT state FROM wall_photo WHERE id = $1", row["photo"]) == "gone"
    with pytest.raises(showing.Gone):
        await own.take_down(post)


async def test_what_is_taken_down_counts_on_for_the_prisoner():
    maria = await cases.prisoner()
    post = await wall.post(state="waiting", prisoner=maria)
    await states.move([post], PostState.PUBLISHED)
    await own.take_down(post)
    assert await db.fetch_value("SELECT standing FROM prisoner WHERE id = $1", maria) == 1


async def test_a_post_that_staff_take_down_is_in_the_audit():
    post = await wall.post()
    await own.take_down(post, by=(await staff.staff()).id)
    assert await db.fetch_value("SELECT action FROM audit") == "wall.withdrawn"


async def test_nothing_by_which_a_photo_could_be_recognised_stays_of_what_was_taken_down():
    """Whoever has the dump and a photo of Anna must not find out that it was hers."""
    post = await wall.post()
    await db.execute("""UPDATE wall_photo SET likeness = 7, wishes = '{"covers": [[0, 0, 1, 1]]}'""")
    await own.take_down(post)
    left = await db.fetch_one("SELECT likeness, colour, wishes, width, height FROM wall_photo")
    assert tuple(left) == (None, "", "{}", 0, 0)
