"""Made-up deputies in the shape of the Assemblée nationale's AMO10 JSON; the same for a seed."""

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any

NIL = {"@xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "@xsi:nil": "true"}
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_FIRST = ["Élodie", "Jean-François", "Zoé", "Loïc", "Anaïs", "Fañch"]
_FAMILY = ["Exemple", "d'Échantillon", "Le Modèle", "Inventé", "Œuvré", "N'Fictif"]
_PLACES = [
    ("91", "Essonne", "6"),
    ("2A", "Corse-du-Sud", "1"),
    ("974", "La Réunion", "3"),
    ("099", "Hors de France", "11"),
]
GROUP, PARTY, COMMITTEE, ASSEMBLY = "PO800001", "PO800002", "PO59047", "PO838901"
BODIES = {
    GROUP: ("GP", "Groupe des Exemples réunis"),
    PARTY: ("PARPOL", "Parti de l'Exemple"),
    COMMITTEE: ("COMPER", "Commission des affaires étrangères"),
    ASSEMBLY: ("ASSEMBLEE", "Assemblée nationale de la 17ème législature"),
}
Json = dict[str, Any]


@dataclass(frozen=True)
class Deputy:
    id: str
    first: str
    family: str
    place: tuple[str, str, str] = ("91", "Essonne", "6")
    mails: tuple[str, ...] = ()
    since: str = "2024-07-07"
    until: str = ""
    without: tuple[str, ...] = ()


def people(count: int, seed: int = 7) -> list[Deputy]:
    """Every fourth has no address of mail, every third no party."""
    chance = Random(seed)
    return [
        Deputy(
            f"PA{700_000 + number}",
            chance.choice(_FIRST),
            chance.choice(_FAMILY),
            chance.choice(_PLACES),
            () if number % 4 == 0 else (f"depute.{number}@example.org",),
            without=(PARTY,) if number % 3 == 0 else (),
        )
        for number in range(1, count + 1)
    ]


def acteur(one: Deputy) -> Json:
    addresses = _addresses(one)
    return {
        "uid": {"@xmlns:xsi": _XSI, "@xsi:type": "IdActeur_type", "#text": one.id},
        "etatCivil": {
            "ident": {"civ": "Mme", "prenom": one.first, "nom": one.family, "alpha": "EXEMPLE", "trigramme": "EXE"},
            "infoNaissance": {"dateNais": "1970-02-01", "villeNais": NIL},
            "dateDeces": NIL,
        },
        "profession": {"libelleCourant": NIL},
        "uri_hatvp": NIL,
        "adresses": {"adresse": addresses[0] if len(addresses) == 1 else addresses} if addresses else NIL,
        "mandats": {"mandat": _mandates(one)},
    }


def organe(id: str, kind: str, name: str) -> Json:
    return {
        "@xsi:type": "OrganeParlementaire_Type",
        "uid": id,
        "codeType": kind,
        "libelle": name,
        "libelleAbrev": "EX",
        "viMoDe": {"dateDebut": "2024-07-18", "dateFin": NIL},
        "organeParent": NIL,
    }


def zipped(listed: Sequence[Deputy], more: dict[str, bytes] | None = None) -> bytes:
    """As the Assemblée gives it: one file for each deputy and each body."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in listed:
            archive.writestr(f"json/acteur/{one.id}.json", written({"acteur": acteur(one)}))
        for id, (kind, name) in BODIES.items():
            archive.writestr(f"json/organe/{id}.json", written({"organe": organe(id, kind, name)}))
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


def whole(listed: Iterable[Deputy]) -> bytes:
    """All of it in one file."""
    deputies = [acteur(one) for one in listed]
    bodies = [organe(id, kind, name) for id, (kind, name) in BODIES.items()]
    return written({"export": {"@xmlns:xsi": _XSI, "organes": {"organe": bodies}, "acteurs": {"acteur": deputies}}})


def written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _mandates(one: Deputy) -> Json | list[Json]:
    found = [_mandate(one, kind, id) for id, (kind, _name) in BODIES.items() if id not in one.without]
    return found[0] if len(found) == 1 else found


def _mandate(one: Deputy, kind: str, body: str) -> Json:
    number, department, district = one.place
    common = {
        "@xsi:type": "MandatParlementaire_type" if kind == "ASSEMBLEE" else "MandatSimple_Type",
        "uid": f"PM{one.id}{body}",
        "acteurRef": one.id,
        "legislature": "17",
        "typeOrgane": kind,
        "dateDebut": one.since,
        "datePublication": NIL,
        "dateFin": one.until or NIL,
        "infosQualite": {"codeQualite": "Membre", "libQualite": "Membre", "libQualiteSex": "Membre"},
        "organes": {"organeRef": body},
    }
    if kind != "ASSEMBLEE":
        return common
    place = {"region": "Ailleurs", "departement": department, "numDepartement": number, "numCirco": district}
    return common | {
        "suppleants": None,
        "election": {"lieu": place, "causeMandat": "élections générales", "refCirconscription": "PO712891"},
        "mandature": {"datePriseFonction": one.since, "causeFin": NIL, "placeHemicycle": "012"},
    }


def _addresses(one: Deputy) -> list[Json]:
    if "addresses" in one.without:
        return []
    postal = {
        "@xsi:type": "AdressePostale_Type",
        "uid": "AD1",
        "typeLibelle": "Adresse officielle",
        "poids": "1",
        "intitule": "Assemblée nationale",
        "numeroRue": "126",
        "nomRue": "Rue de l'Université",
        "complementAdresse": NIL,
        "codePostal": "75355",
        "ville": "Paris 07 SP",
    }
    mails = [_electronic("AdresseMail_Type", "Mèl", mail) for mail in one.mails]
    others = [
        _electronic("AdresseTelephonique_Type", "Télécopie", "01 40 00 00 99"),
        _electronic("AdresseTelephonique_Type", "Téléphone", "01 40 00 00 01"),
        _electronic("AdresseSiteWeb_Type", "Twitter", "@exemple"),
        _electronic("AdresseSiteWeb_Type", "Site internet", "www.example.org/depute"),
    ]
    return [postal] if "contacts" in one.without else [postal, *mails, *others]


def _electronic(kind: str, label: str, value: str) -> Json:
    return {"@xsi:type": kind, "uid": "AD2", "typeLibelle": label, "poids": NIL, "valElec": value}
