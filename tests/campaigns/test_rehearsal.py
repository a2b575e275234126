import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from service.campaigns import rehearsal, sending
from service.campaigns.moments import Moment
from service.campaigns.rehearsal import Rehearsal
from service.campaigns.tables import AutomationKind
from service.kit import clock, db, jobs
from service.rendering.blocks import Birthdays, NewCases, Text
from tests.make import cases
from tests.make.automations import automation
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.smtp import office
from tests.make.staff import staff
from tests.make.subscribers import subscriber

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
COMING = Birthdays("two_months")


@pytest.fixture(autouse=True)
async def ready(database: None):  # type: ignore[no-untyped-def]
    """Post office, postal address, and Anna and Boris who read."""
    async with office() as post:
        with clock.at(NOW):
            await postal_address()
            await subscriber("anna@example.org")
            await subscriber("boris@example.org", language="de")
            yield post


async def everything() -> dict[str, list[str]]:
    """Every row of every table but that of rehearsals, and where the sequences stand."""
    tables = await db.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'rehearsal'"
    )
    found = {
        name: sorted(row["text"] for row in await db.fetch(f'SELECT t::text AS text FROM "{name}" t'))
        for name in (row["tablename"] for row in tables)
        if name != "rehearsal"
    }
    sequences = await db.fetch("SELECT sequencename, last_value FROM pg_sequences WHERE sequencename !~ 'rehearsal'")
    return found | {"sequences": sorted(str(tuple(row)) for row in sequences)}


async def rehearse(days: int = 60) -> Rehearsal:
    number = await rehearsal.begin(days)
    await rehearsal.run(number)
    return await rehearsal.find(number)


def sentences(found: Rehearsal) -> str:
    return "\n".join(f"{each.sentence} {each.link}" for each in found.findings)


async def all_kinds(**options: Any) -> None:
    for kind in AutomationKind:
        blocks = [Text("Hello."), NewCases() if kind == AutomationKind.NEW_CASES else COMING]
        await automation(kind, en=draft("en", blocks), de=draft("de", blocks), **options)


async def test_it_sends_nothing_and_changes_nothing_but_its_own_row(ready: Any, work: Any) -> None:
    await all_kinds(sends_itself=True)
    made = await cases.prisoner(born="1984-12-20", place=await cases.facility(), biography={"en": "She paints."})
    await cases.status(made)
    news = await campaign(("en", "de"))
    await sending.schedule(news, Moment(NOW + timedelta(days=3), "2026-11-21 13:00"), None, None, warned=True)
    await staff("Olga", "editor")
    await work()
    before = await everything()
    number = await rehearsal.begin(60)
    assert await work() == ["campaigns.rehearse"]
    assert (await rehearsal.find(number)).finished_at == NOW
    assert await everything() == before
    assert ready.received == []
    assert await work() == []


async def test_while_it_imagines_other_tasks_see_the_real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    await all_kinds()
    await cases.prisoner(born="1984-12-20")
    seen: set[datetime] = set()
    imagined: set[datetime] = set()
    played = rehearsal._play

    async def watched(*args: Any) -> int:
        imagined.add(clock.now())
        return await played(*args)

    async def watch() -> None:
        while True:
            seen.add(clock.now())
            await asyncio.sleep(0)

    monkeypatch.setattr(rehearsal, "_play", watched)
    watching = asyncio.create_task(watch())
    await rehearse()
    watching.cancel()
    assert seen == {NOW}
    assert len(imagined) > 3 and min(imagined) > NOW


async def test_whatever_would_write_is_refused_by_the_database_itself() -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with rehearsal._reading():
            await db.execute("UPDATE organisation SET name = 'Nobody'")


async def test_every_mail_is_written_in_every_language(ready: Any) -> None:
    await automation(AutomationKind.BIRTHDAY_REMINDER, en=draft("en", [COMING]), de=draft("de", [COMING]))
    for day in (5, 6, 7):
        await cases.prisoner(born=f"1984-12-{day:02}", place=await cases.facility())
    found = await rehearse()
    assert found.mails == 6


