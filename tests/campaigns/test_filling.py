"""What the blocks of a campaign show: the right people, in the reader's language, and nobody who is hidden."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.campaigns import checks, filling, queries
from service.campaigns.filling import Moments
from service.kit import clock, db
from service.organisation import queries as organisations
from service.rendering import email
from service.rendering.blocks import Birthdays, FacilityAddress, NewCases, OnePrisoner, YourPrisoners
from service.rendering.email import Letterhead
from service.rendering.people import Card
from tests.make import campaigns, cases, mailings
from tests.make.campaigns import draft

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
MOMENTS = Moments(NOW - timedelta(days=7), NOW + timedelta(days=1), date(2026, 6, 1), NOW - timedelta(days=31))
ADDRESS = ["Марина Ковальчук", "ИК №4", "ул. Антошкина, 3", "246035, г. Гомель", "REPUBLIC OF BELARUS"]
READER = {"unsubscribe_url": "https://example.org/u", "preferences_url": "https://example.org/p"}


async def case(name: str = "Maryna Kavalchuk", **others: object) -> int:
    made = await cases.prisoner(name, **({"published_at": NOW} | others))
    await cases.status(made)
    return made


async def shown(*blocks: object, language: str = "en") -> list[Card]:
    filled = await filling.fill(blocks, language, MOMENTS)  # type: ignore[arg-type]
    return list(filled.data[0].cards)


async def test_new_cases_are_those_since_the_moment_the_newest_first() -> None:
    old = await case("Ales Lukin", published_at=NOW - timedelta(days=8))
    first = await case("Nasta Zorka", published_at=NOW - timedelta(days=2))
    second = await case(sentence={"en": "Three years for a comment.", "be": "Тры гады за каментар."}, photo="m.jpg")
    cards = await shown(NewCases())
    assert [card.key for card in cards] == [second, first] and old
    assert cards[0].name == "Maryna Kavalchuk" and cards[0].detained == "25 March 2021"
    assert cards[0].sentence and cards[0].sentence.text == "Three years for a comment."
    assert (cards[0].photo, cards[0].sources, cards[0].address) == ("/photos/m.jpg", ["Viasna"], [])
    [first_only] = await shown(NewCases(most=1))
    assert first_only.key == second


async def test_a_belarusian_reader_reads_belarusian_and_is_told_where_a_text_is_in_another_language() -> None:
    await case(sentence={"ru": "Три года колонии."}, place=await cases.facility(), born="1984-06-02")
    [card] = await shown(NewCases(), language="be")
    assert card.name == "Марына Кавальчук" and card.detained == "25 сакавіка 2021\u202fг."
    assert card.sentence and (card.sentence.text, card.sentence.language) == ("Три года колонии.", "ru")
    [card] = await shown(Birthdays("week"), language="be")
    assert (card.birthday, card.place) == ("2 чэрвеня", "ИК №4")


async def test_the_birthday_mail_names_the_right_people_with_their_address_letter_for_letter() -> None:
    colony = await cases.facility()
    maryna = await case(place=colony, born="1984-06-02")
    await case("Ales Lukin", place=colony, born="1984-06-09")
    nasta = await case("Nasta Zorka", place=colony, born="--06-01", name_ru="Настасья Зорка")
    await case("Yury Vosk", place=colony, born="1984-06-02", state="released")
    await case("Volha Krynica", place=colony, born="1984-06-02", publication="initials")
    cards = await shown(Birthdays("week"))
    assert [(card.key, card.birthday, card.age) for card in cards] == [
        (nasta, "1 June", None),
        (maryna, "2 June", 42),
    ]
    assert cards[1].address == ADDRESS
    filled = await filling.fill([Birthdays("week")], "en", MOMENTS)
    letterhead = Letterhead(organisation="Us")
    edition = email.compile_edition([Birthdays("week")], "Birthdays", "", "en", letterhead, data=filled.data)
    mail = email.fill(edition, READER)
    assert "\n".join(ADDRESS) in mail.text and "<br />".join(ADDRESS) in mail.html
    assert "2 June · 42 years" in mail.text and "Krynica" not in mail.text + mail.html


async def test_many_birthdays_have_a_line_each() -> None:
    colony = await cases.facility()
    for day in range(1, 31):
        await case(f"Person {day}", place=colony, born=f"1980-06-{day:02}", key=f"key{day}")
    cards = await shown(Birthdays("month"))
    assert len(cards) == 30 and all(card.is_brief and not card.address for card in cards)
    assert len((await shown(Birthdays("week")))[0].address) == 5


async def test_one_person_who_is_free_keeps_the_mail_back_and_says_so() -> None:
    await case(key="maryna", state="released")
    await case("Ales Lukin", key="ales", publication="hidden")
    blocks = [OnePrisoner("maryna"), OnePrisoner("ales"), OnePrisoner("nobody")]
    filled = await filling.fill(blocks, "en", MOMENTS)
    assert filled.missing["blocks[0].key"].startswith("Maryna Kavalchuk is free.")
    assert filled.missing["blocks[1].key"] == filled.missing["blocks[2].key"]
    assert "Lukin" not in filled.missing["blocks[1].key"]


async def test_one_person_is_shown_with_story_and_address_or_staff_are_told() -> None:
    colony = await cases.facility()
    await case(key="maryna", place=colony, biography={"en": "A nurse who sings."})
    [card] = await shown(OnePrisoner("maryna"))
    assert card.biography and card.biography.text == "A nurse who sings." and card.address == ADDRESS
    await db.execute("UPDATE facility SET valid_until = '2020-01-01'")
    filled = await filling.fill([OnePrisoner("maryna")], "en", MOMENTS)
    assert filled.noted["blocks[0].key"].startswith("Maryna Kavalchuk cannot be written to")


async def test_an_address_that_is_out_of_date_keeps_the_mail_back() -> None:
    colony = await cases.facility(rules='{"en": "No stickers."}')
    place = (await filling.fill([FacilityAddress(colony)], "en", MOMENTS)).data[0].place
    assert place and place.address == ADDRESS[1:] and place.name == "Penal colony No. 4, Homel"
    await db.execute("UPDATE facility SET valid_until = '2020-01-01'")
    filled = await filling.fill([FacilityAddress(colony), FacilityAddress(99)], "en", MOMENTS)
    assert "no complete address" in filled.missing["blocks[0].facility"]
    assert "not known any more" in filled.missing["blocks[1].facility"]


async def test_three_invented_readers_have_people_of_their_own_and_nobody_is_reserved() -> None:
    colony = await cases.facility()
    made = {await case(f"Person {n}", place=colony, key=f"key{n}") for n in range(9)}
    filled = await filling.fill([YourPrisoners(3)], "en", MOMENTS)
    assert {key for reader in range(3) for key in filled.own(reader)} == made
    assert {card.key for card in filled.data[0].cards} == made
    assert (await filling.fill([YourPrisoners(3)], "en", MOMENTS)).given == filled.given
    assert await db.fetch_value("SELECT count(*) FROM allotment") == 0


async def test_for_the_real_mail_everybody_stands_ready() -> None:
    colony = await cases.facility()
    for n in range(12):
        await case(f"Person {n}", place=colony, key=f"key{n}")
    await case("Nobody can write", place=await cases.facility(street=""))
    filled = await filling.fill([YourPrisoners(1)], "en", MOMENTS, for_all=True)
    assert len(filled.data[0].cards) == 12


async def test_empty_blocks_are_told_to_staff_before_and_kindly_to_readers() -> None:
    blocks = [NewCases(), Birthdays("day"), YourPrisoners(2)]
    filled = await filling.fill(blocks, "en", MOMENTS)
    assert sorted(filled.noted) == ["blocks[0]", "blocks[1]", "blocks[2]"] and not filled.missing
    mail = email.fill(
        email.compile_edition(blocks, "News", "", "en", Letterhead(organisation="Us"), data=filled.data), READER
    )
    for sentence in (
        "No new case has become known since our last mail.",
        "We know of nobody who has a birthday in these days.",
        "At this moment we know nobody whose address is certain.",
    ):
        assert sentence in mail.text and sentence in mail.html
    assert "I posted it" not in mail.text


async def test_new_means_since_the_last_mail_with_new_cases_left_and_else_since_a_week() -> None:
    organisation = await organisations.required()
    campaign = await queries.find(await campaigns.campaign(en=draft(blocks=[NewCases()])))
    with clock.at(NOW):
        assert (await filling.moments(campaign, organisation)).since == NOW - timedelta(days=7)
        mailing = await mailings.mailing()
        earlier = await campaigns.under_way(mailing)
        await db.execute("UPDATE mailing SET started_at = $1", NOW - timedelta(days=30))
        assert (await filling.moments(campaign, organisation)).since == NOW - timedelta(days=7)
        await db.execute(
            'UPDATE campaign_edition SET blocks = \'[{"type": "new_cases", "most": 5}]\' WHERE campaign = $1',
            earlier,
        )
        assert (await filling.moments(campaign, organisation)).since == NOW - timedelta(days=30)
        await db.execute("UPDATE campaign SET new_since = $1, seen_from = '2026-07-01'", NOW - timedelta(days=2))
        found = await filling.moments(await queries.find(campaign.id), organisation)
        assert (found.since, found.first) == (NOW - timedelta(days=2), date(2026, 7, 1))


async def test_checks_warn_of_what_is_empty_and_keep_back_what_is_gone() -> None:
    await case(key="maryna", state="died")
    made = await campaigns.campaign(en=draft(blocks=[NewCases(), OnePrisoner("maryna"), YourPrisoners(2)]))
    found = await checks.run(await queries.find(made))
    errors = [finding.sentence for finding in found if finding.is_error]
    warnings = [finding.sentence for finding in found if not finding.is_error]
    assert any("Maryna Kavalchuk has died" in sentence for sentence in errors)
    assert any("English, block 3: nobody can be written to" in sentence for sentence in warnings)


async def test_editions_give_each_reader_as_many_people() -> None:
    await cases.prisoner(place=await cases.facility())
    made = await campaigns.campaign(en=draft(blocks=[YourPrisoners(1)]), de=draft("de", [YourPrisoners(2)]))
    found = await checks.run(await queries.find(made))
    [told] = [finding.sentence for finding in found if "Make them equal" in finding.sentence]
    assert told.startswith("English gives each reader 1 person to write to, Deutsch 2 people.")
