"""Whatever a parliament becomes from file to file: what is accepted is as the file says, and is not asked again."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from service.advocacy import register_queries, representing
from service.kit import clock
from tests.make import register

pytestmark = pytest.mark.usefixtures("database")
FIRST = date(2025, 1, 6)
Row = dict[str, str]


def begun(number: int, day: date, chance: Random) -> Row:
    return {
        "id": str(number),
        "name": f"Member {chr(65 + number % 26)}{chr(97 + number // 26)}",
        "party": chance.choice(["One", "Two", ""]),
        "email": chance.choice(["", f"m{number}@parliament.example.org"]),
        "area": chance.choice(["BE", "ZH", ""]),
        "since": chance.choice(["", day.isoformat()]),
        "committees": chance.choice(["", "Finance", "Finance|Foreign Affairs"]),
    }


def later(people: list[Row], day: date, chance: Random) -> list[Row]:
    """Some leave, some come, some change."""
    stay = [one | chance.choice([{}, {}, {"party": "Three"}, {"committees": "Finance"}]) for one in people]
    gone = chance.sample(range(len(stay)), k=min(2, len(stay)))
    moved = [one | ({"area": "GE", "since": day.isoformat()} if chance.random() < 0.1 else {}) for one in stay]
    known = max((int(one["id"]) for one in people), default=0)
    new = [begun(known + number, day, chance) for number in range(1, 4)]
    return [one for place, one in enumerate(moved) if place not in gone] + new


@pytest.mark.parametrize("seed", range(3))
async def test_after_each_file_the_register_says_what_it_said(seed):
    chance, day = Random(seed), FIRST
    people = [begun(number, day, chance) for number in range(1, 9)]
    for _file in range(6):
        is_election = chance.random() < 0.3
        with clock.at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
            asked = {"as_of": day.isoformat(), "is_election": is_election}
            outcome = await register.accepted(*people, **asked)
            assert outcome.left == []
            sitting = {one.name: one for one in await representing.members("en")}
            assert sitting.keys() == {one["name"] for one in people}
            for one in people:
                committees = sorted(name for name in one["committees"].split("|") if name)
                kept = sitting[one["name"]]
                assert (kept.area_name, one["party"] in ("", kept.party)) == (one["area"], True)
                assert kept.committees == committees or not any(each["committees"] for each in people)
            again = await register_queries.one(await register.compared(*people, **asked))
            assert again.waiting == 0
        day += timedelta(days=chance.randint(1, 200))
        people = later(people, day, chance)
