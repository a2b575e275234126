"""A file of members or places is read and compared with the register; what it says otherwise waits for staff."""

import asyncio
import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from service.advocacy import parliaments, register_comparing, register_known
from service.advocacy.register import choosing
from service.advocacy.register.choosing import Form
from service.advocacy.register.found import Found
from service.advocacy.register_comparing import CONTACTS, Comparison
from service.advocacy.register_difference import Difference, Question
from service.auth import audit
from service.kit import clock, db
from service.kit.errors import Invalid
from service.kit.i18n import Sentence

# Where each is from, as long as nobody says it better.
SOURCES = {
    Form.SWISS_PARLIAMENT: "https://ws.parlament.ch",
    Form.SWISSTOPO: "https://www.swisstopo.admin.ch",
    Form.BUNDESTAG: "https://www.bundestag.de/services/opendata",
    Form.ASSEMBLEE: "https://data.assemblee-nationale.fr",
    Form.MEPS: "https://www.europarl.europa.eu/meps",
}
LONGEST_SOURCE = 500
_FAR = timedelta(days=3 * 366)
_LOCK = 0xAD70C
_AT_ONCE = 2000
_BAD_SIGNS = re.compile(r"[\x00-\x1f\x7f]")

_INSERT = """
    INSERT INTO register_import (form, source, parliament, as_of, is_election, rows, unread, imported_by, imported_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id
"""
_DIFFERENCES = """
    INSERT INTO register_difference
        (register_import, subject, kind, label, representative, before, after, twice, decision)
    SELECT $1, subject, kind, label, representative, before::jsonb, after::jsonb, twice, ''
      FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])
        AS given (subject, kind, label, representative, before, after, twice)
"""
# Of a part of the register only those whom it names.
_OVERTAKE = """
    UPDATE register_difference d SET decision = 'overtaken'
      FROM register_import i
     WHERE i.id = d.register_import AND d.decision = '' AND i.form = $1 AND i.parliament IS NOT DISTINCT FROM $2
       AND (d.subject, coalesce(d.before->>'country', '')) IN (SELECT * FROM unnest($3::text[], $4::text[]))
       AND ($5::text[] IS NULL OR d.label = ANY($5))
"""
_REJECTED = """
    SELECT subject, kind, label, representative, after FROM register_difference d
      JOIN register_import i ON i.id = register_import WHERE decision = 'rejected' AND i.form = $1
"""


async def take(
    files: Sequence[tuple[str, bytes]],
    *,
    parliament: str = "",
    source: str = "",
    as_of: date | None = None,
    is_election: bool = False,
    whole: bool = True,
    by: int | None = None,
) -> int:
    """The id of the import. `parliament`: the key, where the file itself does not say it.

    `as_of`: today, where nothing is said. `whole`: whether whoever is missing has left. Raises NotARegister,
    UnknownParliament and Invalid.
    """
    form = await asyncio.to_thread(choosing.form, files)
    file = await asyncio.to_thread(choosing.read, files, parliament)
    asked = Question(
        as_of=as_of or clock.now().date(),
        is_election=is_election,
        whole=whole,
        source=source.strip() or SOURCES.get(form, ""),
    )
    _must_be_possible(file, asked, as_of)
    async with db.transaction():
        await db.have_patience()
        await one_at_a_time()
        return await _keep(form, file, asked, by)


def _must_be_possible(file: Found, asked: Question, as_of: date | None) -> None:
    wrong = {}
    if asked.is_election and not as_of:
        wrong["as_of"] = Sentence("Please say on which day the new members begin.")
    elif abs(asked.as_of - clock.now().date()) > _FAR:
        wrong["as_of"] = Sentence("Please choose a day within three years of today.")
    has_contacts = any(getattr(member, field) for member in file.members for field in CONTACTS)
    if has_contacts and not asked.source:
        wrong["source"] = Sentence("Please say where the addresses in this file are from, for example a web address.")
    elif len(asked.source) > LONGEST_SOURCE or _BAD_SIGNS.search(asked.source):
        wrong["source"] = Sentence("Please say where the file is from in one line of at most 500 letters.")
    if wrong:
        raise Invalid(wrong)


