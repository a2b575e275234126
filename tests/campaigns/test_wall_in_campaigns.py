"""Faces of the wall in a campaign: chosen or the latest, frozen, taken out of what has not left, and the archive."""

import asyncio
from html import unescape
from typing import Any

import msgspec
import pytest

from service.campaigns import checks, compose, documents, filling, queries, readable, sending, trial
from service.campaigns.moments import Moment
from service.campaigns.preview import Reader
from service.cases import editing
from service.delivery import inserts, outbox
from service.delivery.sending import LANES
from service.kit import clock, db
from service.organisation import queries as organisations
from service.rendering.blocks import FromTheWall, Text
from service.wall import states
from service.wall.tables import PostState
from tests.campaigns.test_pages import Desk, form_of
from tests.campaigns.test_people_in_campaigns import archived
from tests.delivery.test_inserts import held
from tests.make import cases, smtp, wall
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.mailings import state
from tests.make.staff import sign_in, staff
from tests.make.subscribers import subscriber

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def desk(web: Any) -> Desk:
    return Desk(web, await sign_in(web, await staff("Olga", "editor")))


async def ready(*blocks: Any) -> int:
    """A campaign of these blocks to two readers."""
    await postal_address()
    for name in ("anna", "boris"):
        await subscriber(f"{name}@example.net")
    return await campaign(en=draft(blocks=[Text("Hello."), *blocks], subject="News"))


async def scheduled(*blocks: Any) -> int:
    made = await ready(*blocks)
    await sending.schedule(made, Moment(clock.now(), ""), None, None, warned=True)
    return made


async def mailing_of(campaign: int) -> int:
    found: int = await db.fetch_value("SELECT mailing FROM campaign WHERE id = $1", campaign)
    return found


async def left(work: Any, *blocks: Any) -> tuple[int, list[str]]:
    """The campaign, which has left, and the texts as they arrived."""
    async with smtp.office() as office:
        made = await scheduled(*blocks)
        await work()
    return made, texts(office)


def texts(office: smtp.PostOffice) -> list[str]:
    bodies = [mail.parsed.get_body(("plain",)) for mail in office.received]
    return [" ".join(body.get_content().split()) for body in bodies if body]


async def found_by_checks(campaign: int) -> tuple[list[str], list[str]]:
    """What keeps it back, and what is only to be seen."""
    found = await checks.about_texts(await queries.find(campaign))
    return [each.sentence for each in found if each.is_error], [each.sentence for each in found if not each.is_error]


async def test_everybody_gets_the_latest_faces_with_sentence_name_and_whom_they_stand_by(work: Any) -> None:
    maria = await cases.prisoner()
    await wall.post("Anna", prisoner=maria, role="teacher", town="Bern", country="CH")
    await wall.post("Янка", language="be", sentence="Я з вамі да канца.")
    async with smtp.office() as office:
        await scheduled(FromTheWall(2))
        await work()
    for text in texts(office):
        assert "“I stand by you until you are free.” Anna (teacher, Bern, Switzerland)" in text
        assert "Stands by: Maryna Kavalchuk" in text and "“Я з вамі да канца.” Янка" in text
        assert "2 people stand by them on our wall." in text
        assert "Stand by them too: https://news.example.org/en/wall/stand" in text
    html = office.received[0].parsed.get_body(("html",))
    assert html and 'lang="be"' in html.get_content() and "/640.jpg" in html.get_content()
    assert 'src="https://news.example.org/wall/photos/' in html.get_content()


async def test_new_means_since_the_last_mail_from_the_wall_left(work: Any) -> None:
    await wall.post("Anna")
    await left(work, FromTheWall(4))
    await wall.post("Boris")
    made = await campaign(name="Another", en=draft(blocks=[Text("Hello."), FromTheWall(4, only_new=True)]))
    moments = await filling.moments(await queries.find(made), await organisations.required())
    filled = await filling.fill([FromTheWall(4, only_new=True)], "en", moments)
    assert [face.name for face in filled.data[0].faces] == ["Boris"]
    assert filled.data[0].counted == ("2 people stand by them on our wall. 1 of them is new.")


