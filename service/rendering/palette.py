"""The colours and letters of the mails, once; the site has the same in templates/static/tokens.css."""

import msgspec

SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
SERIF = "Georgia, 'Noto Serif', 'Times New Roman', serif"


class Palette(msgspec.Struct, frozen=True):
    paper: str
    surface: str
    sunken: str
    ink: str
    soft: str
    line: str
    accent: str
    fill: str
    on_fill: str


LIGHT = Palette(
    paper="#faf6ef",
    surface="#fffdf9",
    sunken="#f1eadf",
    ink="#231b16",
    soft="#5e5147",
    line="#ded3c3",
    accent="#97192c",
    fill="#97192c",
    on_fill="#ffffff",
)
DARK = Palette(
    paper="#171310",
    surface="#211b17",
    sunken="#2b2420",
    ink="#f3eade",
    soft="#bdae9f",
    line="#3d342d",
    accent="#f4948d",
    fill="#b32b3c",
    on_fill="#ffffff",
)
