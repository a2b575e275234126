"""Made-up members and places as our own plain CSV, however a spreadsheet saves it; the same for a seed."""

import csv
from collections.abc import Sequence
from io import StringIO
from random import Random

MEMBERS = {
    "en": "id|name|family name|party|faction|languages|e-mail|telephone|postal address|area|area name|since|"
    "committees",
    "de": "Kennung|Name|Nachname|Partei|Fraktion|Sprachen|E-Mail|Telefon|Postadresse|Kanton|Name des Gebiets|seit|"
    "Kommissionen",
    "fr": "identifiant|nom|nom de famille|parti|groupe|langues|courriel|téléphone|adresse postale|canton|"
    "nom du territoire|depuis|commissions",
}
PLACES = {"en": "postcode|town|area", "de": "PLZ|Ort|Kanton", "fr": "NPA|localité|canton"}
_FIRST = ["Röslï", "Urs", "Élodie", "Gian-Reto", "Noëmi"]
_FAMILY = ["Mustermann", "Beispiel-Züger", "Exemple", "Inventato", "D'Erfunden"]
_CANTONS = [("ZH", "Zürich"), ("GE", "Genève"), ("GR", "Graubünden"), ("UR", "Uri")]


def people(count: int, seed: int = 7) -> list[list[str]]:
    """Rows in the order of MEMBERS."""
    chance = Random(seed)
    return [_row(number, chance) for number in range(1, count + 1)]


def _row(number: int, chance: Random) -> list[str]:
    first, family = chance.choice(_FIRST), chance.choice(_FAMILY)
    canton, called = chance.choice(_CANTONS)
    return [
        str(4000 + number),
        f"{first} {family}",
        family,
        "Partei; der Muster",
        "Fraktion „M“",
        "de, fr",
        f"nr.{number}@example.org",
        "+41 58 555 00 00",
        "Bundesplatz 3\n3003 Bern",
        canton,
        called,
        "04.12.2023",
        "Aussenpolitische Kommission (APK) | Geschäftsprüfungskommission",
    ]


def file(header: str, rows: Sequence[Sequence[str]], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header.split("|"))
    writer.writerows(rows)
    return out.getvalue().encode(encoding, "replace")
