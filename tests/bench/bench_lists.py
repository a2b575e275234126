"""How long a list of 15,000 people in three languages takes to be compared, and to be accepted."""

import os
import resource
import time
from dataclasses import replace

import pytest

from service.cases import comparing, review, review_queries
from service.cases.sources.found import File
from service.kit import db
from tests.make import cases, viasna

PEOPLE = int(os.environ.get("LISTED", "15000"))
pytestmark = pytest.mark.usefixtures("database")


def files(people: list[viasna.Person]) -> list[File]:
    return [File(f"{language}.csv", content) for language, content in viasna.files(people).items()]


async def test_a_long_list_is_compared_in_seconds() -> None:
    for number in range(len(viasna.FACILITIES)):
        await cases.facility(**viasna.facility_values(number))
    people = viasna.people(PEOPLE)
    first, again = files(people), files([replace(one, years=one.years + 1) for one in people])

    async def compared(what: str, given: list[File]) -> int:
        began = time.monotonic()
        made = await comparing.compare(given, "viasna", "Viasna")
        took = time.monotonic() - began
        found = await review_queries.one(made)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(f"\n{what}: {found.people} people, {found.waiting} differences in {took:.1f} s; peak {peak:.0f} MB")
        assert took < 20
        return made

    async def accepted(made: int) -> None:
        began = time.monotonic()
        outcome = await review.accept(made, await review.harmless(made), None)
        print(f"accepted: {outcome.accepted} in {time.monotonic() - began:.1f} s")

    made = await compared("all new", first)
    await accepted(made)
    for row in await db.fetch("SELECT id FROM case_change WHERE decision = ''"):
        await review.accept(made, [row["id"]], None)
    await compared("nothing new", first)
    made = await compared("every sentence changed", again)
    await accepted(made)
    for number in range(2000):
        await cases.prisoner(f"Anna Kavaltsova{number}", name_be="", name_ru="", born=f"19{number % 50 + 50}-05-05")
    made = await compared("with 2,000 others to be known again", files(viasna.people(PEOPLE + 500)))
