"""Made-up councillors in the shape of the Swiss parliament's exports, as ws.parlament.ch writes them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

LANGUAGES = ("DE", "FR", "IT")
# A day that is none.
NEVER = date(1753, 1, 1)
COUNCILS = {
    "NR": {"DE": ("NR", "Nationalrat"), "FR": ("CN", "Conseil national"), "IT": ("CN", "Consiglio nazionale")},
    "SR": {"DE": ("SR", "Ständerat"), "FR": ("CE", "Conseil des Etats"), "IT": ("CS", "Consiglio degli Stati")},
    "BR": {"DE": ("BR", "Bundesrat"), "FR": ("CF", "Conseil fédéral"), "IT": ("CF", "Consiglio federale")},
    "VBV": {"DE": ("VBV", "Vereinigte Bundesversammlung"), "FR": ("AF", "Assemblée"), "IT": ("AF", "Assemblea")},
}
CANTONS = {"ZH": (1, "Zürich"), "BE": (2, "Bern"), "VD": (22, "Waadt"), "TI": (21, "Tessin")}
COMMITTEES = {
    "APK-N": (5, "NR", {"DE": "Aussenpolitische Kommission NR", "FR": "Commission de politique extérieure CN"}),
    "Del-ER": (60, "VBV", {"DE": "Delegation beim Europarat", "FR": "Délégation auprès du Conseil de l'Europe"}),
}
E_MAIL = {"DE": "E-Mail", "FR": "E-mail", "IT": "Posta elettronica"}
PRIVATE = {"DE": "E-Mail privat", "FR": "E-mail privé", "IT": "Posta elettronica privata"}
HOMEPAGE = {"DE": "Homepage", "FR": "Site internet", "IT": "Sito web"}
PHONE = {"DE": "Telefon Geschäft", "FR": "Téléphone professionnel", "IT": "Telefono ufficio"}
FAX = {"DE": "Telefax", "FR": "Téléfax", "IT": "Telefax"}


@dataclass(frozen=True)
class Councillor:
    number: int
    first: str
    last: str
    canton: str = "ZH"
    council: str = "NR"
    party: dict[str, str] = field(default_factory=lambda: {"DE": "DEM", "FR": "PDM", "IT": "PDM"})
    native: str | None = "D"
    joined: date = date(2023, 12, 4)
    left: date = NEVER
    active: bool = True
    contacts: tuple[tuple[dict[str, str], str], ...] = ()
    committees: tuple[str, ...] = ()


PEOPLE = [
    Councillor(
        *(4101, "Rahel", "Muster-Tobler"),
        contacts=(
            (E_MAIL, "rahel@muster.example"),
            (E_MAIL, "Rahel.Muster-Tobler@parl.ch"),
            (HOMEPAGE, "www.muster.example"),
            (PHONE, "+41 44 000 00 00"),
            (FAX, "+41 44 000 00 01"),
        ),
        committees=("APK-N", "Del-ER"),
    ),
    Councillor(4102, "Élodie", "d'Exemple", "VD", "SR", native="F", contacts=((PRIVATE, "elodie@exemple.example"),)),
    Councillor(4103, "Ticino", "Campione", "TI", native="I", joined=date(2019, 12, 2)),
    Councillor(
        4104, "Ueli", "Beispiel", "BE", joined=date(2015, 11, 30), left=date(2023, 12, 3), active=False, native=None
    ),
    Councillor(4105, "Margrit", "Vorlage", "BE", "BR", party={"DE": "-", "FR": "-", "IT": "-"}),
]
Rows = list[dict[str, Any]]


def ticks(day: date) -> str:
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return f"/Date({int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1000})/"


def entities(people: Iterable[Councillor], language: str) -> dict[str, Rows]:
    people = list(people)
    return {
        "Person": [_person(one, language) for one in people],
        "MemberCouncil": [_member(one, language) for one in people],
        "PersonCommunication": [row for one in people for row in _contacts(one, language)],
        "MemberCommittee": [row for one in people for row in _committees(one, language)],
        "Canton": [_canton(code, language) for code in CANTONS],
    }


def files(people: Iterable[Councillor] = PEOPLE, languages: Iterable[str] = LANGUAGES) -> list[tuple[str, bytes]]:
    people = list(people)
    return [
        (f"{entity}_{language}.json", odata(rows))
        for language in languages
        for entity, rows in entities(people, language).items()
    ]


def odata(rows: Rows, more: str = "", *, indent: int | None = 1) -> bytes:
    inner: dict[str, Any] = {"results": rows} | ({"__next": more} if more else {})
    return json.dumps({"d": inner}, ensure_ascii=False, indent=indent).encode()


def zipped(packed_files: Iterable[tuple[str, bytes]]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in packed_files:
            archive.writestr(f"export/{name}", content)
    return packed.getvalue()


def _entry(entity: str, id: object, language: str, **said: Any) -> dict[str, Any]:
    address = f"https://ws.parlament.ch/odata.svc/{entity}(ID={id},Language='{language}')"
    kind = f"itsystems.Pd.DataServices.DataModel.{entity}"
    links = {"Persons": {"__deferred": {"uri": f"{address}/Persons"}}}
    return {
        "__metadata": {"id": address, "uri": address, "type": kind},
        "ID": id,
        "Language": language,
        **said,
        **links,
    }


def _person(one: Councillor, language: str) -> dict[str, Any]:
    return _entry(
        *("Person", one.number - 3000, language),
        PersonNumber=one.number,
        FirstName=one.first,
        LastName=one.last,
        OfficialName=f"{one.last} {one.first}",
        DateOfBirth=ticks(date(1970, 5, 17)),
        DateOfDeath=None,
        NativeLanguage=one.native,
        Modified="/Date(1700000000123)/",
    )


def _member(one: Councillor, language: str) -> dict[str, Any]:
    abbreviation, council = COUNCILS[one.council][language]
    number, canton = CANTONS[one.canton]
    return _entry(
        *("MemberCouncil", one.number, language),
        PersonNumber=one.number,
        Active=one.active,
        FirstName=one.first,
        LastName=one.last,
        Canton=number,
        CantonName=canton,
        CantonAbbreviation=one.canton,
        Council=list(COUNCILS).index(one.council) + 1,
        CouncilName=council,
        CouncilAbbreviation=abbreviation,
        ParlGroupName={"DE": "Demokratische Fraktion", "FR": "Groupe démocratique", "IT": "Gruppo democratico"}[
            language
        ],
        ParlGroupAbbreviation="D",
        PartyAbbreviation=one.party[language],
        DateJoining=ticks(one.joined),
        DateLeaving=ticks(one.left),
        DateElection=ticks(one.joined),
    )


def _contacts(one: Councillor, language: str) -> Rows:
    return [
        _entry(
            *("PersonCommunication", f"{one.number}-{place}", language),
            PersonNumber=one.number,
            Address=address,
            CommunicationType=place,
            CommunicationTypeText=kind[language],
        )
        for place, (kind, address) in enumerate(one.contacts)
    ]


def _committees(one: Councillor, language: str) -> Rows:
    found = []
    for abbreviation in one.committees:
        number, council, names = COMMITTEES[abbreviation]
        said, council_name = COUNCILS[council][language]
        found.append(
            _entry(
                *("MemberCommittee", f"{one.number}-{number}", language),
                PersonNumber=one.number,
                CommitteeNumber=number,
                CommitteeName=names.get(language, names["DE"]),
                CommitteeFunctionName={"DE": "Mitglied", "FR": "Membre", "IT": "Membro"}[language],
                Abbreviation=abbreviation,
                CouncilAbbreviation=said,
                CouncilName=council_name,
            )
        )
    return found


def _canton(code: str, language: str) -> dict[str, Any]:
    number, name = CANTONS[code]
    return _entry("Canton", number, language, CantonNumber=number, CantonName=name, CantonAbbreviation=code)
