import re

import pytest

from service.kit import paths
from service.rendering.palette import DARK, LIGHT, Palette


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_everything_that_is_read_stands_out_enough(palette: Palette) -> None:
    for ground in (palette.paper, palette.surface, palette.sunken):
        for letters in (palette.ink, palette.soft, palette.accent):
            assert contrast(letters, ground) >= 4.5
    assert contrast(palette.on_fill, palette.fill) >= 4.5


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("paper", "paper"),
        ("surface", "surface"),
        ("ink", "ink"),
        ("soft", "soft"),
        ("line", "line"),
        ("accent", "accent"),
        ("fill", "accent-fill"),
    ],
)
def test_mails_wear_the_colours_of_the_site(name: str, token: str) -> None:
    tokens = (paths.STATIC / "tokens.css").read_text()
    pair = re.search(rf"--{token}: var\(--light, (#\w+)\) var\(--dark, (#\w+)\)", tokens)
    assert pair and pair.groups() == (getattr(LIGHT, name), getattr(DARK, name))
