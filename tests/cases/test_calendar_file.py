from datetime import date, datetime
from typing import Any

import icalendar
import pytest
import vobject

from service.cases import birthdays, calendar_file
from service.kit import db
from service.kit.i18n import LANGUAGES
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")
NAMES = (
    "BEGIN",
    "END",
    "VERSION",
    "PRODID",
    "CALSCALE",
    "NAME",
    "X-WR-CALNAME",
    "REFRESH-INTERVAL",
    "UID",
    "SUMMARY",
)
NAMES += ("X-PUBLISHED-TTL", "DTSTART", "DTEND", "DTSTAMP", "RRULE", "DESCRIPTION", "LAST-MODIFIED", "TRANSP", "URL")


async def made(language: str = "en") -> bytes:
    return calendar_file.calendar(await birthdays.celebrating(language), "Stand by; them, all", language)


def days_of(event: Any, until: int = 2034) -> list[date]:
    """As the second library understands the rule."""
    return [moment.date() for moment in event.getrruleset() if moment.date().year < until][:8]


async def test_a_second_library_reads_marynas_birthday_every_year_and_all_day() -> None:
    await cases.prisoner(place=await cases.facility(), published_at=datetime.fromisoformat("2026-05-20T12:00+00:00"))
    read = vobject.readOne((await made()).decode())
    [event] = read.vevent_list
    assert event.summary.value == "Birthday: Maryna Kavalchuk"
    assert isinstance(event.dtstart.value, date) and not isinstance(event.dtstart.value, datetime)
    assert days_of(event)[:3] == [date(2026, 6, 2), date(2027, 6, 2), date(2028, 6, 2)]
    assert event.description.value.endswith(
        "Марина Ковальчук\nИК №4\nул. Антошкина, 3\n246035, г. Гомель\nREPUBLIC OF BELARUS"
    )
    assert event.transp.value == "TRANSPARENT"


async def test_who_was_born_on_29_february_has_a_birthday_every_year() -> None:
    await cases.prisoner(born="1988-02-29", published_at=datetime.fromisoformat("2026-05-20T12:00+00:00"))
    [event] = vobject.readOne((await made()).decode()).vevent_list
    assert days_of(event)[:3] == [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]
    assert all(day == birthdays.partial_dates.birthday_in("1988-02-29", day.year) for day in days_of(event))


async def test_the_lines_are_those_of_rfc_5545() -> None:
    await cases.prisoner("Ж" * 90, place=await cases.facility())
    file = await made()
    assert file.endswith(b"END:VCALENDAR\r\n")
    lines = file.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    assert {line.partition(b":")[0].partition(b";")[0].decode() for line in lines if line[:1].isalpha()} <= set(NAMES)
    unfolded = file.replace(b"\r\n ", b"").decode()
    assert "246035\\, г. Гомель\\nREPUBLIC" in unfolded
    assert "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in unfolded
    assert "\r\nRRULE:FREQ=YEARLY\r\n" in unfolded
    assert "X-WR-CALNAME:Stand by\\; them\\, all: birthdays" in unfolded


async def test_every_event_has_what_the_standard_asks_for_and_none_twice() -> None:
    await cases.prisoner("Ales Novik")
    await cases.prisoner("Vera Lis")
    read: Any = icalendar.Calendar.from_ical(await made())
    assert not read.errors
    for event in read.walk("VEVENT"):
        assert not event.errors
        for needed in ("UID", "DTSTAMP", "DTSTART", "SUMMARY"):
            assert not isinstance(event[needed], list), needed
    assert len({str(event["UID"]) for event in read.walk("VEVENT")}) == 2


async def test_an_event_is_known_by_the_same_id_in_every_language_and_after_a_new_spelling() -> None:
    maryna = await cases.prisoner(key="k7")
    seen = set()
    for language in LANGUAGES:
        seen |= {event.uid.value for event in vobject.readOne((await made(language)).decode()).vevent_list}
    await db.execute("UPDATE prisoner SET name_latin = 'Marina' WHERE id = $1", maryna)
    seen |= {event.uid.value for event in vobject.readOne((await made()).decode()).vevent_list}
    assert seen == {"k7@news.example.org"}


async def test_the_same_records_give_the_same_bytes() -> None:
    await cases.prisoner()
    assert await made() == await made()


@pytest.mark.parametrize(
    "others", [{"state": "released"}, {"state": "died"}, {"publication": "initials"}, {"born": "1984"}]
)
async def test_who_is_free_dead_shown_by_initials_or_without_a_birthday_drops_out(others: dict[str, str]) -> None:
    await cases.prisoner("Ales Novik", **others)
    assert b"Novik" not in await made()


async def test_the_mark_changes_with_whatever_the_file_says_and_never_comes_back() -> None:
    await cases.prisoner(place=await cases.facility())
    ales = await cases.prisoner("Ales Novik", publication="hidden")
    marks = [await birthdays.mark()]
    assert await birthdays.mark() == marks[0]
    for change in (
        "UPDATE facility SET street = 'ул. Новая, 1', changed_at = changed_at + interval '1 hour'",
        "UPDATE prisoner SET name_latin = 'Marina', changed_at = changed_at + interval '1 hour'",
        f"UPDATE prisoner SET publication = 'full', changed_at = changed_at + interval '1 hour' WHERE id = {ales}",
        f"UPDATE prisoner SET publication = 'hidden', changed_at = changed_at + interval '1 hour' WHERE id = {ales}",
        "UPDATE prisoner SET state = 'released'",
    ):
        await db.execute(change)
        marks.append(await birthdays.mark())
    assert len(set(marks)) == len(marks)


async def test_one_may_subscribe_to_a_single_facility() -> None:
    there, elsewhere = await cases.facility(), await cases.facility("СИЗО-1")
    await cases.prisoner("Ales Novik", there)
    await cases.prisoner("Vera Lis", elsewhere)
    assert [person.name for person in await birthdays.celebrating("en", there)] == ["Ales Novik"]
