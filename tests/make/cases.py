"""Invented prisoners, and facilities at addresses that are known to everybody."""

from typing import Any

import msgspec

from service.cases import names
from service.cases.tables import Designation, Publication, State
from service.kit import clock, db


async def facility(name: str = "ИК №4", **others: Any) -> int:
    """The colony in Homel, or another with `street`, `postcode`, `town` and what else differs."""
    values = {
        "name": name,
        "latin": "Penal colony No. 4, Homel",
        "kind": "colony",
        "street": "ул. Антошкина, 3",
        "postcode": "246035",
        "town": "г. Гомель",
        "reply_punished": None,
        "parcels": "",
        "rules": "{}",
        "aliases": [],
        "source": "",
        "version": 1,
        "changed_at": clock.now(),
    } | others
    return await _insert("facility", values)


async def prisoner(name: str = "Maryna Kavalchuk", place: int | None = None, **others: Any) -> int:
    """Somebody who is detained and agreed to be shown; `name` is the Latin form. `others`: columns of prisoner."""
    texts = {
        field: msgspec.json.encode(others.pop(field, {})).decode() for field in ("sentence", "biography", "sources")
    }
    values = {
        "key": clock.random_bytes(5).hex(),
        "name_be": "Марына Кавальчук",
        "name_ru": "Марина Ковальчук",
        "name_latin": name,
        "other_names": [],
        "born": "1984-06-02",
        "gender": "f",
        "state": State.DETAINED,
        "publication": Publication.FULL,
        "veto_note": "",
        "arrested_on": "2021-03-25",
        "verdict_on": "",
        "released_on": "",
        "died_on": "",
        "articles": ["342 ч. 1"],
        "facility": place,
        "whereabouts": "",
        "photo": "",
        "photo_credit": "",
        "photo_rights": "",
        "weight": 1,
        "standing": 0,
        "published_at": clock.now(),
        "changed_at": clock.now(),
        "version": 1,
    }
    values |= texts | others
    values["search"] = others.get("search") or names.search_text(
        values["name_be"], values["name_ru"], values["name_latin"], values["other_names"]
    )
    return await _insert("prisoner", values)


async def status(
    prisoner: int, organisation: str = "Viasna", designation: str = Designation.ACTIVE, **others: Any
) -> int:
    values = {
        "prisoner": prisoner,
        "organisation": organisation,
        "designation": designation,
        "since": "2021-04",
        "link": "https://example.org/list/1",
        "seen_on": clock.now().date(),
        "external_id": str(prisoner),
    }
    return await _insert("prisoner_status", values | others)


async def _insert(table: str, values: dict[str, Any]) -> int:
    places = ", ".join(f"${n + 1}" for n in range(len(values)))
    made: int = await db.fetch_value(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places}) RETURNING id", *values.values()
    )
    return made
