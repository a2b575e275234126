"""Authors hear of a decision once, in their language, and never of what was taken back."""

from datetime import timedelta

import msgspec
import pytest

from service.delivery import transactional
from service.kit import clock, db, jobs, sealing
from service.kit.i18n import LANGUAGES
from service.rendering import email
from service.wall import links, mail, moderating, reasons, retention, states, telling
from service.wall.reasons import Reason
from service.wall.tables import PostState
from tests.make import wall
from tests.make.staff import staff

LATER = states.UNTOLD + timedelta(seconds=1)


@pytest.fixture
async def vera(database):
    return (await staff("Vera", "moderator")).id


async def mails():
    """Template, language, address and context of every mail."""
    rows = await db.fetch("SELECT template, language, address, context FROM delivery ORDER BY id")
    return [
        (
            row["template"],
            row["language"],
            sealing.unseal_address(row["address"]),
            msgspec.json.decode(sealing.unseal(transactional.CONTEXT, row["context"])),
        )
        for row in rows
    ]


async def tell(after=LATER):
    with clock.at(clock.now() + after):
        await telling.tell_due()
    return [template for template, *_rest in await mails()]


async def approve(post, by):
    await moderating.approve(await wall.version(post), by)


async def reject(post, by, reason="unclear"):
    await moderating.reject(await wall.version(post), by, reason)


async def test_anna_hears_that_she_is_on_the_wall_with_the_link_to_take_it_down(vera):
    post = await wall.post(state="waiting", language="de")
    await approve(post, vera)
    assert await tell(timedelta(minutes=9)) == []
    assert await tell() == ["wall/published"]
    [(_template, language, address, context)] = await mails()
    assert (language, address) == ("de", "anna@example.org")
    assert context["face_url"] == f"https://news.example.org/de/wall/faces/{await wall.key(post)}"
    assert links.read(context["mine_url"].rsplit("/", 1)[1], links.MINE) == post
    assert await tell() == ["wall/published"]


async def test_boris_hears_why_in_his_language_and_how_to_mend_it(vera):
    await reject(await wall.post("Boris", "waiting", language="fr"), vera)
    assert await tell() == ["wall/rejected"]
    [(_template, language, _address, context)] = await mails()
    assert context["reply"] == reasons.reply("unclear").into(language)
    assert (context["was_shown"], context["kept_days"]) == (False, 30)


async def test_what_was_taken_back_is_told_to_nobody(vera):
    post = await wall.post(state="waiting")
    await approve(post, vera)
    await moderating.undo(vera)
    assert await tell() == []


async def test_a_rejection_that_was_taken_back_is_no_news_to_whom_it_had_been_told(vera):
    post = await wall.post(state="waiting")
    await approve(post, vera)
    await tell()
    await reject(post, vera, "others")
    await moderating.undo(vera)
    assert await tell() == ["wall/published"]


async def test_a_rejection_that_was_taken_back_before_the_publication_was_told_still_tells_that(vera):
    post = await wall.post(state="waiting")
    await approve(post, vera)
    with clock.at(clock.now() + timedelta(minutes=1)):
        await reject(post, vera, "others")
        await moderating.undo(vera)
    assert await tell(LATER * 2) == ["wall/published"]


async def test_a_report_that_staff_did_not_follow_is_told_to_nobody(vera):
    post = await wall.post(told="published")
    await wall.move(post, PostState.REPORTED)
    await approve(post, vera)
    assert await tell() == []


async def test_after_an_edit_the_next_decision_is_told_again(vera):
    post = await wall.post(told="published")
    await wall.move(post, PostState.WAITING)
    await approve(post, vera)
    assert await tell() == ["wall/published"]
    assert (await mails())[0][3]["changed"] is True


async def test_somebody_rejected_twice_hears_it_twice(vera):
    post = await wall.post(state="waiting")
    await reject(post, vera)
    await tell()
    await wall.move(post, PostState.WAITING)
    await reject(post, vera, "others")
    assert await tell() == ["wall/rejected", "wall/rejected"]


async def test_who_was_on_the_wall_hears_that_it_is_not_shown_any_more(vera):
    await reject(await wall.post(told="published"), vera, "child")
    await tell()
    assert (await mails())[0][3]["was_shown"] is True


async def test_who_took_it_down_meanwhile_hears_nothing(vera):
    post = await wall.post(state="waiting")
    await approve(post, vera)
    await wall.move(post, PostState.WITHDRAWN)
    assert await tell() == []


async def test_one_whose_address_cannot_be_read_does_not_hold_up_the_others(vera):
    lost, anna = await wall.post("Lost", "waiting"), await wall.post("Anna", "waiting")
    await db.execute("UPDATE wall_post SET address = 'unreadable'::bytea WHERE id = $1", lost)
    for post in (lost, anna):
        await approve(post, vera)
    assert await tell() == ["wall/published"]


async def test_the_clock_tells_what_is_due(vera):
    await approve(await wall.post(state="waiting"), vera)
    with clock.at(clock.now() + LATER):
        await jobs.body("wall.tell")()
    assert [template for template, *_rest in await mails()] == ["wall/published"]


async def test_a_rejected_post_is_erased_after_thirty_days_with_photo_and_address(vera):
    post, kept = await wall.post("Anna"), await wall.post("Boris", "waiting")
    await reject(post, vera)
    with clock.at(clock.now() + mail.REJECTED_FOR - timedelta(hours=1)):
        await retention.erase_due()
        assert await wall.state(post) == "rejected"
        await reject(kept, vera)
    with clock.at(clock.now() + mail.REJECTED_FOR + timedelta(minutes=1)):
        await retention.erase_due()
    row = await db.fetch_one(
        "SELECT w.state, w.address, w.name, w.sentence, w.published_at, o.state AS photo FROM wall_post w"
        " JOIN wall_photo o ON o.id = w.photo WHERE w.id = $1",
        post,
    )
    assert tuple(row) == ("withdrawn", None, "", "", None, "gone")
    assert await wall.state(kept) == "rejected"


async def test_a_post_whose_new_photo_cannot_be_shown_is_erased_like_a_rejected_one(vera):
    post = await wall.post("Anna")
    await wall.move(post, PostState.WAITING)
    await db.execute("UPDATE wall_photo SET state = 'refused'")
    with clock.at(clock.now() + mail.REJECTED_FOR + timedelta(minutes=1)):
        await retention.erase_due()
    assert await wall.state(post) == "withdrawn"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_label_and_a_reply_in_whole_sentences(reason):
    assert reasons.LABELS[reason]
    assert all(reasons.reply(reason).into(language).endswith(".") for language in LANGUAGES)


@pytest.mark.parametrize("was_shown", [True, False])
def test_a_reply_stands_in_the_mail_as_it_is(was_shown):
    context = {"organisation": "Example", "postal_address": "", "mine_url": "https://news.example.org/en/wall/mine/t"}
    context |= {"reply": "Too dark & blurred.", "was_shown": was_shown, "kept_days": 30}
    rendered = email.render("wall/rejected", "en", context)
    assert "Too dark & blurred." in rendered.text
    assert "Too dark &amp; blurred." in rendered.html
    assert ("no longer" in rendered.subject) == was_shown