async def test_in_a_running_campaign_nothing_that_leaves_after_a_withdrawal_shows_the_post(work: Any) -> None:
    anna = await wall.post("Anna")
    await wall.post("Boris")
    async with smtp.office() as office:
        made = await scheduled(FromTheWall(4))
        await sending.start(made)
        assert await inserts.showing([states.mail_key(anna)]) == 2
        await states.move([anna], PostState.WITHDRAWN)
        await work()
    assert len(texts(office)) == 2
    for text in texts(office):
        assert "Boris" in text and "Anna" not in text
    assert await state(await mailing_of(made)) == "sent"


async def test_a_face_taken_down_while_mails_are_going_out_is_in_none_that_goes_after(work: Any) -> None:
    anna = await wall.post("Anna")
    await wall.post("Boris")
    for number in range(40):
        await subscriber(f"reader{number}@example.net")
    async with smtp.office() as office:
        made = await scheduled(FromTheWall(4))
        await sending.start(made)
        async with held(office, work):
            await states.move([anna], PostState.WITHDRAWN)
        before, after = texts(office)[: 1 + LANES], texts(office)[1 + LANES :]
    assert before and all("Anna" in text for text in before)
    assert after and all("Boris" in text and "Anna" not in text for text in after)
    assert len(office.recipients) == len(set(office.recipients)) == 42


@pytest.mark.parametrize("gone", [PostState.WITHDRAWN, PostState.WAITING, PostState.REPORTED, PostState.REJECTED])
async def test_a_campaign_whose_only_face_is_gone_waits_for_somebody_and_says_why(
    desk: Desk, work: Any, gone: PostState
) -> None:
    anna = await wall.post("Anna")
    async with smtp.office() as office:
        made = await scheduled(FromTheWall(4))
        await sending.start(made)
        await states.move([anna], gone)
        if gone == PostState.WITHDRAWN:
            await db.execute("UPDATE wall_post SET name = ''")
        await work()
        # Nobody but Olga hears of it.
        assert office.recipients == ["olga@example.org"]
    page = await desk.see(f"/staff/campaigns/{made}")
    taken = page.partition("Taken out meanwhile")[2].partition("</section>")[0]
    assert ("A post of Anna" in taken, f"/staff/wall/posts/{anna}" in taken) == (gone != PostState.WITHDRAWN,) * 2
    assert "A post of the wall" in taken or gone != PostState.WITHDRAWN
    assert "Nobody is left in one of this mail’s lists" in page


async def test_whoever_is_hidden_is_named_by_no_face_that_has_not_left(work: Any) -> None:
    maria = await cases.prisoner()
    await wall.post("Anna", prisoner=maria)
    await wall.post("Boris")
    async with smtp.office() as office:
        await sending.start(await scheduled(FromTheWall(4)))
        await editing.change(maria, {"publication": "hidden"}, by=None)
        await work()
    assert len(texts(office)) == 2
    assert all("Boris" in text and "Kavalchuk" not in text and "Anna" not in text for text in texts(office))


async def overtaken(monkeypatch: pytest.MonkeyPatch, by: Any) -> None:
    """While the audience is frozen, somebody else does something that is true before the mailing is opened."""
    freeze = outbox.freeze

    async def freeze_and_be_overtaken(*args: Any) -> int:
        async def meanwhile() -> None:
            db.engine().current_transaction.set(None)
            await by()

        await asyncio.create_task(meanwhile())
        return await freeze(*args)

    monkeypatch.setattr(outbox, "freeze", freeze_and_be_overtaken)


