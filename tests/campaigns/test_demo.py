import pytest

from service.campaigns import checks, demo, queries
from service.delivery import queries as deliveries
from service.kit import db, sealing
from service.subscribers import people_queries
from tests.make.smtp import smtp_url
from tests.make.subscribers import subscriber

pytestmark = pytest.mark.usefixtures("database")


async def test_the_demo_has_people_lists_a_sent_campaign_and_two_drafts_that_are_ready() -> None:
    await demo.load()
    assert sum((await people_queries.by_language()).values()) == 500
    assert await db.fetch_value("SELECT count(*) FROM mailing_list") == 2
    call, draft, sent = await queries.listing()
    assert (draft.state, sent.mailing_state, draft.languages) == ("draft", "sent", ["en", "fr", "de"])
    assert sent.mailing
    books = await deliveries.books(sent.mailing)
    assert books.balanced and books.sent > 400 and not books.open
    async with smtp_url("smtp://127.0.0.1:9"):
        assert await checks.run(await queries.find(draft.id)) == []
        assert await checks.run(await queries.find(call.id)) == []
    assert await db.fetch_value("SELECT count(area) FROM subscriber") > 100


async def test_the_draft_shows_every_kind_of_written_block_people_and_faces_in_every_language() -> None:
    await demo.load()
    for edition in (await queries.editions(2)).values():
        assert len({type(block).__name__ for block in edition.blocks}) == 9


async def test_the_second_time_nothing_happens() -> None:
    await demo.load(if_empty=True)
    before = await db.fetch_value("SELECT max(created_at) FROM campaign")
    assert "Nothing to do" in await demo.load(if_empty=True)
    assert await db.fetch_value("SELECT max(created_at) FROM campaign") == before


async def test_where_somebody_lives_already_the_demo_does_not_move_in() -> None:
    await subscriber("anna@example.org")
    with pytest.raises(demo.NotEmpty):
        await demo.load()
    assert await db.fetch_value("SELECT count(*) FROM subscriber") == 1


async def test_the_people_of_the_demo_live_on_example_domains() -> None:
    await demo.load()
    rows = await db.fetch("SELECT address FROM subscriber")
    domains = {sealing.unseal_address(row["address"]).rpartition("@")[2] for row in rows}
    assert domains == {"example.org", "example.net", "example.com"}
