import pytest

from service.kit.errors import Invalid
from service.wall import wishes


@pytest.mark.parametrize("text", ["", "a,b,c,d", "0.1,0.2,0.3", "nan,0,1,1", "0,0,inf,1", "0.5,0.5,0,0.2", "2,2,1,1"])
def test_a_crop_that_is_none_means_that_one_is_found(text):
    assert wishes.read(text, "").crop is None


def test_a_box_is_cut_off_where_the_photo_ends():
    assert wishes.read("-0.5,0.5,1,2", "").crop == (0, 0.5, 0.5, 0.5)


def test_a_cover_that_cannot_be_read_is_not_left_out_in_silence():
    assert len(wishes.read("", "0.1,0.1,0.2,0.2;0.5,0.5,0.1,0.1").covers) == 2
    with pytest.raises(Invalid) as refused:
        wishes.read("", "0.1,0.1,0.2,0.2;0.5,0.5,x,0.1")
    assert list(refused.value.fields) == ["covers"]


def test_not_everything_can_be_covered():
    with pytest.raises(Invalid):
        wishes.read("", ";".join(["0.1,0.1,0.2,0.2"] * 21))


def test_there_are_three_shapes_and_no_others():
    assert wishes.read("", "", "square").shape == "square"
    assert wishes.read("", "", "../round").shape == ""
