"""Two days with a clock that is moved, and more letters than one day holds."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from service.kit import clock
from tests.make import advocacy, smtp
from tests.make.advocacy_mails import MONDAY, look, pass_until, states

ZURICH = ZoneInfo("Europe/Zurich")
# At one an hour seven leave from ten to five, and the others on the next day.
LETTERS, MEMBERS = 9, 2


async def test_each_letter_leaves_once_at_the_pace_of_one_an_hour_and_in_office_hours(work):
    came: dict[str, list[datetime]] = {}

    def note(phase, who):
        if phase == "end" and "member" in who:
            came.setdefault(who, []).append(clock.now())

    with clock.at(MONDAY):
        council, action = await advocacy.parliament(), await advocacy.action(per_hour=1)
        for number in range(MEMBERS):
            member = await advocacy.representative(council, email=f"member{number}@example.net")
            for writer in range(LETTERS):
                await advocacy.letter(action, member, address=f"writer{writer}@example.org")
    async with smtp.office(note) as office:
        for minutes in [*range(0, 8 * 60, 30), *range(22 * 60, 24 * 60 + 30, 30)]:
            moment = MONDAY + timedelta(minutes=minutes)
            await pass_until(moment)
            with clock.at(moment):
                await look(work)
    assert set(await states()) == {"sent"}
    for number in range(MEMBERS):
        writers = [mail.parsed["Reply-To"] for mail in office.to(f"member{number}@example.net")]
        assert sorted(writers) == sorted({f"writer{n}@example.org" for n in range(LETTERS)})
    for times in came.values():
        assert min(late - early for early, late in pairwise(times)) >= timedelta(hours=1)
        assert all(9 <= at.astimezone(ZURICH).hour < 17 for at in times)
        assert {at.astimezone(ZURICH).day for at in times} == {23, 24}
