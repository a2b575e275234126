import csv
from io import StringIO

import pytest

from service.kit import db
from service.subscribers import exporting, importing, imports, queries
from service.subscribers.people_queries import Selection
from tests.make import subscribers as make

EVERYBODY = Selection()


async def exported(selection: Selection = EVERYBODY) -> str:
    return "".join([part async for part in exporting.people(selection)])


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", '"=1"', "＝1", "－1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    [[shown]] = list(csv.reader(StringIO(exporting.lines([[cell]]), newline="")))
    assert shown == f"'{cell}"


@pytest.mark.parametrize(
    "name", ["Anna;=1+1", "Anna\n=1", "Anna\r=1", 'Anna;"=1"', ";;+1", "Anna; @SUM(A1)", "-1;-1"]
)
@pytest.mark.parametrize("parted_by", [",", ";"])
def test_what_mallory_calls_herself_is_no_formula_where_lists_are_parted_by_semicolons(
    name: str, parted_by: str
) -> None:
    written = exporting.lines([["mallory@example.net", name, "en"]])
    for row in csv.reader(StringIO(written, newline=""), delimiter=parted_by):
        assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


async def test_anna_is_exported_with_her_lists_and_who_left_is_not(database: None) -> None:
    friends = await make.mailing_list()
    await make.subscriber(
        "anna@example.org", first_name="=Anna", last_name="Жук, «А»", lists=[friends], language="be"
    )
    await make.subscriber("igor@example.org", state="unconfirmed")
    await make.subscriber("vera@example.org", state="unsubscribed")
    header, anna = list(csv.reader(StringIO((await exported()).removeprefix("\ufeff"), newline="")))
    assert header == ["email", "first_name", "last_name", "language", "topics", "lists", "confirmed_at"]
    assert anna[:6] == ["anna@example.org", "'=Anna", "Жук, «А»", "be", "newsletter", "Friends"]


async def test_an_export_can_be_imported_again_unchanged(database: None) -> None:
    friends = await make.mailing_list()
    anna = await make.subscriber("+anna@example.org", first_name="-Anna", last_name="Жук", lists=[friends])
    before, text = await queries.person(anna), await exported()
    await db.execute("DELETE FROM subscriber")
    id = await make.ready(text, friends)
    await imports.start(id, None, dry_run=False)
    await importing.run(id)
    async with db.transaction():
        after = await queries.person_at("+anna@example.org")
    assert before and after
    assert (after.first_name, after.last_name, after.topics) == (before.first_name, before.last_name, before.topics)


async def test_an_export_is_of_a_list_a_topic_or_a_language(database: None) -> None:
    friends = await make.mailing_list()
    await make.subscriber("anna@example.org", lists=[friends])
    await make.subscriber("igor@example.org", topics=["actions"])
    await make.subscriber("vera@example.org", language="de")
    for selection, name in [
        (Selection(mailing_list=friends), "anna"),
        (Selection(topic="actions"), "igor"),
        (Selection(language="de"), "vera"),
    ]:
        rows = (await exported(selection)).splitlines()[1:]
        assert [row.split("@")[0] for row in rows] == [name]


async def test_many_people_are_exported_page_by_page(database: None) -> None:
    id = await make.ready(make.people(4500).text, await make.mailing_list())
    await imports.start(id, None, dry_run=False)
    await importing.run(id)
    parts = [part async for part in exporting.people(Selection())]
    assert len(parts) == 4
    assert len("".join(parts).splitlines()) == 4501
