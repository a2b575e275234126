import asyncio

import pytest

from service.campaigns import audience, compose, queries
from service.campaigns.compose import Draft, EditionNotFound, NotDraft, Overtaken
from service.campaigns.queries import Audience, CampaignNotFound
from service.kit import db
from service.kit.errors import Invalid
from service.rendering.blocks import Image, Text
from tests.make.campaigns import campaign, draft
from tests.make.staff import staff

pytestmark = pytest.mark.usefixtures("database")


async def test_olga_begins_with_an_edition_in_the_language_of_the_house() -> None:
    made = await compose.create("  News\n in June ", None)
    assert list(await queries.editions(made)) == ["en"]
    assert (await queries.find(made)).name == "News in June"


@pytest.mark.parametrize("name", ["", " \n ", "x" * 121])
async def test_a_campaign_has_a_name_of_bounded_length(name: str) -> None:
    with pytest.raises(Invalid):
        await compose.create(name, None)


async def test_what_olga_typed_is_kept_although_it_is_not_finished() -> None:
    made = await campaign()
    unfinished = Draft("{{ first_nam", "", [Image(src="", alt=""), Text("[x](http://")])
    await compose.save(made, "en", 1, unfinished, None)
    kept = await compose.edition(made, "en")
    assert (kept.subject, kept.blocks) == (unfinished.subject, unfinished.blocks)


async def test_boris_who_saves_second_is_shown_what_olga_saved() -> None:
    made, olga, boris = await campaign(), await staff("Olga"), await staff("Boris")
    await compose.save(made, "en", 1, draft(subject="Olga's"), olga.id)
    with pytest.raises(Overtaken) as found:
        await compose.save(made, "en", 1, draft(subject="Boris's"), boris.id)
    assert found.value.theirs.subject == "Olga's"
    assert "Olga saved this edition" in str(found.value)
    assert (await compose.edition(made, "en")).subject == "Olga's"


async def test_of_ten_who_save_at_once_one_is_first_and_nine_are_told() -> None:
    made = await campaign()
    tries = [compose.save(made, "en", 1, draft(subject=f"Number {n}"), None) for n in range(10)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Overtaken"] * 9 + ["int"]


async def test_two_translators_do_not_stand_in_one_another_s_way() -> None:
    made = await campaign(["en", "de"])
    assert await compose.save(made, "en", 1, draft("en"), None) == 2
    assert await compose.save(made, "de", 1, draft("de"), None) == 2


async def test_a_new_language_begins_with_the_text_of_another() -> None:
    made = await campaign()
    await compose.add_edition(made, "fr", "en", None)
    original, copied = (await queries.editions(made)).values()
    assert (copied.subject, copied.blocks) == (original.subject, original.blocks)


async def test_adding_a_language_twice_keeps_what_was_written_in_it() -> None:
    made = await campaign(["en", "de"])
    await compose.add_edition(made, "de", "en", None)
    assert (await compose.edition(made, "de")).subject.startswith("Guten Tag")


@pytest.mark.parametrize(("language", "copy_of"), [("xx", ""), ("", ""), ("fr", "ru")])
async def test_an_edition_needs_a_language_that_we_speak_and_a_source_that_exists(
    language: str, copy_of: str
) -> None:
    with pytest.raises(EditionNotFound):
        await compose.add_edition(await campaign(), language, copy_of, None)


async def test_a_copy_has_texts_and_audience_and_is_a_draft_of_its_own() -> None:
    made = await campaign(["en", "fr"])
    await db.execute("UPDATE campaign SET state = 'started' WHERE id = $1", made)
    copied = await compose.duplicate(made, None)
    original, new = await queries.find(made), await queries.find(copied)
    assert (new.name, new.state, new.audience) == ("News in June (copy)", "draft", original.audience)
    assert new.archive_key != original.archive_key
    assert list(await queries.editions(copied)) == ["en", "fr"]


@pytest.mark.parametrize("state", ["scheduled", "started", "cancelled"])
async def test_the_text_of_what_is_no_draft_any_more_stays(state: str) -> None:
    made = await campaign()
    await db.execute("UPDATE campaign SET state = $2 WHERE id = $1", made, state)
    for change in (
        compose.save(made, "en", 1, draft(subject="late"), None),
        compose.add_edition(made, "de", "", None),
        compose.remove_edition(made, "en", None),
        compose.delete(made, None),
        audience.choose(made, Audience(topics=["cases"]), None),
    ):
        with pytest.raises(NotDraft):
            await change
    assert (await compose.edition(made, "en")).subject == draft().subject


async def test_a_deleted_draft_is_gone_with_its_editions() -> None:
    made = await campaign()
    await compose.delete(made, None)
    with pytest.raises(CampaignNotFound):
        await queries.find(made)
    assert await db.fetch_value("SELECT count(*) FROM campaign_edition") == 0


async def test_every_change_is_in_the_audit_and_names_who_made_it() -> None:
    olga = await staff("Olga")
    made = await compose.create("News", olga.id)
    await compose.save(made, "en", 1, draft(), olga.id)
    await compose.rename(made, "More news", olga.id)
    rows = await db.fetch("SELECT account, action, subject FROM audit ORDER BY id")
    assert [row["action"] for row in rows] == ["campaign.created", "campaign.edition_saved", "campaign.renamed"]
    assert {(row["account"], row["subject"]) for row in rows} == {(olga.id, f"campaign {made}")}
