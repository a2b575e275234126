"""Made-up members in the shape of the European Parliament's full list as XML; the same for a seed."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from xml.sax.saxutils import escape

from babel import Locale

_FIRST = ["Zofia", "Seán", "Łukasz", "María", "Jörgen", "Ήβη", "Sophia", "Éva"]
_FAMILY = ["MUSTEROWSKA", "O'BEISPIEL", "McERDACHT", "de la PRUEBA-MUESTRA", "in 't VOORBEELD", "PÉLDA"]
_GROUPS = ["Group of the Made-up Party (Samples & Examples)", "Non-attached Members"]
_PARTIES = ["Lista Próbna", "Independent", "-", "Parti de l'Exemple"]
_COUNTRIES = ["PL", "IE", "ES", "NL", "CZ", "GR", "DE", "FR"]


@dataclass(frozen=True)
class Mep:
    id: str
    name: str
    country: str
    group: str = _GROUPS[0]
    party: str = "Lista Próbna"


def people(count: int, seed: int = 7) -> list[Mep]:
    chance = Random(seed)
    return [
        Mep(
            str(190_000 + number),
            f"{chance.choice(_FIRST)} {chance.choice(_FAMILY)}",
            chance.choice(_COUNTRIES),
            chance.choice(_GROUPS),
            chance.choice(_PARTIES),
        )
        for number in range(1, count + 1)
    ]


def file(listed: Iterable[Mep], language: str = "en", one_line: bool = False) -> bytes:
    """`one_line`: as the Parliament's server gives it today."""
    named = Locale.parse(language).territories
    entries = [
        f"<mep>\n<fullName>{escape(mep.name)}</fullName>\n<country>{escape(named.get(mep.country, mep.country))}"
        f"</country>\n<politicalGroup>{escape(mep.group)}</politicalGroup>\n<id>{mep.id}</id>\n"
        f"<nationalPoliticalGroup>{escape(mep.party)}</nationalPoliticalGroup>\n</mep>"
        for mep in listed
    ]
    whole = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<meps>\n' + "\n".join(entries) + "\n</meps>"
    return (whole.replace("\n", "") if one_line else whole).encode()
