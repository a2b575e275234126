"""What somebody reads at a terminal."""

from datetime import UTC, datetime

import pytest

from service.campaigns import audience, moments, queries, readable, sending
from service.campaigns.queries import Audience
from service.delivery import queries as deliveries
from service.kit import clock, db
from service.organisation import queries as organisations
from service.rendering.blocks import Button, Columns, Divider, Heading, Text
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.smtp import smtp_url
from tests.make.subscribers import mailing_list, subscriber

pytestmark = pytest.mark.usefixtures("database")
BLOCKS = [
    Heading("Hello"),
    Text("One.\n\nTwo."),
    Divider(),
    Columns([Text("Left.")], [Button("Go", "https://www.example.org")]),
]


async def told(id: int) -> str:
    found = await queries.find(id)
    progress = await deliveries.progress(found.mailing) if found.mailing else None
    organisation = await organisations.required()
    return "\n".join(readable.lines(found, await queries.editions(id), progress, organisation, {1: "Friends"}))


async def test_a_draft_is_told_with_its_texts() -> None:
    made = await campaign(en=draft(blocks=BLOCKS, subject="June"), lists=[await mailing_list("Friends")], only=["de"])
    assert (await told(made)).splitlines() == [
        f"News in June (draft, number {made})",
        "Audience: Friends, newsletter; only those who read Deutsch",
        "Archive:  shown in the public archive",
        "",
        "English: June",
        "    (What your cards have done.)",
        "",
        "    Hello",
        "",
        "    One.",
        "",
        "    Two.",
        "",
        "    —",
        "",
        "        Left.",
        "",
        "        Go",
        "        https://www.example.org",
    ]


async def test_an_audience_of_nobody_and_a_reason_to_stay_are_told() -> None:
    made = await campaign()
    await audience.choose(made, Audience(), None)
    await db.execute("UPDATE campaign SET trouble = 'It was not sent.', archived = false")
    said = await told(made)
    assert "Audience: nobody is chosen yet" in said and "Trouble:  It was not sent." in said
    assert "not shown in the public archive" in said


async def test_when_it_leaves_and_how_it_fares_is_told() -> None:
    await postal_address()
    await subscriber("anna@example.org")
    made, noon = await campaign(), datetime(2026, 6, 1, 12, tzinfo=UTC)
    async with smtp_url("smtp://127.0.0.1:9"):
        with clock.at(noon):
            await sending.schedule(made, moments.Moment(noon, ""), None, None, warned=False)
            assert "Leaves:   1 Jun 2026, 14:00 (Europe/Zurich)" in await told(made)
            assert await sending.start(made)
            await sending.pause(made, None, "Olga")
    said = await told(made)
    assert "(paused, " in said and "Paused:   Olga paused it." in said
    assert "Books:    1 person: 0 sent, 0 refused, 0 skipped, 0 unknown, 1 still to send" in said
    assert "Leaves" not in said and "None" not in said
