"""The parts of the pages are written down and shown, and their colours can be read."""

import re

import pytest

from service.kit import paths

COMPONENTS = (paths.TEMPLATES / "_components.html").read_text()
REFERENCE = COMPONENTS.split("-#}")[0]
STYLEGUIDE = (paths.TEMPLATES / "staff" / "styleguide.html").read_text()
PAIR = re.compile(r"--([\w-]+): var\(--light, (#\w+)\) var\(--dark, (#\w+)\);")
COLOURS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in PAIR.findall((paths.STATIC / "tokens.css").read_text())
}
GROUNDS = ("paper", "surface", "sunken")


def test_every_macro_is_in_the_reference_and_in_the_style_guide():
    macros = re.findall(r"macro ([a-z]\w*)\(", COMPONENTS)
    assert len(macros) > 20
    assert [name for name in macros if not re.search(rf"\b{name}\(", REFERENCE)] == []
    assert [name for name in macros if f"ui.{name}(" not in STYLEGUIDE and name != "csrf_field"] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_every_ground_in_both_themes(theme):
    words = [(word, ground) for word in ("ink", "soft", "accent", "danger") for ground in GROUNDS]
    washes = [
        (word, f"{tone}-wash") for tone in ("info", "good", "warning", "danger") for word in ("ink", tone, "accent")
    ]
    pale = {
        f"{word} on {ground}": round(contrast(COLOURS[word][theme], COLOURS[ground][theme]), 2)
        for word, ground in [*words, *washes]
        if contrast(COLOURS[word][theme], COLOURS[ground][theme]) < 4.5
    }
    assert pale == {}
    assert contrast("#ffffff", COLOURS["accent-fill"][theme]) >= 4.5
    assert contrast("#ffffff", COLOURS["accent-fill-strong"][theme]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(theme):
    assert all(contrast(COLOURS["edge"][theme], COLOURS[ground][theme]) >= 3 for ground in GROUNDS)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two #rrggbb colours."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
