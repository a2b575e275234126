"""People in a campaign from the composer to the archive: chosen by name, tested, frozen, taken out, and gone."""

import asyncio
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import msgspec
import pytest

from service.campaigns import compose, documents, queries, sending, trial
from service.campaigns.moments import Moment
from service.campaigns.preview import Reader
from service.cases import editing
from service.delivery import outbox
from service.kit import clock, db
from service.rendering.blocks import Birthdays, NewCases, OnePrisoner, Text, YourPrisoners
from tests.campaigns.test_pages import Desk, form_of
from tests.make import cases, smtp
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.staff import sign_in, staff
from tests.make.subscribers import subscriber

pytestmark = pytest.mark.usefixtures("database")

MAY = datetime(2026, 5, 20, 9, tzinfo=UTC)


@pytest.fixture
async def desk(web: Any) -> Desk:
    return Desk(web, await sign_in(web, await staff("Olga", "editor")))


async def case(name: str = "Maryna Kavalchuk", place: int | None = None, **others: Any) -> int:
    made = await cases.prisoner(name, place, **others)
    await cases.status(made)
    return made


async def sent(work: Any, *blocks: Any) -> tuple[int, smtp.PostOffice]:
    """A campaign of these blocks to two readers, which has left."""
    await postal_address()
    for name in ("anna", "boris"):
        await subscriber(f"{name}@example.net")
    made = await campaign(en=draft(blocks=[Text("Hello."), *blocks], subject="News"))
    async with smtp.office() as office:
        await sending.schedule(made, Moment(clock.now(), ""), None, None, warned=True)
        await work()
    return made, office


async def archived(web: Any, made: int, language: str = "en") -> str:
    key = await db.fetch_value("SELECT archive_key FROM campaign WHERE id = $1", made)
    answer = await web.get(f"/{language}/archive/{key}")
    assert answer.status_code == 200
    return unescape(answer.text)


async def test_everybody_gets_people_of_their_own_and_a_link_that_counts_once(work: Any) -> None:
    colony = await cases.facility()
    for number in range(4):
        await case(f"Person {number}", colony, key=f"key{number}")
    _made, office = await sent(work, YourPrisoners(2))
    texts = [mail.parsed.get_body(("plain",)).get_content() for mail in office.received]  # type: ignore[union-attr]
    given = [{name for name in (f"Person {n}" for n in range(4)) if name in text} for text in texts]
    assert [len(names) for names in given] == [2, 2] and given[0] | given[1] == {f"Person {n}" for n in range(4)}
    assert all("/en/posted/" in text for text in texts)
    reserved = await db.fetch("SELECT prisoner, reserved FROM allotment ORDER BY prisoner")
    assert [row["reserved"] for row in reserved] == [1, 1, 1, 1]


async def test_a_test_shows_examples_reserves_nobody_and_counts_no_letter(work: Any) -> None:
    olga, colony = await staff("Olga"), await cases.facility()
    await case(place=colony)
    made = await campaign(en=draft(blocks=[YourPrisoners(1)]))
    async with smtp.office() as office:
        await trial.send(made, "en", "olga@example.org", Reader("Anna", ""), olga.id)
        await work()
    text = office.received[0].parsed.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Maryna Kavalchuk" in text and "I posted it: https://news.example.org/en/letters/mine" in text
    assert await db.fetch_value("SELECT count(*) FROM allotment") == 0