async def test_what_goes_to_two_countries_on_two_days_is_written_once() -> None:
    await subscriber("lina@example.org", country="LT")
    await automation(AutomationKind.BIRTHDAY_REMINDER, en=draft("en", [COMING]))
    await cases.prisoner(born="1984-12-20")
    assert (await rehearse()).mails == 1


async def test_what_is_missing_is_named_with_the_way_to_mend_it() -> None:
    await db.execute('UPDATE organisation SET languages = \'["en", "de", "fr"]\'')
    await subscriber("zoe@example.org", language="fr")
    old = await cases.facility("СИЗО-1", latin="Remand prison No. 1", valid_until=date(2026, 11, 30))
    maryna = await cases.prisoner(
        born="1984-12-20", place=old, biography={"en": "She paints."}, sentence={"de": "3 Jahre"}
    )
    anton = await cases.prisoner("Anton Hrynevich", born="1990-01-03")
    made = await automation(AutomationKind.BIRTHDAYS, en=draft("en", [COMING]), de=draft("de", [COMING]))
    told = sentences(await rehearse())
    blueprint = await db.fetch_value("SELECT blueprint FROM automation WHERE id = $1", made)
    for expected in (
        "There is no edition in Français: 1 person reads it and would get the one in English."
        f" /staff/campaigns/{blueprint}#editions",
        f"The biography of Maryna Kavalchuk is missing in Deutsch. /staff/prisoners/{maryna}",
        f"What is said of the sentence of Maryna Kavalchuk is missing in English. /staff/prisoners/{maryna}",
        f"Anton Hrynevich has no biography. /staff/prisoners/{anton}",
        "The address of Remand prison No. 1 is not valid then, so nobody can write to Maryna Kavalchuk."
        f" /staff/facilities/{old}",
        f"Nobody can write to Anton Hrynevich: the facility is not known. /staff/prisoners/{anton}",
    ):
        assert expected in told


async def test_what_can_not_be_sent_is_an_error_and_named_once() -> None:
    empty = msgspec.structs.replace(draft("en", [COMING]), subject="")
    await automation(AutomationKind.BIRTHDAY_REMINDER, en=empty)
    for day in (5, 6, 7):
        await cases.prisoner(born=f"1984-12-{day:02}", place=await cases.facility())
    found = await rehearse()
    (error,) = found.of_kind(rehearsal.ERROR)
    assert "Write a subject." in error.sentence and error.times == 3


async def test_a_week_without_news_is_only_noted() -> None:
    await automation(en=draft("en", [NewCases()]), de=draft("de", [NewCases()]))
    found = await rehearse()
    (note,) = found.of_kind(rehearsal.NOTE)
    assert note.sentence == "nothing new yet: no mail" and note.times == 8
    assert (found.missing, found.mails) == (0, 2)


async def test_texts_are_looked_at_although_there_is_nothing_to_say_in_these_days() -> None:
    await automation(en=msgspec.structs.replace(draft("en", [NewCases()]), subject=""))
    found = await rehearse()
    (error,) = found.of_kind(rehearsal.ERROR)
    assert "Write a subject." in error.sentence


async def test_two_clicks_begin_one_rehearsal_and_two_workers_carry_it_out_once() -> None:
    first, second = await rehearsal.begin(60), await rehearsal.begin(60)
    assert first == second
    await asyncio.gather(*(rehearsal.run(first) for _ in range(5)))
    assert await rehearsal.begin(60) == first + 1


async def test_the_clock_finds_one_that_the_queue_has_lost_and_closes_one_that_never_ends(work: Any) -> None:
    number = await rehearsal.begin(60)
    jobs.broker().client.flushall()
    await jobs.body("campaigns.sweep_rehearsals")()
    assert await work() == ["campaigns.rehearse"]
    assert (await rehearsal.find(number)).finished_at
    other = await rehearsal.begin(60)
    with clock.at(NOW + timedelta(hours=1)):
        assert await rehearsal.unfinished() == []
        assert "interrupted" in (await rehearsal.find(other)).findings[0].sentence


async def test_it_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    await automation(AutomationKind.BIRTHDAY_REMINDER, en=draft("en", [COMING]))
    await cases.prisoner(born="1984-12-20")
    monkeypatch.setattr(rehearsal, "LONGEST", timedelta(0))
    found = await rehearse()
    assert found.finished_at and "took too long" in sentences(found)
