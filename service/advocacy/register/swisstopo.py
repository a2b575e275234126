"""swisstopo's official directory of places (Amtliches Ortschaftenverzeichnis), the CSV or the zip it comes in.

Its columns were renamed over the years; a place stands in it once for each municipality and postcode.
"""

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Mapping
from datetime import date
from operator import attrgetter

import msgspec

from service.advocacy.register import archive, csv_rows, values
from service.advocacy.register.cantons import AREAS, COUNTRY, KIND
from service.advocacy.register.csv_rows import Row
from service.advocacy.register.found import Found, NotARegister, Place
from service.advocacy.register.telling import Entry, Telling
from service.kit.i18n import Sentence
from service.subscribers import sniffing

_COLUMNS = {
    "ortschaftsname": "Ortschaftsname",
    "plz": "PLZ",
    "plz4": "PLZ",
    "bfsnr": "BFS-Nr",
    "kantonskürzel": "Kantonskürzel",
    "kantonskuerzel": "Kantonskürzel",
    "validity": "Validity",
}
_NEEDED = ("Ortschaftsname", "PLZ", "Kantonskürzel")
_POSTCODE = re.compile(r"[1-9]\d{3}", re.ASCII)
# Liechtenstein's municipalities, which the directory covers too: with these numbers and no canton, or one of these.
_LIECHTENSTEIN = {str(number) for number in range(7001, 7012)}
_NO_CANTON = {"LI", "FL"}
# Lakes.
_NO_POSTCODE = "9999"


def read(content: bytes) -> Found:
    """Raises NotARegister; a row that cannot be read is told."""
    telling = Telling()
    places: dict[tuple[str, str, str], Place] = {}
    left_out: Counter[str] = Counter()
    for row in csv_rows.rows(_western(_csv(content)), _COLUMNS, _NEEDED, telling):
        if why := _nobody_lives_there(row.cells):
            left_out[why] += 1
        elif place := _place(row, telling):
            _keep(places, place)
    if not places:
        raise NotARegister(why="There is no place in this file that can be read.")
    for why, count in left_out.items():
        telling.add(0, Sentence("Rows about {why}, left out: {count}.", why=why, count=count))
    cantons = {place.area for place in places.values()}
    return Found(
        areas=[area for code, area in AREAS.items() if code in cantons],
        places=sorted(places.values(), key=attrgetter("postcode", "town", "area")),
        unread=telling.all(),
    )


def _nobody_lives_there(cells: Mapping[str, str]) -> str:
    """Nobody who is represented in Switzerland: what the row is about instead, else empty."""
    canton = cells.get("Kantonskürzel", "").strip()
    if canton in _NO_CANTON or (not canton and cells.get("BFS-Nr", "").strip() in _LIECHTENSTEIN):
        return "Liechtenstein"
    return "lakes" if cells.get("PLZ", "").strip() == _NO_POSTCODE else ""


def _csv(content: bytes) -> bytes:
    if not archive.is_zip(content):
        return content
    files = list(archive.files(content, ".csv"))
    if len(files) != 1:
        raise NotARegister(why=f"There are {len(files)} CSV files in this archive; it should be one.")
    return files[0][1]


def _western(content: bytes) -> bytes:
    """Older files are in Windows' encoding; a guess by letters would take a short one for Polish or Russian."""
    if sniffing.utf16(content[: sniffing.HEAD]):
        return content
    guess = sniffing.EncodingGuess()
    guess.see(content, last=True)
    is_utf8 = content.startswith(BOM_UTF8) or guess.best() == "utf-8"
    return content.decode("utf-8" if is_utf8 else "cp1252", "replace").encode()


def _place(row: Row, telling: Telling) -> Place | None:
    entry = Entry(telling, row.line)
    try:
        town, postcode, canton = (read(row.cells.get(column, "")) for column, read in _READ.items())
    except values.Unreadable as problem:
        entry.tell(problem.told)
        return None
    since = entry.read(lambda: values.day(row.cells.get("Validity", "")), None)
    return Place(COUNTRY, postcode, town, KIND, canton, valid_from=since)


def _keep(places: dict[tuple[str, str, str], Place], place: Place) -> None:
    """Once, however many municipalities it lies in; since the first day that one of its rows names."""
    known = places.setdefault((place.postcode, place.town, place.area), place)
    days: list[date] = [day for day in (known.valid_from, place.valid_from) if day]
    if days and min(days) != known.valid_from:
        places[place.postcode, place.town, place.area] = msgspec.structs.replace(known, valid_from=min(days))


def _town(cell: str) -> str:
    return values.name(values.words(cell))


def _postcode(cell: str) -> str:
    if not _POSTCODE.fullmatch(cell.strip()):
        raise values.unreadable("“{shown}” is not a Swiss postcode.", cell)
    return cell.strip()


def _canton(cell: str) -> str:
    if cell.strip() not in AREAS:
        raise values.unreadable("“{shown}” is not a canton.", cell)
    return cell.strip()


_READ = {"Ortschaftsname": _town, "PLZ": _postcode, "Kantonskürzel": _canton}
