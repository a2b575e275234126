"""Made-up members as Popolo JSON, with what such files have: partial dates, posts, several languages; the same for a
seed."""

import codecs
import json
from random import Random
from typing import Any

Json = dict[str, Any]
_FIRST = ["Ioana", "Ștefan", "Ágnes", "Rhys", "Siân", "Māris"]
_FAMILY = ["Exemplu", "Mostră", "Kitalált", "Ap-Enghraifft", "Paraugs"]
_AREAS = [
    ("ocd-division/country:xx/region:north", "N", "Northmark"),
    ("ocd-division/country:xx/region:south", "", "Südau"),
]
CHAMBER, PARTY, GROUP, COMMITTEE, TERM = "chamber/1", "party/green-sample", "group/7", "committee/foreign", "term/12"


def register(count: int, seed: int = 7) -> Json:
    chance = Random(seed)
    numbers = range(1, count + 1)
    return {
        "meta": {"sources": ["https://example.org/members"]},
        "persons": [person(number, chance.choice(_FIRST), chance.choice(_FAMILY)) for number in numbers],
        "organizations": organizations(),
        "memberships": [each for number in numbers for each in memberships(number)],
        "posts": [{"id": "post/south", "organization_id": CHAMBER, "area_id": _AREAS[1][0], "role": "member"}],
        "areas": [area(*each) for each in _AREAS],
        "events": [
            {
                "id": TERM,
                "classification": "legislative period",
                "name": "12th",
                "start_date": "2024-06",
                "end_date": "",
            }
        ],
    }


def person(number: int, first: str = "Ioana", family: str = "Exemplu", **more: Any) -> Json:
    return {
        "id": f"person/{number}",
        "name": f"{first} {family}",
        "family_name": family,
        "given_name": first,
        "identifiers": [{"scheme": "wikidata", "identifier": f"Q{number}"}],
        "contact_details": [
            {"type": "email", "value": f"old.{number}@example.org", "valid_until": "2020-01-01"},
            {"type": "email", "label": "Office", "value": f"member.{number}@example.org"},
            {"type": "fax", "value": "+44 20 7946 0001"},
            {"type": "voice", "value": "+44 20 7946 0000"},
            {"type": "address", "value": "1 Sample Street\nNorthmark"},
        ],
        "links": [
            {"note": "Wikipedia (en)", "url": "https://example.net/wiki"},
            {"note": "website", "url": "https://example.org/me"},
        ],
        **more,
    }


def organizations() -> list[Json]:
    return [
        {"id": CHAMBER, "classification": "legislature", "name": "House of Samples", "seats": 60},
        {"id": PARTY, "classification": "party", "name": "Green Sample Party"},
        {"id": GROUP, "classification": "faction", "name": "Samples United"},
        {
            "id": COMMITTEE,
            "classification": "committee",
            "name": "Foreign Affairs",
            "other_names": [{"lang": "de", "name": "Auswärtiges"}, {"lang": "fr-CH", "name": "Affaires étrangères"}],
        },
    ]


def memberships(number: int) -> list[Json]:
    """Odd numbers sit for an area, even ones on a post."""
    where = {"area_id": _AREAS[0][0]} if number % 2 else {"post_id": "post/south"}
    common = {"person_id": f"person/{number}"}
    sits = common | {"organization_id": CHAMBER, "on_behalf_of_id": PARTY, "legislative_period_id": TERM, **where}
    return [
        sits,
        common | {"organization_id": GROUP, "start_date": "2024-07-01"},
        common | {"organization_id": COMMITTEE, "role": "chair", "start_date": "2025", "end_date": None},
    ]


def area(id: str, identifier: str, name: str) -> Json:
    said = {
        "id": id,
        "name": name,
        "classification": "region",
        "other_names": [{"lang": "ru", "name": f"{name} (ru)"}],
    }
    return said | ({"identifier": identifier} if identifier else {})


def file(said: Json, encoding: str = "utf-8", indent: int | None = 2) -> bytes:
    written = json.dumps(said, ensure_ascii=False, indent=indent)
    return codecs.BOM_UTF16_LE + written.encode("utf-16-le") if encoding == "utf-16" else written.encode(encoding)
