"""The Swiss cantons and their postcodes as they come with the service, until somebody imports swisstopo's directory.

Where sources disagree on a border town it stands in each of the cantons that they name, so that people are asked.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from service.advocacy.register.cantons import AREAS, COUNTRY, KIND
from service.advocacy.register.found import Found, Place

SOURCE = "countrystatecity-postal-codes 2.0.1, ODbL 1.0; swisstopo"
_FILE = Path(__file__).with_name("ch_places.csv")
_HEADER = "PLZ;Ortschaftsname;Kantonskürzel"


@cache
def read() -> Found:
    """All 26 cantons; a postcode or a town in several of them is a place for each."""
    return Found(areas=tuple(AREAS.values()), places=tuple(_places(_FILE.read_text("utf-8"))))


def _places(text: str) -> Iterator[Place]:
    for line in text.partition(f"{_HEADER}\n")[2].splitlines():
        postcode, town, cantons = line.split(";")
        for canton in cantons.split():
            yield Place(COUNTRY, postcode, town, KIND, AREAS[canton].code)
