from typing import Any

import pytest

from service.cases import comparing, differences, editing, queries, review, review_queries
from service.cases.sources.found import File
from service.kit import clock, db
from service.kit.errors import Invalid
from tests.make import cases as make
from tests.make.lists import MARYNA, compared, known, waiting

pytestmark = pytest.mark.usefixtures("database")
HANNA = {"id": "8", "name_latin": "Hanna Zhuk", "status": "active"}


async def test_a_list_touches_no_record_whatever_it_says() -> None:
    await make.facility()
    [maryna, _hanna] = await known(MARYNA, HANNA)
    before = await db.fetch("SELECT to_jsonb(p) AS p FROM prisoner p ORDER BY id")
    said = await db.fetch("SELECT to_jsonb(s) AS s FROM prisoner_status s ORDER BY id")
    await compared(MARYNA | {"born": "1985-01-01", "status": "former", "died_on": "2026-01-01"}, HANNA | {"id": "9"})
    assert await db.fetch("SELECT to_jsonb(p) AS p FROM prisoner p ORDER BY id") == before
    assert await db.fetch("SELECT to_jsonb(s) AS s FROM prisoner_status s ORDER BY id") == said
    assert (await queries.record(maryna)).state == "detained"


async def test_what_the_list_does_not_say_or_says_less_exactly_is_no_difference() -> None:
    await make.facility()
    await known(MARYNA)
    less = {"id": "7", "name_latin": "Maryna Kavalchuk", "born": "1984", "place": "unknown"}
    found = await review_queries.one(await compared(less))
    assert (found.waiting, found.unchanged) == (0, 1)


@pytest.mark.parametrize(
    ("says", "what", "held"),
    [
        ({"born": "1984-06-03"}, ("changed", "born"), ""),
        ({"name_be": "Марына Кавальчук-Лес"}, ("changed", "name_be"), ""),
        ({"articles": "342 ч. 1"}, ("changed", "articles"), ""),
        ({"sentence_en": "2 years"}, ("changed", "sentence"), ""),
        ({"status": "np"}, ("changed", "designation"), ""),
        ({"place": "СИЗО-9; далёка;"}, ("changed", "facility"), "The list names a place"),
        ({"place": "released"}, ("released", "released_on"), ""),
        ({"released_on": "2026-01-02", "status": "former"}, ("released", "released_on"), ""),
        ({"released_on": "2099-01-02"}, ("changed", "released_on"), "This date is still to come."),
        ({"verdict_on": "2099-01-02"}, ("changed", "verdict_on"), "This date is still to come."),
        ({"died_on": "yes"}, ("died", "died_on"), "A death."),
        ({"died_on": "2026-05-01", "released_on": "2026-05-01", "status": "former"}, ("died", "died_on"), "A death."),
    ],
)
async def test_one_thing_that_is_otherwise_is_one_difference(
    says: dict[str, Any], what: tuple[str, str], held: str
) -> None:
    await make.facility()
    await known(MARYNA)
    await compared(MARYNA | says)
    [one] = await waiting()
    assert (one.kind, one.field) == what
    assert one.held.startswith(held) and bool(one.held) == bool(held)


async def test_what_staff_wrote_or_another_source_said_is_held_as_a_contradiction() -> None:
    await make.facility()
    [maryna] = await known(MARYNA)
    await editing.change(maryna, {"born": "1984-07-02", "name_ru": ""}, None)
    await editing.change(maryna, {"arrested_on": "2021-03-25"}, None, review.Source("Dissidentby"))
    await compared(MARYNA | {"born": "1984-06-02", "arrested_on": "2021-04-01"})
    held = {one.field: one.held for one in await waiting()}
    assert held == {
        "born": "This was written here, not taken from a list.",
        "arrested_on": "Dissidentby says otherwise.",
        # Nothing stands there, so nothing is contradicted.
        "name_ru": "",
    }


async def test_another_name_and_another_birthday_under_one_number_are_not_accepted_by_the_dozen() -> None:
    await make.facility()
    await known(MARYNA)
    other = {"name_be": "", "name_ru": "", "name_latin": "Ihar Bandarenka", "born": "1999-09-09"}
    listed = await compared(MARYNA | other)
    assert {one.field for one in await waiting()} >= {"name_latin", "born"}
    assert {one.held for one in await waiting()} == {differences.SOMEBODY_ELSE}
    assert await review.harmless(listed) == []


async def test_a_day_of_release_that_staff_know_better_is_a_contradiction_too() -> None:
    [maryna] = await known(MARYNA | {"place": "released", "released_on": "2026-01-05"})
    await editing.change(maryna, {"released_on": "2026-01-06"}, None)
    await compared(MARYNA | {"place": "released", "released_on": "2026-01-05"})
    assert [(one.field, one.held) for one in await waiting()] == [("released_on", differences.OURS)]


async def test_who_is_free_here_and_detained_there_waits_for_somebody_to_look() -> None:
    await make.facility()
    [maryna] = await known(MARYNA)
    await editing.change(maryna, {"state": "released"}, None)
    await compared(MARYNA)
    [one] = await waiting()
    assert (one.kind, one.field, one.held) == (
        "changed",
        "state",
        "The list does not know that this person is free.",
    )


