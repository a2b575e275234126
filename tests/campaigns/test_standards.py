import pytest

from service.campaigns import automation_queries, checks, queries, standards
from service.campaigns.tables import AutomationKind
from service.kit import db
from service.kit.i18n import LANGUAGES
from service.rendering import blocks
from service.rendering.blocks import ActionCard, Birthdays, FromTheWall, NewCases, YourRepresentatives

LIVING = {
    AutomationKind.NEW_CASES: NewCases(12),
    AutomationKind.BIRTHDAYS: Birthdays("two_months"),
    AutomationKind.BIRTHDAY_REMINDER: Birthdays("day"),
    AutomationKind.WALL_GREW: FromTheWall(6, only_new=True),
    AutomationKind.ACTION_OPENED: YourRepresentatives(),
    AutomationKind.ACTION_REMINDER: ActionCard(),
    AutomationKind.ACTION_THANKS: ActionCard(shows="thanks"),
}


@pytest.mark.parametrize("kind", AutomationKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_a_finished_text_in_every_language(kind: AutomationKind, language: str) -> None:
    draft = standards.standard(kind).drafts([language])[language]
    assert blocks.problems(draft.blocks) == {}
    assert LIVING[kind] in draft.blocks
    assert 20 < len(draft.subject) <= checks.LONG_SUBJECT and draft.preview_text
    letters = "".join(block.text for block in draft.blocks if isinstance(block, blocks.Text))
    assert ("е" in letters) == (language in ("ru", "be"))


def test_no_two_languages_say_it_in_the_same_words() -> None:
    for kind in AutomationKind:
        drafts = standards.standard(kind).drafts(list(LANGUAGES))
        assert len({draft.subject for draft in drafts.values()}) == len(LANGUAGES)


async def test_one_click_sets_up_all_kinds_in_the_languages_of_the_house_and_a_second_one_nothing(
    database: None,
) -> None:
    await db.execute('UPDATE organisation SET languages = \'["en", "be"]\'')
    assert len(await standards.set_up(list(AutomationKind), None)) == len(AutomationKind)
    assert await standards.set_up(list(AutomationKind), None) == []
    found = await automation_queries.listing()
    assert [each.kind for each in found] == list(AutomationKind)
    assert all(each.is_on and not each.sends_itself and each.next_at for each in found)
    assert [list(await queries.editions(each.blueprint)) for each in found] == [["en", "be"]] * len(found)
    assert (await queries.find(found[1].blueprint)).audience.topics == ["birthdays"]
