"""A list of 5,000 made-up people in three languages, then its second edition: forty differences, and who is new."""

from datetime import timedelta

import pytest

from service.cases import comparing, listing, review, review_queries
from service.cases.sources.found import File
from service.kit import clock, db
from tests.make import cases as make
from tests.make import viasna

pytestmark = pytest.mark.usefixtures("database")
PEOPLE = 5000


def _files(people: list[viasna.Person], **how: object) -> list[File]:
    return [File(f"list-{language}.csv", content) for language, content in viasna.files(people, **how).items()]  # type: ignore[arg-type]


async def test_a_second_list_shows_exactly_its_forty_changes_and_the_new_ones_are_news() -> None:
    for number in range(len(viasna.FACILITIES)):
        await make.facility(**viasna.facility_values(number))
    first = viasna.people(PEOPLE)
    began = clock.now()

    made = await comparing.compare(_files(first), "viasna", "Viasna")
    found = await review_queries.one(made)
    everybody = viasna.taken(first)
    assert (found.people, found.waiting, found.unchanged) == (len(everybody), len(everybody), 0)
    assert await db.fetch_value("SELECT count(*) FROM prisoner") == 0

    outcome = await review.accept(made, await review.harmless(made), None)
    held = {one.id for one in everybody if one.died or one.released > "2026-11-22"}
    assert (outcome.accepted, outcome.left) == (len(everybody) - len(held), [])
    waiting = [row["id"] for row in await db.fetch("SELECT id FROM case_change WHERE decision = ''")]
    assert len(waiting) == len(held)
    await review.accept(made, waiting, None)
    await _is_joined(everybody)

    second, changes = viasna.changed(first, 40)
    later = began + timedelta(days=7)
    with clock.at(later):
        made = await comparing.compare(
            _files(second, human=True, delimiter=";", encoding="utf-8-sig"), "viasna", "Viasna"
        )
        rows = await db.fetch(
            "SELECT id, external_id, kind, field, held FROM case_change WHERE case_import = $1", made
        )
        shown = {(row["external_id"], row["kind"], row["field"], bool(row["held"])) for row in rows}
        assert shown == {(one.id, one.kind, one.field, one.held) for one in changes}
        assert len(rows) == len(changes) == 40
        outcome = await review.accept(made, await review.harmless(made), None)
        assert outcome.accepted == sum(not one.held for one in changes)

    new = await listing.new_since(later, later + timedelta(days=1), "en")
    names = {one.id: one.en for one in second}
    assert sorted(person.name for person in new) == sorted(names[int(one.id)] for one in changes if one.kind == "new")


async def _is_joined(everybody: list[viasna.Person]) -> None:
    """Each has the three names, and is held where the list says."""
    rows = await db.fetch(
        "SELECT s.external_id, p.name_be, p.name_ru, p.name_latin, p.born, p.state, f.name AS place FROM prisoner p"
        " JOIN prisoner_status s ON s.prisoner = p.id LEFT JOIN facility f ON f.id = p.facility"
    )
    known = {int(row["external_id"]): row for row in rows}
    assert len(known) == len(rows) == len(everybody)
    for one in everybody:
        row = known[one.id]
        names = tuple("" if language in one.without else getattr(one, language) for language in viasna.LANGUAGES)
        assert (row["name_be"], row["name_ru"], row["name_latin"]) == names
        assert row["born"] == one.born
        place = viasna.FACILITIES[one.prison]["name"] if isinstance(one.prison, int) else None
        state = "died" if one.died else "released" if one.prison == "released" else "detained"
        assert (row["place"], row["state"]) == (place, state), one
