"""Actions in a campaign: each reader's own members, the way to them, who took part, and what keeps it back."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from service.advocacy import opening
from service.campaigns import (
    acts,
    audience,
    automations,
    calendar,
    checks,
    documents,
    filling,
    preview,
    queries,
    readable,
    rehearsal,
    sending,
)
from service.campaigns import trial as trials
from service.campaigns.moments import Moment
from service.campaigns.preview import Reader
from service.campaigns.queries import Audience
from service.campaigns.tables import AutomationKind
from service.delivery import inserts, outbox
from service.kit import clock, db, jobs
from service.organisation import queries as organisations
from service.rendering.blocks import ActionCard, Text, YourPrisoners, YourRepresentatives
from service.rendering.inserts import AREAS
from tests.campaigns.test_pages import Desk
from tests.campaigns.test_people_in_campaigns import archived
from tests.make import advocacy, cases, smtp
from tests.make.automations import automation
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.mailings import state
from tests.make.staff import sign_in, staff
from tests.make.subscribers import subscriber

pytestmark = pytest.mark.usefixtures("database")


class Place(msgspec.Struct):
    """Anna votes in Bern, Boris in Fribourg, and Chris did not say; the action `key` asks the members of both."""

    bern: int
    fribourg: int
    council: int
    action: int
    key: str


@pytest.fixture
async def place(database: None) -> Place:
    await postal_address()
    council = await advocacy.parliament()
    bern, fribourg = await advocacy.area("BE", "Bern"), await advocacy.area("FR", "Fribourg")
    await advocacy.representative(council, bern, "Rosa Beispiel", key="rosa")
    await advocacy.representative(council, fribourg, "Jean Exemple", key="jean", party="")
    action = await advocacy.action(targets={"parliaments": [council]}, key="stand")
    for name, area in (("anna", bern), ("boris", fribourg), ("chris", None)):
        made = await subscriber(f"{name}@example.net")
        await db.execute("UPDATE subscriber SET area = $2 WHERE id = $1", made, area)
    return Place(bern, fribourg, council, action, "stand")


@pytest.fixture
async def office() -> AsyncIterator[smtp.PostOffice]:
    async with smtp.office() as opened:
        yield opened


@pytest.fixture
async def desk(web: Any) -> Desk:
    return Desk(web, await sign_in(web, await staff("Olga", "editor")))


async def scheduled(*blocks: Any) -> int:
    made = await campaign(en=draft(blocks=[Text("Hello."), *blocks], subject="News"))
    await sending.schedule(made, Moment(clock.now(), ""), None, None, warned=True)
    return made


async def left(work: Any, *blocks: Any) -> tuple[int, dict[str, str]]:
    """The campaign, which has left, and the texts by who got them."""
    async with smtp.office() as office:
        made = await scheduled(*blocks)
        await work()
    return made, {mail.recipient: text(mail) for mail in office.received}


def text(mail: smtp.Received) -> str:
    body = mail.parsed.get_body(("plain",))
    assert body
    return " ".join(body.get_content().split())


async def found_by_checks(campaign: int) -> tuple[list[str], list[str]]:
    """What keeps it back, and what is only to be seen."""
    found = await checks.about_texts(await queries.find(campaign))
    return [each.sentence for each in found if each.is_error], [each.sentence for each in found if not each.is_error]


async def test_everybody_sees_their_own_members_and_the_way_to_them(work: Any, place: Place) -> None:
    _made, texts = await left(work, ActionCard(), YourRepresentatives())
    here = "https://news.example.org/en/actions/stand"
    anna, boris, chris = (texts[f"{name}@example.net"] for name in ("anna", "boris", "chris"))
    assert f"Rosa Beispiel (Example Party) {here}/write/rosa?area={place.bern}" in anna and "Jean" not in anna
    assert f"Take part in two minutes: {here}/members?area={place.bern}" in anna
    assert f"Jean Exemple {here}/write/jean?area={place.fribourg}" in boris and "Rosa" not in boris
    assert f"Take part in two minutes: {here} " in chris and "Your postcode is enough" in chris
    assert "Rosa" not in chris and "Jean" not in chris and "?area" not in chris
    assert all("You would be one of the first." in each for each in texts.values())


async def test_every_link_about_the_action_leads_where_it_says(web: Any, work: Any, place: Place) -> None:
    _made, texts = await left(work, ActionCard(), YourRepresentatives())
    links = {link for each in texts.values() for link in re.findall(r"https://\S+/actions/\S+", each)}
    assert len(links) == 5
    for link in links:
        page = await web.get(link)
        assert page.status_code == 200, link
        wanted = "Rosa" if f"area={place.bern}" in link else "Jean" if "area=" in link else 'name="postcode"'
        assert wanted in page.text, link


async def test_the_members_of_a_large_area_stand_by_party_in_a_few_lines(work: Any, place: Place) -> None:
    for number in range(9):
        await advocacy.representative(place.council, place.bern, f"Member {number}", party="Centre" if number else "")
    _made, texts = await left(work, YourRepresentatives("stand"))
    centre = ", ".join(f"Member {number}" for number in range(1, 9))
    assert f"Centre: {centre} " in texts["anna@example.net"] and "write/" not in texts["anna@example.net"]


async def test_people_to_write_to_and_members_stand_in_one_mail_and_each_list_has_its_own(
    work: Any, place: Place
) -> None:
    colony = await cases.facility()
    for number in range(3):
        await cases.prisoner(f"Person {number}", facility=colony, key=f"key{number}")
    made, texts = await left(work, YourPrisoners(1), YourRepresentatives(), ActionCard())
    assert [sum(f"Person {n}" in each for n in range(3)) for each in texts.values()] == [1, 1, 1]
    assert "Rosa Beispiel" in texts["anna@example.net"] and "/en/posted/" in texts["anna@example.net"]
    # What is kept of it afterwards names no area.
    mailing = await db.fetch_value("SELECT mailing FROM campaign WHERE id = $1", made)
    assert await db.fetch_value("SELECT count(inserts) FROM delivery WHERE mailing = $1", mailing) == 0
    assert await db.fetch_value("SELECT sum(reserved) FROM allotment") == 3


async def test_the_number_at_sending_stands_in_the_text_and_its_picture_has_one_address_for_all(
    work: Any, place: Place
) -> None:
    rosa = await db.fetch_value("SELECT id FROM representative WHERE key = 'rosa'")
    for name in ("Dina", "Emil"):
        await advocacy.letter(place.action, rosa, "sent", f"{name}@example.net")
    async with smtp.office() as office:
        await scheduled(ActionCard("stand"))
        await work()
    sources = set()
    for mail in office.received:
        assert "there were 2 letters and calls. The goal is 100." in text(mail)
        html = mail.parsed.get_body(("html",))
        assert html
        sources.add(html.get_content().partition('/count-en.png"')[0].rpartition('src="')[2])
    assert sources == {"https://news.example.org/actions/stand"}


async def test_who_took_part_is_thanked_and_nobody_else_is_and_the_others_are_reminded(place: Place) -> None:
    await advocacy.took_part(place.action, "anna@example.net")
    both = Audience(topics=["newsletter"])
    thanked = msgspec.structs.replace(both, took_part=place.action)
    reminded = msgspec.structs.replace(both, took_no_part=place.action)
    assert [sum((await audience.count(who)).values()) for who in (both, thanked, reminded)] == [3, 1, 2]


async def test_who_takes_part_while_the_reminder_is_being_frozen_gets_none(
    work: Any, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze = outbox.freeze

    async def freeze_and_be_overtaken(*args: Any) -> int:
        added = await freeze(*args)

        async def take_part() -> None:
            db.engine().current_transaction.set(None)
            await advocacy.took_part(place.action, "boris@example.net")

        await asyncio.create_task(take_part())
        return added

    monkeypatch.setattr(outbox, "freeze", freeze_and_be_overtaken)
    made = await campaign(en=draft(blocks=[ActionCard()]))
    await audience.choose(made, Audience(topics=["newsletter"], took_no_part=place.action), None)
    async with smtp.office() as office:
        await sending.schedule(made, Moment(clock.now(), ""), None, None, warned=True)
        await work()
    assert sorted(office.recipients) == ["anna@example.net", "chris@example.net"]


@pytest.mark.parametrize(
    ("state", "why"),
    [("frozen", "is stopped at the moment"), ("closed", "is over")],
)
async def test_what_nobody_can_take_part_in_keeps_a_mail_back(
    office: smtp.PostOffice, place: Place, state: str, why: str
) -> None:
    made = await scheduled(ActionCard("stand"), YourRepresentatives("stand"))
    await db.execute("UPDATE action SET state = $2 WHERE id = $1", place.action, state)
    errors, _warnings = await found_by_checks(made)
    assert len(errors) == 2 and all(why in error for error in errors)
    assert not await sending.start(made)
    found = await queries.find(made)
    assert found.is_draft and why in found.trouble


async def test_an_action_frozen_while_its_mail_is_being_frozen_is_found_when_it_opens(
    office: smtp.PostOffice, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze = outbox.freeze

    async def freeze_and_be_overtaken(*args: Any) -> int:
        async def stop() -> None:
            db.engine().current_transaction.set(None)
            await opening.freeze(place.action, None)

        await asyncio.create_task(stop())
        return await freeze(*args)

    monkeypatch.setattr(outbox, "freeze", freeze_and_be_overtaken)
    made = await scheduled(ActionCard())
    assert not await sending.start(made)
    found = await queries.find(made)
    assert found.is_draft and "Nobody can take part in" in found.trouble
    assert await db.fetch_value("SELECT count(*) FROM mailing") == 0


async def test_an_action_frozen_under_way_pauses_the_mail_and_nothing_of_it_is_lost(work: Any, place: Place) -> None:
    async with smtp.office() as office:
        made = await scheduled(YourRepresentatives())
        await sending.start(made)
        await opening.freeze(place.action, None)
        await work()
        assert not set(office.recipients) & {"anna@example.net", "boris@example.net", "chris@example.net"}
        mailing = await db.fetch_value("SELECT mailing FROM campaign WHERE id = $1", made)
        assert await state(mailing) == "paused"
        await opening.thaw(place.action, None)
        await sending.resume(made, None)
        await work()
    assert "Rosa Beispiel" in text(office.to("anna@example.net")[0])


async def test_who_is_released_stands_in_no_card_of_an_action_that_leaves_afterwards(
    office: smtp.PostOffice, place: Place
) -> None:
    maria = await cases.prisoner()
    await db.execute("UPDATE action SET prisoners = ARRAY[$2::bigint] WHERE id = $1", place.action, maria)
    made = await scheduled(ActionCard())
    await sending.start(made)
    assert await inserts.showing([maria]) == 3
    await outbox.withdraw_key(maria, "released")
    mailing = await db.fetch_value("SELECT mailing FROM campaign WHERE id = $1", made)
    assert await state(mailing) == "paused"


async def test_without_an_open_action_the_mail_is_warned_of_and_without_an_edition_too(place: Place) -> None:
    made = await campaign(en=draft(blocks=[ActionCard()]), de=draft("de", blocks=[ActionCard()]))
    _errors, warnings = await found_by_checks(made)
    assert any("the action has no text in Deutsch, and would be shown in English" in each for each in warnings)
    await db.execute("UPDATE action SET state = 'closed'")
    errors, warnings = await found_by_checks(made)
    assert errors == [] and any("no action is open at this moment" in each for each in warnings)


async def test_the_preview_is_of_an_area_that_one_chooses(desk: Desk, place: Place) -> None:
    made = await campaign(en=draft(blocks=[YourRepresentatives()]))
    page = await desk.see(f"/staff/campaigns/{made}/preview/en?view=text")
    assert "Votes in" in page and "Rosa Beispiel" in page and "Jean" not in page
    other = await desk.see(f"/staff/campaigns/{made}/preview/en?view=text&area={place.fribourg}")
    assert "Jean Exemple" in other and "Rosa" not in other
    nobody = await desk.see(f"/staff/campaigns/{made}/preview/en?view=text&area=0")
    assert "Your postcode is enough" in nobody and "Rosa" not in nobody and "Jean" not in nobody


async def test_a_test_mail_is_as_in_the_area_that_one_chose(work: Any, place: Place) -> None:
    olga = await staff("Olga")
    made = await campaign(en=draft(blocks=[YourRepresentatives()]))
    async with smtp.office() as office:
        await trials.send(made, "en", "olga@example.org", Reader("Olga", ""), olga.id, 0, place.fribourg)
        await work()
    assert "Jean Exemple" in text(office.received[0]) and "Rosa" not in text(office.received[0])


async def test_the_composer_and_the_audience_keep_what_was_chosen(desk: Desk, place: Place) -> None:
    made = await campaign(en=draft(blocks=[ActionCard("stand", "thanks"), YourRepresentatives("stand")]))
    page = f"/staff/campaigns/{made}/edit/en"
    fields = await desk.fields(page)
    assert (fields["b.0.shows"], fields["b.1.action"]) == ("thanks", "stand")
    await desk.send(page, **(fields | {"b.0.shows": "ask", "b.1.action": ""}))
    assert (await queries.editions(made))["en"].blocks == [ActionCard("stand"), YourRepresentatives()]
    page = f"/staff/campaigns/{made}/audience"
    await desk.send(page, topics="newsletter", took_no_part=str(place.action))
    assert (await queries.find(made)).audience.took_no_part == place.action
    assert f'value="{place.action}" selected' in await desk.see(page)


async def test_the_archive_shows_the_action_as_it_is_now_and_nobodys_members(
    web: Any, work: Any, place: Place
) -> None:
    made, _texts = await left(work, ActionCard(), YourRepresentatives())
    page = await archived(web, made)
    assert "Ask your member of parliament to stand by Maria" in page and "Take part in two minutes" in page
    assert "found the people who represent them" in page and "Rosa" not in page and "?area" not in page
    # Another one that opens later is not what the mail was about.
    await advocacy.action(key="later", targets={})
    await opening.close(place.action, None)
    page = await archived(web, made)
    assert "/en/actions/stand" in page and "/en/actions/later" not in page
    assert "See what came of it" in page and "Take part in two minutes" not in page


async def test_a_document_for_scripts_says_it_by_key_and_is_told_of_what_it_got_wrong(place: Place) -> None:
    written = {
        "name": "Thanks",
        "audience": {"topics": ["actions"], "took_part": "stand"},
        "editions": {"en": {"subject": "Thanks", "blocks": [{"type": "action_card", "shows": "thanks"}]}},
    }
    made = await queries.find(await documents.create(msgspec.json.encode(written)))
    assert made.audience.took_part == place.action
    told = "\n".join(readable.lines(made, await queries.editions(made.id), None, await organisations.required(), {}))
    assert "only those who took part in action" in told and "[the action that opened last, as thanks]" in told
    with pytest.raises(documents.Invalid) as wrong:
        await documents.create(msgspec.json.encode(written | {"audience": {"took_part": "sit"}}))
    assert str(wrong.value.fields["audience.took_part"]) == "There is no action “sit”."


async def test_what_the_wire_sends_is_what_the_preview_shows(work: Any, place: Place) -> None:
    made, texts = await left(work, ActionCard(), YourRepresentatives())
    found, organisation = await queries.find(made), await organisations.required()
    edition = (await queries.editions(made))["en"]
    moments = await filling.moments(found, organisation)
    filled = await filling.fill(edition.blocks, "en", moments, for_all=True)
    compiled = preview.compiled(edition, preview.letterhead(organisation, found, "en"), filled)
    for name, keys in (("anna", [AREAS + place.bern]), ("chris", [])):
        shown = " ".join(preview.fill(compiled, Reader("", ""), keys=keys).text.split())
        assert shown.partition("Choose topics")[0] == texts[f"{name}@example.net"].partition("Choose topics")[0]


async def test_a_mail_is_not_scheduled_for_after_the_end_of_its_action(
    office: smtp.PostOffice, desk: Desk, place: Place
) -> None:
    await db.execute("UPDATE action SET closes_at = $1", clock.now() + timedelta(days=2))
    made = await campaign(en=draft(blocks=[ActionCard()]))
    with pytest.raises(acts.TooLateForIt):
        await sending.schedule(made, Moment(clock.now() + timedelta(days=3), ""), None, None, warned=True)
    version = (await queries.find(made)).version
    late = {"when": "later", "at": f"{clock.now() + timedelta(days=3):%Y-%m-%d %H:%M}", "understood": "yes"}
    page = await desk.send(f"/staff/campaigns/{made}/send", 422, version=str(version), **late)
    assert "will be over by then" in page.text and late["at"] in page.text
    await sending.schedule(made, Moment(clock.now() + timedelta(days=1), ""), None, None, warned=True)
    assert (await queries.find(made)).is_scheduled


async def test_a_rehearsal_writes_the_mail_of_an_action_that_will_open(office: smtp.PostOffice, place: Place) -> None:
    await db.execute("UPDATE action SET state = 'draft', opens_at = $1", clock.now() + timedelta(days=2))
    blocks = [Text("Hello."), ActionCard(), YourRepresentatives()]
    await automation(AutomationKind.ACTION_OPENED, en=draft(blocks=blocks))
    await automation(AutomationKind.ACTION_THANKS, en=draft(blocks=[ActionCard(shows="thanks")]))
    begun = await rehearsal.begin(5)
    await rehearsal.run(begun)
    found = await rehearsal.find(begun)
    assert found.of_kind(rehearsal.ERROR) == [] and found.mails == 2
    sentences = [each.sentence for month in await calendar.months(5) for day in month.days for each in day.entries]
    assert "“Ask your member to sponsor Maria” has opened, waits for you" in sentences


KINDS = {
    AutomationKind.ACTION_OPENED: (0, 0),
    AutomationKind.ACTION_REMINDER: (0, 1),
    AutomationKind.ACTION_THANKS: (1, 0),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_automation_makes_one_draft_about_an_action_that_opened_ends_soon_or_is_over(
    place: Place, kind: AutomationKind
) -> None:
    now = clock.now()
    await db.execute(
        "UPDATE action SET opened_at = $1, closes_at = $2, state = $3, closed_at = $4",
        now - timedelta(days=1),
        now + timedelta(days=4),
        "closed" if kind == AutomationKind.ACTION_THANKS else "open",
        now - timedelta(hours=1) if kind == AutomationKind.ACTION_THANKS else None,
    )
    shows = "thanks" if kind == AutomationKind.ACTION_THANKS else "ask"
    made = await automation(kind, en=draft(blocks=[ActionCard(shows=shows)]))
    ran = await automations.run_by_hand(made, None, None)
    [found] = [await queries.find(each) for each in ran.drafts]
    assert found.action == place.action
    thanked, reminded = KINDS[kind]
    assert (found.audience.took_part, found.audience.took_no_part) == (
        place.action * thanked,
        place.action * reminded,
    )
    errors, _warnings = await found_by_checks(found.id)
    assert errors == []
    last = await db.fetch_value("SELECT last_at FROM automation")
    assert (await automations.run_by_hand(made, last, None)).drafts == []


async def test_a_draft_is_there_as_soon_as_an_action_opens_and_only_once(work: Any, place: Place) -> None:
    await automation(AutomationKind.ACTION_OPENED, en=draft(blocks=[ActionCard()]))
    await db.execute("UPDATE action SET state = 'draft', opened_at = NULL")
    await db.execute("UPDATE action_edition SET language = 'en'")
    await opening.open(place.action, None)
    await work()
    jobs.enqueue("campaigns.action_opened")
    await work()
    rows = await db.fetch("SELECT action FROM campaign WHERE state = 'draft'")
    assert [row["action"] for row in rows] == [place.action]
