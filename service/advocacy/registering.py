"""Writes members, areas, committees and places into the register, many at once; callers have a transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from service.advocacy import register_known
from service.advocacy.register_known import Area, Mandate, Seat
from service.kit import clock, db

_NEW = """
    INSERT INTO representative (key, name, family_name, party, faction, languages, email, phone, postal, website,
           source, retrieved_on, external, bounced_words, changed_at, version)
    SELECT key, name, family_name, party, faction, languages, email, phone, postal, website,
           source, retrieved_on, external, '', $2, 1
      FROM jsonb_to_recordset($1::jsonb) AS given (key text, name text, family_name text, party text, faction text,
           languages text[], email text, phone text, postal text, website text, source text, retrieved_on date,
           external jsonb)
    RETURNING id, key
"""
_CHANGE = """
    UPDATE representative r
       SET name = g.name, family_name = g.family_name, party = g.party, faction = g.faction, languages = g.languages,
           phone = g.phone, postal = g.postal, website = g.website, source = g.source, email = g.email,
           retrieved_on = g.retrieved_on, external = g.external, changed_at = $2, version = version + 1,
           bounced_at = CASE WHEN r.email = g.email THEN bounced_at END,
           bounced_words = CASE WHEN r.email = g.email THEN bounced_words ELSE '' END
      FROM jsonb_to_recordset($1::jsonb) AS g (id bigint, name text, family_name text, party text, faction text,
           languages text[], email text, phone text, postal text, website text, source text, retrieved_on date,
           external jsonb)
     WHERE r.id = g.id
"""
_MANDATE = """
    INSERT INTO membership (representative, parliament, area, since, until, source)
    SELECT $1, id, $3, $4, $5, $6 FROM parliament WHERE key = $2 ON CONFLICT DO NOTHING
"""
_SEAT = """
    INSERT INTO committee_seat (representative, committee, role, since, until)
    SELECT $1, committee.id, $4, $5, $6 FROM committee JOIN parliament ON parliament.id = parliament
     WHERE key = $2 AND code = $3
    ON CONFLICT (committee, representative) DO UPDATE
       SET role = excluded.role, since = excluded.since, until = excluded.until
"""
# With their last mandate those lose their seats who have no other.
_LEAVE_COMMITTEES = """
    UPDATE committee_seat s SET until = m.until
      FROM (SELECT representative, max(coalesce(until, 'infinity')) AS until FROM membership
             WHERE representative = ANY($1) GROUP BY representative) m
     WHERE s.representative = m.representative AND m.until < 'infinity' AND coalesce(s.until, 'infinity') > m.until
"""


class NoArea(Exception):
    """A mandate is for an area that the register does not have."""


class Areas:
    """By what mandates and places call them; one of several is chosen by the day."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._by_code: dict[tuple[str, str], list[Area]] = {}
        for area in areas:
            self._by_code.setdefault((area.kind, area.code), []).append(area)

    def find(self, country: str, kind: str, code: str, day: date) -> int:
        """`country`: of the parliament; members of a union's are sent by its countries. Raises NoArea."""
        named = [one for one in self._by_code.get((kind, code), []) if kind == "country" or one.country == country]
        valid = (one for one in named if (one.valid_from or date.min) <= day <= (one.valid_until or date.max))
        last = max(named, key=lambda one: (one.valid_until or date.max, one.valid_from or date.min), default=None)
        found = next(valid, last)
        if found is None:
            raise NoArea(code)
        return found.id


async def areas() -> Areas:
    return Areas(await register_known.areas())


async def add_area(said: dict[str, Any], source: str) -> None:
    await db.execute(
        "INSERT INTO area (country, kind, code, names, valid_from, valid_until, source)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        *(said["country"], said["kind"], said["code"], _json(said["names"])),
        *(day(said.get("valid_from")), day(said.get("valid_until")), source),
    )


async def change_area(id: int, said: dict[str, Any]) -> None:
    until = day(said["valid_until"])
    await db.execute("UPDATE area SET names = $2, valid_until = $3 WHERE id = $1", id, _json(said["names"]), until)


async def name_committee(parliament: str, code: str, names: dict[str, str]) -> None:
    await db.execute(
        "INSERT INTO committee (parliament, code, names) SELECT id, $2, $3 FROM parliament WHERE key = $1"
        " ON CONFLICT (parliament, code) DO UPDATE SET names = excluded.names",
        *(parliament, code, _json(names)),
    )


async def change_places(area: int, country: str, added: Sequence[Any], gone: Sequence[Any]) -> None:
    """Each: postcode, town, from when, until when."""
    await db.execute(
        "DELETE FROM place WHERE area = $1 AND (postcode, town) IN (SELECT * FROM unnest($2::text[], $3::text[]))",
        *(area, [each[0] for each in gone], [each[1] for each in gone]),
    )
    await db.execute(
        "INSERT INTO place (country, postcode, town, area, valid_from, valid_until)"
        " SELECT $1, postcode, town, $2, since, until"
        " FROM unnest($3::text[], $4::text[], $5::date[], $6::date[]) AS given (postcode, town, since, until)"
        " ON CONFLICT (country, postcode, town, area)"
        " DO UPDATE SET valid_from = excluded.valid_from, valid_until = excluded.valid_until",
        *(country, area, [each[0] for each in added], [each[1] for each in added]),
        *([day(each[2]) for each in added], [day(each[3]) for each in added]),
    )


async def add_members(people: Sequence[dict[str, Any]]) -> list[int]:
    """Their ids, in order. `people`: all columns but the key, see register_known.Member."""
    keyed = [one | {"key": clock.random_bytes(6).hex()} for one in people]
    made = {row["key"]: row["id"] for row in await db.fetch(_NEW, _json(keyed), clock.now())}
    return [made[one["key"]] for one in keyed]


async def change_members(people: Sequence[dict[str, Any]]) -> None:
    await db.execute(_CHANGE, _json(people), clock.now())


async def write_mandates(people: Sequence[tuple[int, Sequence[tuple[Mandate, int | None]]]], source: str) -> None:
    """Of each representative the mandates with their areas; whoever leaves loses their seats too."""
    everyone = [(id, one, area) for id, mandates in people for one, area in mandates]
    await db.execute_many(
        "UPDATE membership SET since = $2, until = $3 WHERE id = $1",
        [(one.id, one.since, one.until) for _id, one, _area in everyone if one.id],
    )
    new = [(id, one.parliament, area, one.since, one.until, source) for id, one, area in everyone if not one.id]
    await db.execute_many(_MANDATE, new)


async def write_seats(people: Sequence[tuple[int, Sequence[Seat]]]) -> None:
    rows = [(id, one.parliament, one.code, one.role, one.since, one.until) for id, seats in people for one in seats]
    await db.execute_many(_SEAT, rows)


async def leave_committees(ids: Sequence[int]) -> None:
    await db.execute(_LEAVE_COMMITTEES, list(ids))


def day(said: Any) -> date | None:
    return date.fromisoformat(said) if said else None


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