async def test_what_changes_while_a_mailing_is_being_frozen_is_not_in_it(
    work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = await cases.prisoner()
    posts = [await wall.post(name) for name in ("Anna", "Boris", "Clara", "Dora")]
    await db.execute("UPDATE wall_post SET prisoner = $2 WHERE id = $1", posts[2], maria)

    async def meanwhile() -> None:
        await states.move([posts[0]], PostState.WITHDRAWN)
        # Changed by its author and looked at again, all in these seconds.
        await states.move([posts[1]], PostState.WAITING)
        await states.move([posts[1]], PostState.PUBLISHED)
        await editing.change(maria, {"publication": "hidden"}, by=None)

    await overtaken(monkeypatch, meanwhile)
    made, arrived = await left(work, FromTheWall(4))
    assert len(arrived) == 2
    assert all("Dora" in text and not {"Anna", "Boris", "Clara"} & set(text.split()) for text in arrived)
    taken = await db.fetch("SELECT key, reason FROM mailing_withdrawal ORDER BY key")
    assert [tuple(row) for row in taken] == [(-posts[1], "changed"), (-posts[0], "withdrawn"), (maria, "hidden")]
    assert made


async def test_a_test_send_loses_a_withdrawn_post_too(work: Any) -> None:
    olga, anna = await staff("Olga"), await wall.post("Anna")
    await wall.post("Boris")
    made = await campaign(en=draft(blocks=[FromTheWall(2)]))
    async with smtp.office() as office:
        await trial.send(made, "en", "olga@example.org", Reader("Anna", ""), olga.id)
        await states.move([anna], PostState.WITHDRAWN)
        await work()
    [text] = texts(office)
    assert "Boris" in text and "until you are free.” Anna" not in text


async def test_the_archive_shows_those_of_the_mail_who_are_still_on_the_wall(web: Any, work: Any) -> None:
    anna, _boris = await wall.post("Anna"), await wall.post("Boris")
    made, _texts = await left(work, FromTheWall(2))
    await wall.post("Clara")
    page = await archived(web, made)
    assert "<strong>Anna" in page and "<strong>Boris" in page and "Clara" not in page
    await states.move([anna], PostState.WITHDRAWN)
    page = await archived(web, made)
    assert "<strong>Anna" not in page and "<strong>Boris" in page


async def test_an_archived_mail_in_which_nobody_is_left_still_leads_to_the_wall(web: Any, work: Any) -> None:
    anna = await wall.post("Anna")
    made, _texts = await left(work, FromTheWall(2))
    await states.move([anna], PostState.WITHDRAWN)
    page = await archived(web, made)
    assert "nobody to show" not in page and 'href="https://news.example.org/en/wall"' in page


async def test_checks_keep_back_what_is_gone_and_warn_of_what_is_missing() -> None:
    gone, there = await wall.post("Anna"), await wall.post("Boris", in_mails=False)
    keys = [await wall.key(post) for post in (gone, there)]
    both = await campaign(en=draft(blocks=[FromTheWall(posts=keys), FromTheWall(4), FromTheWall(4, only_new=True)]))
    assert await found_by_checks(both) == ([], ["English, block 1: 1 of the chosen posts may not be shown any more."])
    await states.move([gone], PostState.REJECTED)
    errors, warnings = await found_by_checks(both)
    assert errors == ["English, block 1: None of the chosen posts may be shown any more. Choose others."]
    assert warnings == [
        "English, block 2: nobody on the wall agreed to stand in mails, and the mail would say so.",
        "English, block 3: nobody new on the wall agreed to stand in mails, and the mail would say so.",
    ]


async def test_an_empty_wall_is_told_kindly_and_promises_nothing(work: Any) -> None:
    _made, arrived = await left(work, FromTheWall(4))
    assert all("At this moment there is nobody to show here." in text and "0 people" not in text for text in arrived)


async def test_olga_chooses_posts_without_scripts(desk: Desk) -> None:
    keys = [await wall.key(await wall.post(name, sentence=f"{name} is with you.")) for name in ("Anna", "Boris")]
    await wall.post("Clara", in_mails=False)
    made = await campaign(en=draft(blocks=[Text("Hello.")]))
    page = f"/staff/campaigns/{made}/edit/en"
    await desk.send(page, **(await desk.fields(page)), do="add from_the_wall 0")
    fields = await desk.fields(page)
    answer = await desk.web.post(page, data={"csrf": desk.csrf, **fields, "b.1.name": "", "do": "find 1"})
    assert "Boris is with you." in answer.text and "Clara" not in answer.text
    ticked = {"b.1.posts": [keys[1], keys[0], keys[1], "<script>"], "b.1.count": "3"}
    await desk.send(page, **(form_of(answer.text) | ticked))
    chosen = (await compose.edition(made, "en")).blocks[1]
    assert chosen == FromTheWall(3, [keys[1], keys[0]])
    shown = await desk.see(page)
    assert shown.count('" checked') == 2 and "Chosen by you" in shown
    preview = await desk.see(f"/staff/campaigns/{made}/preview/en?view=text")
    assert preview.index("Boris is with you.") < preview.index("Anna is with you.")


async def test_who_presses_enter_in_the_field_looks_for_words_and_keeps_what_was_ticked(desk: Desk) -> None:
    anna = await wall.key(await wall.post("Anna"))
    await wall.post("Boris", sentence="Hold on, <b>friends</b>.")
    made = await campaign(en=draft(blocks=[FromTheWall(posts=[anna])]))
    page = f"/staff/campaigns/{made}/edit/en"
    fields = await desk.fields(page) | {"b.0.name": "friends"}
    answer = await desk.web.post(page, data={"csrf": desk.csrf, **fields})
    assert answer.status_code == 200 and "&lt;b&gt;friends" in answer.text and "<b>friends" not in answer.text
    assert form_of(answer.text)["b.0.name"] == "friends"
    assert (await compose.edition(made, "en")).blocks == [FromTheWall(posts=[anna])]
    answer = await desk.web.post(page, data={"csrf": desk.csrf, **form_of(answer.text), "b.0.name": "zebra"})
    assert "is called “zebra”" in unescape(answer.text)


async def test_a_chosen_post_that_is_gone_is_said_to_drop_out(desk: Desk) -> None:
    anna = await wall.post("Anna")
    made = await campaign(en=draft(blocks=[FromTheWall(posts=[await wall.key(anna)])]))
    await states.move([anna], PostState.WITHDRAWN)
    page = f"/staff/campaigns/{made}/edit/en"
    assert "One of them may not stand in mails any more" in await desk.see(page)
    fields = {name: value for name, value in (await desk.fields(page)).items() if name != "b.0.posts"}
    await desk.send(page, **fields)
    assert (await compose.edition(made, "en")).blocks == [FromTheWall()]


async def test_a_document_carries_the_block_and_the_terminal_says_what_it_is() -> None:
    blocks = [FromTheWall(6, only_new=True), FromTheWall(posts=["00aa11bb"])]
    made = await campaign(en=draft(blocks=blocks))
    found, editions = await queries.find(made), await queries.editions(made)
    source = msgspec.json.encode(documents.shown(found, editions))
    assert (await compose.edition(await documents.create(source), "en")).blocks == blocks
    told = "\n".join(readable.lines(found, editions, None, await organisations.required(), {}))
    assert "[from the wall: the new, at most 6]" in told and "[from the wall: 1 chosen]" in told


async def test_a_hostile_sentence_is_read_and_nothing_else(work: Any) -> None:
    await wall.post("<img src=x>", sentence="{{ unsubscribe_url }} <script>alert(1)</script>", town="{% raw %}")
    async with smtp.office() as office:
        await scheduled(FromTheWall(1))
        await work()
    html = office.received[0].parsed.get_body(("html",))
    assert html and "<script" not in html.get_content() and "&lt;script&gt;" in html.get_content()
    assert "{{ unsubscribe_url }}" in texts(office)[0] and "<img src=x>" not in html.get_content()
