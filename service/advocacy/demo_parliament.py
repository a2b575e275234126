"""A parliament of the demo with a dozen members who do not exist, for cantons that do."""

import msgspec

from service.advocacy import default_register, members
from service.advocacy.members import Term, Values
from service.kit import db

KEY = "ch-demo"
_NAMES = {
    "en": "National Council (invented)",
    "fr": "Conseil national (inventé)",
    "de": "Nationalrat (erfunden)",
    "ru": "Национальный совет (вымышленный)",
    "be": "Нацыянальны савет (выдуманы)",
}
_SINCE = "2023-12-04"
_SOURCE = "https://parliament.example.org/members"
# name, party, canton, languages, whether they have an e-mail address
_MEMBERS = (
    ("Rosa Beispiel", "Open Hand", "BE", "de fr", True),
    ("Urs Muster", "Green Hills", "BE", "de", True),
    ("Claire Exemple", "New Bridge", "BE", "fr de", True),
    ("Beat Vorlage", "Old Mill", "ZH", "de", True),
    ("Selin Probe", "Open Hand", "ZH", "de", True),
    ("Benoît Modèle", "Green Hills", "VD", "fr", True),
    ("Inès Échantillon", "Open Hand", "VD", "fr", True),
    ("Marcel Essai", "Old Mill", "FR", "fr de", True),
    ("Ottavia Campione", "New Bridge", "TI", "it fr", True),
    ("Noémie Gabarit", "Green Hills", "GE", "fr", True),
    ("Peter Entwurf", "Old Mill", "LU", "de", False),
    ("Flurina Skizze", "New Bridge", "BS", "de", True),
)
_COMMITTEES = {
    "FAC": {"en": "Foreign Affairs", "de": "Aussenpolitik", "fr": "Politique extérieure"},
    "LAC": {"en": "Legal Affairs", "de": "Rechtsfragen", "fr": "Affaires juridiques"},
}


async def seed() -> tuple[int, list[int]]:
    """The parliament, and its members in order; in a transaction."""
    await default_register.ensure()
    parliament: int = await db.fetch_value(
        "INSERT INTO parliament (key, country, timezone, names) VALUES ($1, 'CH', 'Europe/Zurich', $2) RETURNING id",
        KEY,
        msgspec.json.encode(_NAMES).decode(),
    )
    rows = await db.fetch("SELECT code, id FROM area WHERE country = 'CH' AND kind = 'canton'")
    cantons = {row["code"]: row["id"] for row in rows}
    made = [await _member(number, parliament, cantons) for number in range(len(_MEMBERS))]
    for place, (code, names) in enumerate(_COMMITTEES.items()):
        await _committee(parliament, code, names, made[place::3])
    return parliament, made


async def _member(number: int, parliament: int, cantons: dict[str, int]) -> int:
    name, party, canton, languages, has_address = _MEMBERS[number]
    said = Values(
        name=name,
        family_name=name.split()[-1],
        party=party,
        faction=f"Group of {party}",
        languages=languages,
        email=f"member.{number + 1}@parliament.example.org" if has_address else "",
        phone=f"+41 31 555 01 {number + 10}",
        postal=f"{name}\nExample Square {number + 1}\n3003 Bern",
        website=f"https://parliament.example.org/members/{number + 1}",
        source=_SOURCE,
    )
    return await members.add(said, Term(parliament=parliament, area=cantons[canton], since=_SINCE), None)


async def _committee(parliament: int, code: str, names: dict[str, str], seated: list[int]) -> None:
    id = await db.fetch_value(
        "INSERT INTO committee (parliament, code, names) VALUES ($1, $2, $3) RETURNING id",
        parliament,
        code,
        msgspec.json.encode(names).decode(),
    )
    await db.execute_many(
        "INSERT INTO committee_seat (committee, representative, role) VALUES ($1, $2, '')",
        [(id, member) for member in seated],
    )
