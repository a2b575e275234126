from zoneinfo import ZoneInfo

import pytest

from service.advocacy import queries, readiness
from service.kit import clock, db
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")
ZURICH = ZoneInfo("Europe/Zurich")


@pytest.fixture
async def bern():
    """Whose readers all read English."""
    await db.execute("""UPDATE organisation SET languages = '["en"]'""")
    area = await advocacy.area()
    await advocacy.place(area)
    return area


async def found(**columns):
    action = await queries.by_id(await advocacy.action("draft", **columns), "en")
    return [finding for finding in await readiness.findings(action) if "tried it out" not in finding.sentence]


async def told(**columns):
    return [finding.sentence for finding in await found(**columns)]


async def test_of_what_lacks_nothing_nothing_is_said(bern):
    parliament = await advocacy.parliament()
    rosa = await advocacy.representative(parliament, bern)
    assert await told(targets={"parliaments": [parliament], "people": [rosa]}) == []


async def test_somebody_has_to_be_asked_and_to_be_there(bern):
    nobody, gone = await found(), await found(targets={"parliaments": [await advocacy.parliament()]})
    assert [(f.part, f.is_error) for f in (*nobody, *gone)] == [("targets", True)] * 2


async def test_members_without_an_address_and_returned_letters_are_said_before_it_opens(bern):
    parliament = await advocacy.parliament()
    await advocacy.representative(parliament, bern, email="")
    await advocacy.representative(parliament, bern, bounced_at=clock.now(), bounced_words="no such mailbox")
    said = await found(targets={"parliaments": [parliament]})
    assert "1 of 2 has no e-mail address" in said[0].sentence and "sent letters back" in said[1].sentence
    assert not any(finding.is_error for finding in said)


async def test_an_area_that_no_postcode_leads_to_is_said(bern):
    parliament = await advocacy.parliament()
    await advocacy.representative(parliament, bern)
    await advocacy.representative(parliament, await advocacy.area("JU", "Jura"), "Jean Exemple")
    [sentence] = await told(targets={"parliaments": [parliament]})
    assert "no postcode leads to 1 of 2 areas" in sentence


async def test_a_missing_language_is_said_and_an_unfinished_text_keeps_it_back(bern):
    rosa = await advocacy.representative(await advocacy.parliament(), bern)
    await db.execute("""UPDATE organisation SET languages = '["en", "de"]'""")
    targets = {"people": [rosa]}
    [missing] = await found(targets=targets)
    assert "no text in Deutsch" in missing.sentence and not missing.is_error
    id = await advocacy.action("draft", targets=targets)
    await advocacy.edition(id, "de", title="", prompts=[], example="", thanks="")
    said = await readiness.findings(await queries.by_id(id, "en"))
    assert [(f.sentence, f.part) for f in said if f.is_error] == [
        ("Deutsch: the title and the questions are missing.", "texts/de#title"),
    ]
    assert "Deutsch: without an example and a word of thanks." in [f.sentence for f in said]


async def test_without_any_text_it_does_not_open(bern):
    rosa = await advocacy.representative(await advocacy.parliament(), bern)
    assert [f.is_error for f in await found(targets={"people": [rosa]}, languages=())] == [True]


async def test_who_is_free_is_said_and_who_may_not_be_shown_keeps_it_back(bern):
    rosa = await advocacy.representative(await advocacy.parliament(), bern)
    free = await cases.prisoner("Maria Free", state="released")
    hidden = await cases.prisoner("Maria Hidden", publication="hidden")
    shut, noted = await found(targets={"people": [rosa]}, prisoners=(free, hidden))
    assert shut.is_error and "may not be shown" in shut.sentence and "Hidden" not in shut.sentence
    assert not noted.is_error and "Maria Free is not in prison any more" in noted.sentence


async def test_a_last_day_that_has_passed_keeps_it_back(bern):
    rosa = await advocacy.representative(await advocacy.parliament(), bern)
    assert await told(targets={"people": [rosa]}, closes_at=clock.now()) == ["Its last day has passed."]


async def test_nobody_has_tried_it_out_until_a_letter_was_confirmed(bern):
    rosa = await advocacy.representative(await advocacy.parliament(), bern)
    id = await advocacy.action("draft", targets={"people": [rosa]})

    async def sentences():
        return [finding.sentence for finding in await readiness.findings(await queries.by_id(id, "en"))]

    await advocacy.letter(id, rosa, "unconfirmed", is_test=True)
    assert len(await sentences()) == 1 and "tried it out" in (await sentences())[0]
    await advocacy.letter(id, rosa, "ready", "olga@example.org", is_test=True)
    assert await sentences() == []
