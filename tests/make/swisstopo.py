"""Made-up places in the shape of swisstopo's directory, as it was written in its three ages."""

import csv
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

FIRST = "Ortschaftsname;PLZ;Zusatzziffer;Gemeindename;Kantonskürzel;E;N"
SECOND = "Ortschaftsname;PLZ;Zusatzziffer;Gemeindename;BFS-Nr;Kantonskürzel;E;N;Sprache;Validity"
THIRD = (
    "Ortschaftsname;PLZ4;Zusatzziffer;ZIP_ID;Gemeindename;BFS-Nr;Kantonskürzel;Adressenanteil;E;N;Sprache;Validity"
)


@dataclass(frozen=True)
class Row:
    town: str
    postcode: str
    canton: str
    municipality: str = ""
    number: int = 261
    since: str = "2008-07-01"
    share: str = "100 %"
    language: str = "de"
    # What stands in a column instead of all this.
    instead: dict[str, str] = field(default_factory=dict)

    def cells(self) -> dict[str, str]:
        return {
            "Ortschaftsname": self.town,
            "PLZ": self.postcode,
            "PLZ4": self.postcode,
            "Zusatzziffer": "0",
            "ZIP_ID": f"{self.number}{self.postcode}",
            "Gemeindename": self.municipality or self.town,
            "BFS-Nr": str(self.number),
            "Kantonskürzel": self.canton,
            "Adressenanteil": self.share,
            "E": "2679402.872",
            "N": "1235842.01",
            "Sprache": self.language,
            "Validity": self.since,
        } | self.instead


# Two municipalities with one place; a postcode in two cantons, and a town in two; one in Liechtenstein.
ROWS = [
    Row("Ahornwil", "8914", "ZH", number=1),
    Row("Birkenried", "8340", "ZH", "Birkenried", number=111, since="2012-05-01"),
    Row("Birkenried", "8340", "ZH", "Dürrenbach (ZH)", number=113, share="0.06 %"),
    Row("Sous-l'Église", "1410", "VD", number=5661, language="fr"),
    Row("Prés-d'Œuvre", "1410", "FR", number=2035, language="fr"),
    Row("Zwischenwald", "3206", "BE", number=663),
    Row("Zwischenwald", "3206", "FR", number=2265),
    Row("Obere Au/Pro Sura", "7180", "GR", "Pro Sura", number=3982, language="rm"),
    Row("Auberg", "9490", "", number=7001),
]


def written(rows: list[Row], header: str = THIRD, *, encoding: str = "utf-8-sig", line_end: str = "\r\n") -> bytes:
    text = StringIO()
    writer = csv.DictWriter(text, header.split(";"), delimiter=";", lineterminator=line_end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(row.cells() for row in rows)
    return text.getvalue().encode(encoding)


def zipped(content: bytes, name: str = "AMTOVZ_CSV_LV95/AMTOVZ_CSV_LV95.csv", **others: bytes) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for each, inside in {name: content, **others}.items():
            archive.writestr(each, inside)
    return packed.getvalue()
