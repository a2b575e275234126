import msgspec
import pytest

from service.campaigns import audience, checks, compose, queries
from service.campaigns.checks import Finding
from service.campaigns.queries import Audience
from service.kit import clock, db
from service.rendering.blocks import Block, Button, Columns, Heading, Image, Text
from service.rendering.email import CompiledEdition
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.smtp import smtp_url
from tests.make.subscribers import mailing_list, subscriber

pytestmark = pytest.mark.usefixtures("database")


async def found(campaign: int, servers: str = "smtp://127.0.0.1:9") -> list[Finding]:
    async with smtp_url(servers):
        return await checks.run(await queries.find(campaign))


async def only(campaign: int, servers: str = "smtp://127.0.0.1:9") -> Finding:
    (finding,) = await found(campaign, servers)
    return finding


async def ready(*languages: str, **editions: compose.Draft) -> int:
    """A campaign with nothing to find, but for what the test puts into it."""
    await postal_address()
    await subscriber("anna@example.org")
    return await campaign(languages or ("en",), **editions)


async def of_block(block: Block) -> Finding:
    return await only(await ready(en=draft(blocks=[Text("Hello."), block])))


async def test_a_finished_campaign_is_in_order() -> None:
    assert await found(await ready("en", "fr", "de")) == []


async def test_an_edition_that_nobody_translated_is_worth_a_look() -> None:
    finding = await only(await ready(en=draft("en"), ru=draft("en")))
    assert finding.sentence == "The Русский edition is word for word the English one."
    assert not finding.is_error and finding.link == "/staff/campaigns/1/edit/ru"


async def test_a_copy_with_another_link_is_still_not_translated() -> None:
    english, russian = (draft(blocks=[Button("Write", f"https://www.example.org/{to}")]) for to in ("en", "ru"))
    assert "word for word" in (await only(await ready(en=english, ru=russian))).sentence


async def test_one_translated_block_makes_it_an_edition_of_its_own() -> None:
    english = draft(blocks=[Text("Hello."), Heading("News")])
    russian = draft(blocks=[Text("Привет."), Heading("News")])
    assert await found(await ready(en=english, ru=russian)) == []


async def test_a_campaign_without_a_mail_server_cannot_leave() -> None:
    finding = await only(await ready(), servers="")
    assert finding.is_error and "SMTP_URL" in finding.sentence


async def test_a_campaign_without_a_sender_cannot_leave() -> None:
    made = await ready()
    await db.execute("UPDATE organisation SET sender_address = ''")
    assert (await only(made)).link == "/staff/settings"


async def test_a_missing_postal_address_is_worth_a_look() -> None:
    made = await ready()
    await db.execute("UPDATE organisation SET postal_address = ''")
    assert not (await only(made)).is_error


async def test_somebody_has_to_be_chosen() -> None:
    made = await ready()
    await audience.choose(made, Audience(), None)
    finding = await only(made)
    assert finding.is_error and finding.link == f"/staff/campaigns/{made}/audience"


async def test_an_audience_of_nobody_is_an_error() -> None:
    made = await ready()
    await audience.choose(made, Audience(topics=["birthdays"]), None)
    assert (await only(made)).sentence == "Nobody who is confirmed is on these lists or follows these topics."


async def test_a_list_that_went_into_the_archive_is_mentioned() -> None:
    letters = await mailing_list("Letter writers")
    await postal_address()
    await subscriber("anna@example.org", lists=[letters])
    made = await campaign(lists=[letters])
    await db.execute("UPDATE mailing_list SET archived_at = $1", clock.now())
    assert not (await only(made)).is_error


async def test_jurg_without_an_edition_and_without_one_to_fall_back_to_is_an_error() -> None:
    await subscriber("jurg@example.org", language="de")
    made = await ready("fr")
    sentences = [finding.sentence for finding in await found(made)]
    assert any(sentence.startswith("1 person reads Deutsch, and there is neither") for sentence in sentences)


async def test_jurg_who_would_get_english_is_worth_a_look() -> None:
    await subscriber("jurg@example.org", language="de")
    finding = await only(await ready())
    assert not finding.is_error
    assert finding.sentence.startswith("There is no edition in Deutsch: 1 person reads it")


