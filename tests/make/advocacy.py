"""Parliaments, members, actions and letters of invented people, without their way through files and forms."""

import hashlib
from datetime import date
from typing import Any

import msgspec

from service.advocacy.tables import AdvocacyState
from service.kit import clock, db, sealing

# The first day of the legislature that all mandates here belong to.
SINCE = date(2023, 12, 4)


async def parliament(key: str = "ch-nr", country: str = "CH", timezone: str = "Europe/Zurich") -> int:
    names = {"en": "National Council", "de": "Nationalrat", "fr": "Conseil national"}
    return await _insert("parliament", key=key, country=country, timezone=timezone, names=names)


async def area(code: str = "BE", name: str = "Bern", kind: str = "canton", country: str = "CH") -> int:
    return await _insert("area", country=country, kind=kind, code=code, names={"": name}, source="example")


async def place(area: int, postcode: str = "3011", town: str = "Bern", country: str = "CH") -> int:
    return await _insert("place", country=country, postcode=postcode, town=town, area=area)


async def representative(
    parliament: int, area: int | None = None, name: str = "Rosa Beispiel", until: date | None = None, **columns: Any
) -> int:
    """A member with an e-mail address of their own."""
    key = clock.random_bytes(6).hex()
    values = {
        "key": key,
        "name": name,
        "family_name": name.split()[-1],
        "party": "Example Party",
        "faction": "",
        "languages": ["de", "fr"],
        "email": f"{name.split()[0].lower()}.{key}@parliament.example.org",
        "phone": "",
        "postal": "",
        "website": "",
        "source": "https://parliament.example.org/members",
        "retrieved_on": SINCE,
        "external": {},
        "bounced_words": "",
        "changed_at": clock.now(),
        "version": 1,
    }
    id = await _insert("representative", **(values | columns))
    await _insert(
        "membership", representative=id, parliament=parliament, area=area, since=SINCE, until=until, source=""
    )
    return id


async def committee(parliament: int, *members: int, code: str = "APK", name: str = "Foreign Affairs") -> int:
    id = await _insert("committee", parliament=parliament, code=code, names={"": name})
    for member in members:
        await _insert("committee_seat", committee=id, representative=member, role="")
    return id


async def action(
    state: str = "open", prisoners: tuple[int, ...] = (), languages: tuple[str, ...] = ("en",), **columns: Any
) -> int:
    """Open since now. `targets`: see service/advocacy/targets.py."""
    now = clock.now()
    values = {
        "key": clock.random_bytes(6).hex(),
        "name": "Ask your member to sponsor Maria",
        "state": state,
        "targets": {},
        "prisoners": list(prisoners),
        "goal": 100,
        "per_hour": 6,
        "from_hour": 9,
        "until_hour": 17,
        "spread": False,
        "choose_again": False,
        "opened_at": None if state == "draft" else now,
        "changed_at": now,
        "version": 1,
    }
    id = await _insert("action", **(values | columns))
    for language in languages:
        await edition(id, language)
    return id


async def edition(action: int, language: str = "en", **columns: Any) -> int:
    values = {
        "title": "Ask your member of parliament to stand by Maria",
        "lead": "Maria is in prison for what she wrote.",
        "ask": "Please take on a sponsorship for Maria.",
        "subject": "A sponsorship for Maria",
        "prompts": ["Why does Maria’s fate move you?", "What do you ask of your member?"],
        "points": [],
        "example": "I read about Maria, and I could not stop thinking of her.",
        "call": "Say your name and where you live.",
        "share": "I asked my member of parliament to stand by Maria. #WeStandBYyou",
        "thanks": "Thank you for standing by Maria.",
    }
    values |= columns
    values |= {name: msgspec.json.encode(values[name]).decode() for name in ("prompts", "points")}
    return await _insert("action_edition", action=action, language=language, **values)


async def letter(
    action: int,
    representative: int,
    state: str = AdvocacyState.READY,
    address: str = "anna@example.org",
    **columns: Any,
) -> int:
    """As if Anna had confirmed it now. `address`, `name`, `home`, `subject` and `body`: in clear."""
    now = clock.now()
    parliament = await db.fetch_value(
        "SELECT parliament FROM membership WHERE representative = $1 ORDER BY since DESC LIMIT 1", representative
    )
    said = {
        "name": "Anna Muster",
        "home": "3011 Bern",
        "subject": "A sponsorship for Maria",
        "body": "Dear Ms Beispiel, please stand by Maria.",
    } | {name: columns.pop(name) for name in ("name", "home", "subject", "body") if name in columns}
    values = {
        "action": action,
        "representative": representative,
        "parliament": parliament,
        "writer": hashlib.sha256(f"{action} {representative} {address}".encode()).digest(),
        "state": state,
        "language": "en",
        "prisoners": [],
        "is_test": False,
        "address": sealing.seal_address(address),
        "likeness": [],
        "held_for": [],
        "created_at": now,
        "confirmed_at": None if state == AdvocacyState.UNCONFIRMED else now,
        "sent_at": now if state == AdvocacyState.SENT else None,
        "reason": "",
        "outcome": "",
    } | {name: sealing.seal(f"advocacy {name}", value) for name, value in said.items()}
    return await _insert("advocacy_letter", **(values | columns))


async def took_part(action: int, address: str) -> int:
    return await _insert("took_part", action=action, address=sealing.seal_address(address), at=clock.now())


async def promise(representative: int, prisoner: int | None = None, kind: str = "sponsors", **columns: Any) -> int:
    """Confirmed by staff, so public."""
    now = clock.now()
    values = {
        "kind": kind,
        "statement": {"en": "I stand by her until she is free."},
        "source": "",
        "photo": "",
        "photo_rights": "",
        "since": SINCE,
        "confirmed_by": 1,
        "confirmed_at": now,
        "told_at": now,
    }
    return await _insert("promise", representative=representative, prisoner=prisoner, **(values | columns))


async def _insert(table: str, **values: Any) -> int:
    places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    id: int = await db.fetch_value(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places}) RETURNING id",
        *(_plain(value) for value in values.values()),
    )
    return id


def _plain(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else value
