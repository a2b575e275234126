"""What a supporter asked for their photo: which part of it, in which shape, and what shall be covered."""

import math

import msgspec

from service.kit.errors import Invalid
from service.kit.i18n import lazy as _

Box = tuple[float, float, float, float]

# Width to height.
SHAPES = {"portrait": (4, 5), "square": (1, 1), "wide": (4, 3)}
MOST_COVERS = 20


class Wishes(msgspec.Struct, frozen=True):
    """Boxes are (x, y, width, height) in parts, 0 to 1, of the upright photo; no crop: one is found.

    `shape`: one of SHAPES, for a photo without a crop; empty: the one nearest to the photo's own.
    """

    crop: Box | None = None
    covers: tuple[Box, ...] = ()
    shape: str = ""


def read(crop: str, covers: str, shape: str = "") -> Wishes:
    """From the fields of the form: `0.1,0.2,0.5,0.6`, several covers with `;`. Raises Invalid for covers."""
    boxes = [_box(text) for text in covers.split(";") if text.strip()]
    if len(boxes) > MOST_COVERS:
        raise Invalid({"covers": _("These are too many boxes. Please cover fewer places, or choose another photo.")})
    if None in boxes:
        # Left out in silence, somebody would be seen who must not be.
        raise Invalid({"covers": _("One of the boxes could not be read. Please draw it again.")})
    return Wishes(_box(crop), tuple(box for box in boxes if box), shape if shape in SHAPES else "")


def _box(text: str) -> Box | None:
    """Its part inside the photo; None for what is no box in it."""
    try:
        x, y, width, height = (float(number) for number in text[:200].split(","))
    except ValueError:
        return None
    if not all(map(math.isfinite, (x, y, width, height))):
        return None
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + width, 1), min(y + height, 1)
    if right - left <= 0 or bottom - top <= 0:
        return None
    return (left, top, right - left, bottom - top)