async def test_a_mail_with_nobody_to_write_to_still_leaves_with_a_kind_sentence(work: Any) -> None:
    _made, office = await sent(work, YourPrisoners(2))
    assert len(office.received) == 2
    text = office.received[0].parsed.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "we know nobody whose address is certain" in text.replace("\n", " ")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": "released", "released_on": "2026-05-19"}, "released"),
        ({"publication": "hidden"}, "hidden"),
        ({"name_latin": "Maryna Kavalčuk"}, "changed"),
    ],
)
async def test_who_is_changed_while_a_mailing_is_being_frozen_is_not_in_it(
    work: Any, change: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    maryna, _ales = await case(key="maryna"), await case("Ales Lukin", key="ales")
    freeze = outbox.freeze

    async def freeze_and_be_overtaken(*args: Any) -> int:
        async def accept() -> None:
            db.engine().current_transaction.set(None)
            await editing.change(maryna, change, by=None)

        await asyncio.create_task(accept())
        return await freeze(*args)

    monkeypatch.setattr(outbox, "freeze", freeze_and_be_overtaken)
    made, office = await sent(work, NewCases())
    texts = [mail.parsed.get_body(("plain",)).get_content() for mail in office.received]  # type: ignore[union-attr]
    assert len(texts) == 2 and all("Ales Lukin" in text and "Maryna" not in text for text in texts)
    taken = await db.fetch_one("SELECT key, reason, mails FROM mailing_withdrawal")
    assert taken and tuple(taken) == (maryna, why, 2) and made


async def test_the_archive_shows_whom_the_mail_showed_and_no_letter_writers(web: Any, work: Any) -> None:
    colony = await cases.facility()
    await case(place=colony, key="maryna")
    made, _office = await sent(work, NewCases(), YourPrisoners(1))
    await case("Ales Lukin", colony, key="ales")
    page = await archived(web, made)
    assert "Maryna Kavalchuk" in page and "Ales Lukin" not in page
    assert page.count("Maryna Kavalchuk</h3>") == 1
    assert "/en/letters/mine" in page and "posted" not in page


@pytest.mark.parametrize(
    "change",
    [{"state": "released", "released_on": "2026-05-21"}, {"publication": "hidden"}, {"veto_note": "the family"}],
)
async def test_who_is_free_or_hidden_since_is_not_in_the_archive_any_more(
    web: Any, work: Any, change: dict[str, str]
) -> None:
    maryna = await case(key="maryna", born="1984-06-02", place=await cases.facility())
    with clock.at(MAY):
        await db.execute("UPDATE prisoner SET published_at = $1", MAY - timedelta(hours=1))
        made, _office = await sent(work, NewCases(), Birthdays("month"), OnePrisoner("maryna"))
    assert (await archived(web, made)).count("Maryna Kavalchuk</h3>") == 3
    if "veto_note" in change:
        await db.execute("UPDATE prisoner SET vetoed_at = $1", clock.now())
    else:
        await editing.change(maryna, change, by=None)
    page = await archived(web, made)
    assert "Kavalchuk" not in page and "No new case" not in page


async def test_by_initials_alone_the_archive_shows_what_is_agreed_to_now(web: Any, work: Any) -> None:
    maryna = await case(key="maryna", born="1984-06-02", place=await cases.facility())
    with clock.at(MAY):
        await db.execute("UPDATE prisoner SET published_at = $1", MAY - timedelta(hours=1))
        made, _office = await sent(work, NewCases(), Birthdays("month"))
    await editing.change(maryna, {"publication": "initials"}, by=None)
    page = await archived(web, made)
    assert "M. K.</h3>" in page and "Kavalchuk" not in page and "2 June" not in page


async def test_olga_finds_a_person_by_name_without_scripts(desk: Desk) -> None:
    await case(key="maryna", search="maryna kavalchuk")
    made = await campaign(en=draft(blocks=[OnePrisoner()]))
    page = f"/staff/campaigns/{made}/edit/en"
    assert "Nobody is chosen yet" in await desk.see(page)
    fields = await desk.fields(page) | {"b.0.name": "kaval"}
    answer = await desk.web.post(page, data={"csrf": desk.csrf, **fields, "do": "find 0"})
    assert answer.status_code == 200 and "Maryna Kavalchuk" in answer.text
    chosen = form_of(answer.text) | {"b.0.key": "maryna"}
    await desk.send(page, **chosen)
    assert (await compose.edition(made, "en")).blocks == [OnePrisoner("maryna")]
    assert "Maryna Kavalchuk" in await desk.see(page)


async def test_who_presses_enter_in_the_field_of_a_name_meant_to_look_for_it(desk: Desk) -> None:
    made = await campaign(en=draft(blocks=[OnePrisoner()]))
    page = f"/staff/campaigns/{made}/edit/en"
    answer = await desk.web.post(
        page, data={"csrf": desk.csrf, **(await desk.fields(page)), "b.0.name": "Nobody", "subject": "Typed"}
    )
    assert answer.status_code == 200 and "is called “Nobody”" in answer.text
    assert (await compose.edition(made, "en")).subject == "Typed"


async def test_every_block_that_fills_itself_can_be_added_and_saved(desk: Desk) -> None:
    colony = await cases.facility()
    made = await campaign(en=draft(blocks=[Text("Hello.")]))
    page = f"/staff/campaigns/{made}/edit/en"
    for kind in ("new_cases", "birthdays", "your_prisoners", "facility_address"):
        await desk.send(page, **(await desk.fields(page)), do=f"add {kind} 0")
    fields = await desk.fields(page) | {"b.1.facility": str(colony), "b.2.count": "5", "b.3.window": "two_months"}
    await desk.send(page, **(fields | {"b.4.most": "7"}))
    blocks = (await compose.edition(made, "en")).blocks
    assert [type(block).__name__ for block in blocks[1:]] == [
        "FacilityAddress",
        "YourPrisoners",
        "Birthdays",
        "NewCases",
    ]
    assert (blocks[1].facility, blocks[2].count, blocks[3].window) == (colony, 5, "two_months")  # type: ignore[union-attr]
    shown = await desk.see(f"/staff/campaigns/{made}/preview/en?view=text")
    assert "ул. Антошкина, 3" in shown and "We know of nobody who has a birthday" in shown


async def test_the_preview_says_whom_a_block_cannot_show(desk: Desk) -> None:
    await case(key="maryna", state="released")
    made = await campaign(en=draft(blocks=[OnePrisoner("maryna")]))
    page = await desk.see(f"/staff/campaigns/{made}/preview/en?view=text")
    assert "Maryna Kavalchuk is free" in page and "Not shown yet" in page


async def test_a_document_carries_these_blocks_and_a_copy_keeps_them(desk: Desk) -> None:
    blocks = [NewCases(5), Birthdays("week"), YourPrisoners(2)]
    made = await campaign(en=draft(blocks=blocks))
    found = await queries.find(made)
    source = msgspec.json.encode(documents.shown(found, await queries.editions(made)))
    again, copy = await documents.create(source), await compose.duplicate(made, None)
    for campaign_ in (again, copy):
        assert (await compose.edition(campaign_, "en")).blocks == blocks


async def test_staff_see_who_was_taken_out_and_how_to_go_on(desk: Desk, work: Any) -> None:
    maryna = await case(key="maryna")
    await subscriber("anna@example.net")
    await postal_address()
    made = await campaign(en=draft(blocks=[NewCases()]))
    async with smtp.office():
        await sending.schedule(made, Moment(clock.now(), ""), None, None, warned=True)
        await sending.start(made)
        await editing.change(maryna, {"state": "released"}, by=None)
        page = await desk.see(f"/staff/campaigns/{made}")
    assert "Taken out meanwhile" in page and "was released" in page and "Maryna Kavalchuk" in page
    assert "Nobody is left in one of this mail’s lists" in page and "Go on" in page
