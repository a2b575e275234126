import pytest

from service.advocacy import actions, editions, queries
from service.advocacy.changing import Over, Overtaken
from service.advocacy.queries import Edition, Point
from service.kit.errors import Invalid
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")
TYPED = {
    "title": " Stand by\nMaria ",
    "lead": "She wrote.\n\nShe is in prison.\n",
    "prompts": "Why?\n\n  What   do you ask? \n",
}


def test_a_title_is_one_line_a_lead_keeps_its_paragraphs_and_each_line_is_a_question():
    found = editions.checked("en", TYPED, [Point("Say this", "Green Hills"), Point("")])
    assert (found.title, found.lead) == ("Stand by Maria", "She wrote.\n\nShe is in prison.")
    assert found.prompts == ["Why?", "What do you ask?"]
    assert found.points == [Point("Say this", "Green Hills")]
    assert found.example == found.thanks == ""


@pytest.mark.parametrize(
    ("typed", "points", "field"),
    [
        *[({name: "x" * (most + 1)}, [], name) for name, most in editions.LONGEST.items()],
        ({"prompts": "Why?\n" * 7}, [], "prompts"),
        ({"prompts": "x" * 201}, [], "prompts"),
        ({}, [Point("x" * 501)], "point.0.text"),
        ({}, [Point("Fine"), Point("x", "y" * 121)], "point.1.text"),
        ({}, [Point("x")] * 21, "point.0.text"),
    ],
)
def test_what_is_too_long_is_said_beside_its_field(typed, points, field):
    with pytest.raises(Invalid) as refused:
        editions.checked("en", typed, points)
    assert list(refused.value.fields) == [field]


async def test_two_who_write_in_two_languages_do_not_disturb_each_other():
    action = await advocacy.action(languages=("en", "de"))
    before = await queries.editions(action)
    for language in ("en", "de"):
        await editions.save(action, Edition(language=language, title=language), before[language].version, None)
    assert [text.title for text in (await queries.editions(action)).values()] == ["de", "en"]


async def test_two_who_write_in_one_language_are_told():
    action = await advocacy.action()
    await editions.save(action, Edition(language="en", title="First"), 1, None)
    with pytest.raises(Overtaken):
        await editions.save(action, Edition(language="en", title="Second"), 1, None)
    await editions.save(action, Edition(language="en", title="Third"), 2, None)
    assert (await editions.find(action, "en")).title == "Third"


async def test_a_language_begins_empty_or_as_a_copy_and_never_twice():
    action = await advocacy.action()
    await editions.add(action, "de", "en", None)
    await editions.add(action, "fr", "", None)
    await editions.add(action, "de", "fr", None)
    said = await queries.editions(action)
    assert said["de"].title == said["en"].title and said["fr"].title == ""
    with pytest.raises(editions.EditionNotFound):
        await editions.add(action, "xx", "", None)
    with pytest.raises(editions.EditionNotFound):
        await editions.add(action, "ru", "be", None)


async def test_the_last_language_stays():
    action = await advocacy.action(languages=("en", "de"))
    await editions.remove(action, "de", None)
    with pytest.raises(editions.LastOne):
        await editions.remove(action, "en", None)
    with pytest.raises(editions.EditionNotFound):
        await editions.remove(action, "de", None)


async def test_what_an_action_that_is_over_says_stays_as_it_is():
    action = await advocacy.action("closed", languages=("en", "de"))
    for change in (
        editions.save(action, Edition(language="en"), 1, None),
        editions.add(action, "fr", "", None),
        editions.remove(action, "de", None),
    ):
        with pytest.raises(Over):
            await change


async def test_a_new_action_begins_in_the_organisations_language():
    action = await actions.create("For Maria", None)
    assert await editions.find(action, "en")