async def test_ilya_whose_language_the_house_does_not_write_in_needs_no_asking() -> None:
    await subscriber("ilya@example.org", language="ru")
    assert await found(await ready()) == []


async def test_an_edition_that_was_begun_and_left_empty_is_an_error() -> None:
    made = await ready("en", de=compose.Draft())
    finding = await only(made)
    assert finding.is_error and finding.link == f"/staff/campaigns/{made}/edit/de"


async def test_a_mail_has_a_subject() -> None:
    made = await ready(en=msgspec.structs.replace(draft(), subject=""))
    finding = await only(made)
    assert finding.is_error and finding.link == f"/staff/campaigns/{made}/edit/en#subject"


async def test_a_subject_that_is_just_short_enough_is_not_mentioned() -> None:
    assert await found(await ready(en=draft(subject="x" * 78))) == []


async def test_a_long_subject_is_worth_a_look() -> None:
    finding = await only(await ready(en=draft(subject="x" * 79)))
    assert not finding.is_error and "79 characters" in finding.sentence


@pytest.mark.parametrize(
    ("block", "field"),
    [
        (Image(src="/media/x.jpg"), "b.1.alt"),
        (Image(alt="A boat"), "b.1.src"),
        (Image(src="https://elsewhere.example.net/x.jpg", alt="A boat"), "b.1.src"),
        (Heading(), "b.1.text"),
        (Text("  "), "b.1.text"),
        (Button("Write", ""), "b.1.url"),
        (Button("Write", "http://www.example.org/"), "b.1.url"),
        (Button("Write", "javascript:alert(1)"), "b.1.url"),
        (Button("Write", "https://letters"), "b.1.url"),
        (Button("Write", "https://https://www.example.org"), "b.1.url"),
        (Button("Write", "mailto:anna"), "b.1.url"),
        (Text("See [there](http://www.example.org)."), "b.1.text"),
        (Text("See [there](https://www)."), "b.1.text"),
        (Text("Dear {{ first_nam }}"), "b.1.text"),
        (Columns([Text("a")], []), "b.1"),
        (Columns([Text("a")], [Button("Write", "https://nowhere")]), "b.1.right.0.url"),
    ],
)
async def test_what_is_wrong_in_a_block_leads_to_its_field(block: Block, field: str) -> None:
    finding = await of_block(block)
    assert finding.is_error
    assert finding.link.endswith(f"/edit/en#{field}")
    assert finding.sentence.startswith("English, block 2: ")


@pytest.mark.parametrize(
    "left", ["Lorem ipsum dolor", "TO" + "DO: the date", "Dear [name],", "XX" + "XX people", "on [Datum]"]
)
async def test_a_gap_that_was_left_is_worth_a_look(left: str) -> None:
    assert not (await of_block(Text(left))).is_error


@pytest.mark.parametrize("fine", ["a [link](https://www.example.org)", "he said “[…] no”", "the todo of the day"])
async def test_what_only_resembles_a_gap_is_left_alone(fine: str) -> None:
    assert await found(await ready(en=draft(blocks=[Text(fine)]))) == []


async def test_a_name_without_a_word_for_who_gave_none_is_worth_a_look() -> None:
    finding = await of_block(Text("Dear {{ first_name }},"))
    assert not finding.is_error and '{{ first_name|default("friend") }}' in finding.sentence


async def test_a_mail_that_gmail_cuts_off_is_worth_a_look() -> None:
    long = [Text("Twelve words that say nothing at all but take up some room. " * 300) for _ in range(6)]
    finding = await only(await ready(en=draft(blocks=long)))
    assert not finding.is_error and "Gmail" in finding.sentence


async def test_a_mail_without_the_way_out_is_an_error() -> None:
    made = await ready()
    edition = await compose.edition(made, "en")
    plain = CompiledEdition("s", "<p>x</p>", "x")
    sentences = [finding.sentence for finding in checks._about_mail(edition, plain, "English", "/page")]
    assert sentences == ["English: the link to unsubscribe is missing from the layout."]


async def test_errors_come_before_what_is_worth_a_look() -> None:
    made = await ready(en=draft(subject="x" * 79, blocks=[Heading()]))
    assert [finding.is_error for finding in await found(made)] == [True, False]