async def test_a_rejected_difference_comes_back_when_the_source_says_something_else() -> None:
    await make.facility()
    await known(MARYNA)
    wrong = MARYNA | {"born": "1900-01-01"}
    made = await compared(wrong)
    await review.reject(made, [one.id for one in await waiting()], None)
    await compared(wrong)
    assert await waiting() == []
    await compared(MARYNA | {"born": "1901-01-01"})
    assert [one.field for one in await waiting()] == ["born"]
    # It said something else in between, so the first is asked again, too.
    await compared(MARYNA)
    await compared(wrong)
    assert [one.field for one in await waiting()] == ["born"]


async def test_somebody_new_who_was_rejected_is_not_offered_again_for_a_transfer() -> None:
    await make.facility()
    made = await compared(HANNA)
    await review.reject(made, [one.id for one in await waiting()], None)
    await compared(HANNA | {"place": "ИК №4"})
    assert await waiting() == []
    await compared(HANNA | {"born": "1990"})
    assert [one.what for one in await waiting()] == [("8", "new", "")]


async def test_a_later_list_overtakes_what_is_open_and_says_it_once() -> None:
    await make.facility()
    await known(MARYNA)
    first = await compared(MARYNA | {"born": "1984-06-03"}, HANNA)
    second = await compared(MARYNA | {"born": "1984-06-04"}, HANNA)
    assert await waiting(first) == []
    assert [one.what for one in await waiting(second)] == [("7", "changed", "born"), ("8", "new", "")]
    part = await compared(MARYNA, whole=False)
    assert [one.what for one in await waiting()] == [("8", "new", "")]
    assert (await review_queries.one(part)).waiting == 0


async def test_who_is_missing_is_gone_but_only_from_a_whole_list_and_of_this_organisation() -> None:
    await known(MARYNA, HANNA)
    await known(HANNA | {"name_latin": "Vera Nikalaeva"}, organisation="Dissidentby")
    await compared(HANNA, whole=False)
    assert await waiting() == []
    await compared(HANNA)
    assert [one.what for one in await waiting()] == [("7", "gone", "")]


async def test_half_a_list_declares_nobody_gone_without_a_warning() -> None:
    people = [HANNA | {"id": str(n), "name_latin": f"Hanna {chr(65 + n % 26)}{chr(97 + n // 26)}"} for n in range(60)]
    await known(*people)
    new = {"id": "x", "name_latin": "Somebody New"}
    await compared(*people, new)
    half = await compared(*people[:30])
    held = await waiting(half)
    assert len(held) == 30
    assert {one.held for one in held} == {comparing.SHRUNK}
    assert await review.harmless(half) == []
    # What was open of the list before stays so for those of whom this half says nothing.
    assert ("x", "new", "") in [one.what for one in await waiting()]


@pytest.mark.parametrize(
    ("name", "born", "likely"),
    [
        ("Marina Kovalchuk", "1984-06-02", True),
        ("Марына Кавальчук", "1984", True),
        ("Maryna Kavaĺčuk", "", True),
        ("Maryna Kavalchuk", "1991-01-01", False),
        ("Hanna Zhuk", "1984-06-02", False),
        ("Maryna Zhuk", "", False),
    ],
)
async def test_maryna_of_another_source_is_known_again_in_any_script(name: str, born: str, likely: bool) -> None:
    maryna = await make.prisoner()
    await make.status(maryna, "Dissidentby")
    field = "name_be" if "М" in name else "name_latin"
    await compared({"id": "7", field: name, "born": born})
    [one] = await waiting()
    assert one.held == ("This may be Maryna Kavalchuk (Dissidentby)." if likely else "")
    assert await db.fetch_value("SELECT prisoner FROM case_change") == (maryna if likely else None)


async def test_maryna_whose_relatives_said_no_does_not_come_back_under_another_number() -> None:
    maryna = await make.prisoner(vetoed_at=clock.now())
    await make.status(maryna, external_id="17")
    await compared({"id": "18", "name_latin": "Maryna Kavalchuk", "born": "1984-06-02"})
    held = await db.fetch_value("SELECT held FROM case_change WHERE kind = 'new'")
    assert held == "This may be Maryna Kavalchuk (Viasna)."


@pytest.mark.parametrize(
    ("files", "form", "organisation", "field"),
    [
        ([], "own", "Viasna", "files"),
        ([File("a", b"")] * 4, "own", "Viasna", "files"),
        ([File("a", b"[]")], "excel", "Viasna", "form"),
        ([File("a", b"[]")], "own", "", "organisation"),
        ([File("a", b"[]")], "own", "x" * 81, "organisation"),
    ],
)
async def test_what_cannot_be_compared_says_why(files: list[File], form: str, organisation: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await comparing.compare(files, form, organisation)
    assert list(refused.value.fields) == [field]


async def test_a_name_that_many_share_is_still_known_again() -> None:
    for number in range(70):
        await make.prisoner(f"Maryna Zhuk{'abcdefghij'[number % 10] * (number // 10 + 1)}", name_ru="", name_be="")
        await make.prisoner(f"Hanna{'bdfhkmprst'[number % 10] * 2} Kavalchuk", name_ru="", name_be="")
    await make.prisoner("Maryna Kavalchuk", born="")
    await compared({"id": "7", "name_ru": "Марина Ковальчук"})
    [one] = await waiting()
    assert one.held.startswith("This may be Maryna Kavalchuk")


async def test_the_name_of_a_file_is_only_ever_shown() -> None:
    made = await comparing.compare([File("../\0\x1b[2J" + "x" * 500 + "/list.json", b"[]")], "own", "Viasna")
    [name] = (await review_queries.one(made)).files
    assert len(name) == 200 and name.endswith("x/list.json") and "\0" not in name
