import pytest
from hypothesis import given
from hypothesis import strategies as some

from service.wall import framing
from service.wall.wishes import SHAPES, Wishes

SIDES = some.integers(300, 20_000)
PARTS = some.floats(0.001, 1)


@pytest.mark.parametrize(
    ("ratio", "shape"), [(0.5, "portrait"), (0.8, "portrait"), (1, "square"), (1.34, "wide"), (3, "wide")]
)
def test_the_nearest_shape_is_taken(ratio, shape):
    assert framing.nearest(ratio) == shape


def test_a_wished_part_becomes_its_nearest_shape_and_never_more_than_was_wished():
    left, top, width, height = framing.wished((0.25, 0.25, 0.5, 0.5), 4000, 3000)
    assert (width, height) == (2000, 1500)
    assert (left, top) == (1000, 750)
    left, top, width, height = framing.wished((0.1, 0.1, 0.5, 0.8), 1000, 1000)
    assert width == 500 and height == 625
    assert top >= 100 and top + height <= 900


def test_a_part_that_is_too_small_to_be_seen_grows():
    _left, _top, width, height = framing.wished((0.99, 0.99, 0.01, 0.01), 3000, 4000)
    assert min(width, height) == framing.SMALLEST


@given(SIDES, SIDES, PARTS, PARTS, PARTS, PARTS)
def test_every_frame_lies_inside_its_photo(width, height, x, y, across, down):
    crop = (x * 0.9, y * 0.9, max(0.01, min(across, 1 - x * 0.9)), max(0.01, min(down, 1 - y * 0.9)))
    size = framing.largest(Wishes(), width, height)
    eye = (round(x * width), round(y * height))
    for frame in (
        framing.wished(crop, width, height),
        framing.found(size, eye, width, height),
        framing.reach(size, width, height),
    ):
        left, top, wide, high = frame
        assert left >= 0 and top >= 0 and wide >= 1 and high >= 1
        assert left + wide <= width and top + high <= height


@given(SIDES, SIDES, some.sampled_from(sorted(SHAPES)))
def test_the_largest_frame_has_the_wished_shape(width, height, shape):
    wide, high = framing.largest(Wishes(shape=shape), width, height)
    across, down = SHAPES[shape]
    assert abs(wide * down - high * across) <= 2 * max(across, down)
    assert wide == width or high == height


def test_a_face_in_the_upper_part_of_a_tall_photo_is_kept():
    _left, top, _width, height = framing.found((1000, 1250), (500, 400), 1000, 3000)
    assert top < 400 < top + height


def test_somebody_at_the_end_of_a_long_photo_is_not_cut():
    left, _top, width, _height = framing.found((1200, 900), (2450, 400), 3000, 900)
    assert left + 0.2 * width < 2450 < left + 0.8 * width
