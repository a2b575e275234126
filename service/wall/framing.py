"""Which part of a photo is shown: in one of three shapes, as wished, or where there is most to see. Pure."""

import math

from service.wall.wishes import SHAPES, Box, Wishes

# In pixels: (left, top, width, height).
Frame = tuple[int, int, int, int]

SMALLEST = 300
# Where the middle of a frame is put, of the room that there is: faces are rather above the middle.
_CENTRE, _ABOVE = 0.5, 0.35
# How many frames long the part is in which the best place is looked for.
_REACH = 3


def wished(crop: Box, width: int, height: int) -> Frame:
    """The wished part in the nearest shape: never more than was wished, unless that is too small to be seen."""
    across, down = crop[2] * width, crop[3] * height
    ratio = _ratio(nearest(across / down))
    across, down = min(across, down * ratio), min(down, across / ratio)
    grown = max(1.0, min(SMALLEST / min(across, down), width / across, height / down))
    middle = ((crop[0] + crop[2] / 2) * width, (crop[1] + crop[3] / 2) * height)
    return _around(*middle, across * grown, down * grown, width, height)


def largest(wishes: Wishes, width: int, height: int) -> tuple[int, int]:
    """The size of a frame that is as large as the photo allows, in the wished shape or the nearest."""
    ratio = _ratio(wishes.shape or nearest(width / height))
    return max(1, round(min(width, height * ratio))), max(1, round(min(height, width / ratio)))


def reach(size: tuple[int, int], width: int, height: int) -> Frame:
    """The part of a very long photo in which the frame is looked for: its middle, or its upper part."""
    across, down = min(width, _REACH * size[0]), min(height, _REACH * size[1])
    return round((width - across) * _CENTRE), round((height - down) * _ABOVE), across, down


def found(size: tuple[int, int], eye: tuple[int, int], width: int, height: int) -> Frame:
    """A frame of this size between where one looks first (`eye`, in pixels) and where faces are."""
    left = _between((width - size[0]) * _CENTRE, eye[0], size[0])
    top = _between((height - size[1]) * _ABOVE, eye[1], size[1])
    return _inside(left, top, *size, width, height)


def _between(usual: float, eye: int, size: int) -> int:
    """Half way from where an edge usually is to where the eye is in the middle, and the eye not near an edge."""
    wanted = (usual + eye - size / 2) / 2
    return round(min(max(wanted, eye - 0.7 * size), eye - 0.3 * size))


def nearest(ratio: float) -> str:
    """The shape that a width to height is most like."""
    return min(SHAPES, key=lambda shape: abs(math.log(_ratio(shape) / ratio)))


def _ratio(shape: str) -> float:
    across, down = SHAPES[shape]
    return across / down


def _around(x: float, y: float, across: float, down: float, width: int, height: int) -> Frame:
    size = (max(1, min(round(across), width)), max(1, min(round(down), height)))
    return _inside(round(x - size[0] / 2), round(y - size[1] / 2), *size, width, height)


def _inside(left: int, top: int, across: int, down: int, width: int, height: int) -> Frame:
    return max(0, min(left, width - across)), max(0, min(top, height - down)), across, down
