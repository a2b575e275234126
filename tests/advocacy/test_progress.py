import pytest

from service.advocacy import progress
from service.advocacy.progress import Progress
from service.kit.i18n import LANGUAGES


def test_before_the_first_letter_somebody_is_asked_to_write_it() -> None:
    assert str(Progress(0, 100).sentence) == "The first letter could be yours."


def test_the_number_stands_as_the_reader_writes_it() -> None:
    assert str(Progress(1, 0).sentence) == "1 letter or call so far"
    assert Progress(1284, 0).sentence.into("en") == "1,284 letters and calls so far"
    assert "2 000" in Progress(0, 2000).aim("fr").replace("\u202f", " ").replace("\xa0", " ")


def test_without_a_goal_none_is_named() -> None:
    assert [Progress(5, 0).aim(language) for language in LANGUAGES] == [""] * len(LANGUAGES)


@pytest.mark.parametrize(("done", "goal", "reached"), [(99, 100, False), (100, 100, True), (7, 0, False)])
def test_a_goal_is_reached_with_its_last_letter_and_not_before(done: int, goal: int, reached: bool) -> None:
    assert progress.Progress(done, goal).reached is reached
