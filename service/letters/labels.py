"""Sheets of address labels."""

from collections.abc import Sequence

import msgspec

from service.cases.publication import Person
from service.kit import typesetting
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _

MOST = 300


class Sheet(msgspec.Struct, frozen=True):
    """A4 paper with labels on it, in mm. `across` and `down`: from one label to the next."""

    name: Sentence
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float
    down: float

    @property
    def labels(self) -> int:
        return self.columns * self.rows


SHEETS = {
    "70x37": Sheet(_("24 labels of 70 × 37 mm"), 3, 8, 70, 37, 0, 0.5, 70, 37),
    "63x38": Sheet(_("21 labels of 63.5 × 38.1 mm"), 3, 7, 63.5, 38.1, 7.2, 15.15, 66, 38.1),
}
USUAL = "70x37"
_NONE = _("There is nobody to write to in these days whose address we know.")


async def labels(people: Sequence[Person], sheet: Sheet, start: int, language: str) -> bytes:
    """A PDF with the address of each of the people once, from label `start` of the first sheet on."""
    addresses = {person.key: person.address for person in people if person.can_be_written_to}
    measures = {name: value for name, value in msgspec.structs.asdict(sheet).items() if name != "name"}
    data = {
        "language": language,
        "title": _("Address labels").into(language),
        "none": _NONE.into(language),
        "start": min(max(start, 1), sheet.labels) - 1,
        "labels": list(addresses.values())[:MOST],
        "sheet": measures,
    }
    return await typesetting.pdf("labels", data)