async def _keep(form: Form, file: Found, asked: Question, by: int | None) -> int:
    chambers = register_comparing.chambers(file)
    ids = await parliaments.ensure(chambers | {seat.parliament for one in file.members for seat in one.seats})
    known = await register_known.known(register_comparing.schemes(file), chambers, register_comparing.kinds(file))
    compared = await asyncio.to_thread(register_comparing.compare, file, known, asked)
    parliament = ids[next(iter(chambers))] if len(chambers) == 1 else None
    differences = await _without_the_rejected(form, compared.differences)
    await _overtake(form, parliament, file, asked, differences)
    made: int = await db.fetch_value(
        _INSERT,
        *(form, asked.source, parliament, asked.as_of, asked.is_election),
        *(len(file.members) + len(file.places), _unread(file), by, clock.now()),
    )
    await _write(made, differences)
    await _confirm(compared, asked)
    await close_decided()
    detail = {"form": choosing.NAMES[form], "differences": len(differences), "election": asked.is_election}
    await audit.record(by, "register.compared", f"register import {made}", detail)
    return made


async def one_at_a_time() -> None:
    """In a transaction: until its end nobody else compares or accepts, so that nobody comes twice."""
    await db.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)


async def close_decided() -> None:
    """An import is closed when nothing of it waits."""
    await db.execute(
        "UPDATE register_import i SET closed_at = $1 WHERE closed_at IS NULL AND NOT EXISTS"
        " (SELECT FROM register_difference d WHERE d.register_import = i.id AND d.decision = '')",
        clock.now(),
    )


async def _without_the_rejected(form: Form, differences: list[Difference]) -> list[Difference]:
    """What was rejected is not asked again before a file says something else."""
    rows = await db.fetch(_REJECTED, form)
    silent = {
        _said(row["subject"], row["kind"], row["label"], row["representative"], msgspec.json.decode(row["after"]))
        for row in rows
    }
    return [
        one
        for one in differences
        if _said(one.subject, one.kind, one.label, one.representative, one.after) not in silent
    ]


def _said(subject: str, kind: str, label: str, representative: int | None, after: Any) -> tuple[Any, ...]:
    """That somebody left is the same on another day."""
    content = "" if kind == "left" else msgspec.json.encode(after, order="sorted")
    return subject, kind, label, representative, content


async def _overtake(
    form: Form, parliament: int | None, file: Found, asked: Question, differences: Collection[Difference]
) -> None:
    """Ends what is open of earlier files of the same form and parliament, as far as this one speaks of it."""
    subjects = [("member", ""), ("committee", ""), ("area", "")] if file.members else [("area", "")]
    subjects += [("places", country) for country in {place.country for place in file.places}]
    named = None if asked.whole else [member.name for member in file.members] + [one.label for one in differences]
    await db.execute(
        _OVERTAKE,
        *(form, parliament, [subject for subject, _country in subjects], [country for _subject, country in subjects]),
        named,
    )


async def _write(made: int, differences: Sequence[Difference]) -> None:
    for start in range(0, len(differences), _AT_ONCE):
        part = differences[start : start + _AT_ONCE]
        columns = [[getattr(one, name) for one in part] for name in ("subject", "kind", "label", "representative")]
        sides = [[msgspec.json.encode(getattr(one, side)).decode() for one in part] for side in ("before", "after")]
        await db.execute(_DIFFERENCES, made, *columns, *sides, [one.twice for one in part])


async def _confirm(compared: Comparison, asked: Question) -> None:
    """Their contact was read there once more, and says the same."""
    await db.execute(
        "UPDATE representative SET retrieved_on = $2 WHERE id = ANY($1) AND source = $3",
        compared.confirmed,
        clock.now().date(),
        asked.source,
    )


def _unread(file: Found) -> str:
    told = [{"line": one.line, "why": str(one.why), "file": one.file} for one in file.unread]
    return msgspec.json.encode(told).decode()
