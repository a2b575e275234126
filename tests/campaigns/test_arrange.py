import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.campaigns import arrange
from service.rendering.blocks import MOST_BLOCKS, Block, Button, Columns, Divider, Heading, Text


def letter() -> list[Block]:
    return [Heading("A"), Columns([Text("left")], []), Text("B")]


def test_a_block_is_added_below_the_one_that_was_pressed() -> None:
    content = letter()
    assert arrange.add(content, "0", "button") == "1"
    assert isinstance(content[1], Button) and len(content) == 4


def test_a_block_is_added_at_the_very_top() -> None:
    content = letter()
    assert arrange.add(content, "", "divider") == "0"
    assert content[0] == Divider()


def test_an_empty_column_takes_its_first_block() -> None:
    content = letter()
    assert arrange.add(content, "1.right", "text") == "1.right.0"
    assert content[1] == Columns([Text("left")], [Text()])


def test_columns_hold_no_columns() -> None:
    with pytest.raises(arrange.NoSuchPlace):
        arrange.add(letter(), "1.left.0", "columns")


def test_the_first_block_cannot_move_further_up() -> None:
    content = letter()
    assert arrange.move(content, "0", -1) == "0"
    assert content == letter()


def test_a_block_moves_down_past_columns() -> None:
    content = letter()
    assert arrange.move(content, "0", 1) == "1"
    assert content[1] == Heading("A")


def test_a_copy_changes_without_its_original() -> None:
    content = letter()
    arrange.duplicate(content, "1")
    copied = content[2]
    assert isinstance(copied, Columns)
    copied.left[0] = Text("changed")
    assert content[1] == letter()[1]


def test_what_was_removed_can_be_put_back_where_it_was() -> None:
    content = letter()
    removed = arrange.as_removed("1.left.0", arrange.remove(content, "1.left.0"))
    assert content[1] == Columns([], [])
    assert arrange.put_back(content, removed) == "1.left.0"
    assert content == letter()


def test_what_was_removed_with_its_columns_gone_comes_to_the_end() -> None:
    content = letter()
    removed = arrange.as_removed("1.left.0", arrange.remove(content, "1.left.0"))
    arrange.remove(content, "1")
    assert arrange.put_back(content, removed) == "2"
    assert content == [Heading("A"), Text("B"), Text("left")]


@pytest.mark.parametrize(
    "place", ["3", "-1", "x", "1.left.1", "1.middle.0", "0.left.0", "1.left.0.left.0", "99999999999"]
)
def test_a_place_that_is_not_there_changes_nothing(place: str) -> None:
    content = letter()
    with pytest.raises(arrange.NoSuchPlace):
        arrange.remove(content, place)
    assert content == letter()


def test_a_mail_does_not_grow_without_end() -> None:
    content: list[Block] = [Columns([Text()] * 50, [Text()] * 48), Text()]
    assert arrange.count(content) == MOST_BLOCKS
    with pytest.raises(arrange.TooMany):
        arrange.duplicate(content, "1")


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([-1, 1])), max_size=20))
def test_moving_never_loses_a_block(moves: list[tuple[int, int]]) -> None:
    content: list[Block] = [Text(str(number)) for number in range(5)]
    for place, by in moves:
        arrange.move(content, str(place), by)
    assert sorted(block.text for block in content if isinstance(block, Text)) == list("01234")
