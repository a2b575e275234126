"""Members of parliament as staff write them down by hand. An e-mail address is never without its source."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from service.advocacy import elections
from service.advocacy.register import values
from service.auth import audit
from service.kit import clock, db
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import Sentence

CONTACTS = ("email", "phone", "postal", "website")
FIELDS = ("name", "family_name", "party", "faction", "languages", *CONTACTS, "source")
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
_MOST_LANGUAGES = 6

_CREATE = """
    INSERT INTO representative (key, name, family_name, party, faction, languages, email, phone, postal, website,
           source, retrieved_on, external, bounced_words, changed_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '{}', '', $13, 1) RETURNING id
"""
_CHANGE = """
    UPDATE representative SET name = $2, family_name = $3, party = $4, faction = $5, languages = $6,
           bounced_at = CASE WHEN email = $7 THEN bounced_at END,
           bounced_words = CASE WHEN email = $7 THEN bounced_words ELSE '' END,
           email = $7, phone = $8, postal = $9, website = $10, source = $11, retrieved_on = $12, changed_at = $13,
           version = version + 1
     WHERE id = $1
"""

_MANDATE = """
    INSERT INTO membership (representative, parliament, area, since, until, source)
    VALUES ($1, $2, $3, $4, NULL, 'by hand') ON CONFLICT DO NOTHING
"""


class Overtaken(Problem):
    code = "member_overtaken"
    status = 409
    sentence = Sentence(
        "Somebody has changed this member while you were writing. Below is what you wrote, and theirs."
    )


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """As staff type them; `languages`: two letters each, parted by spaces or commas."""

    name: str
    family_name: str = ""
    party: str = ""
    faction: str = ""
    languages: str = ""
    email: str = ""
    phone: str = ""
    postal: str = ""
    website: str = ""
    source: str = ""


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """`area`: 0 for who sits for nobody in particular; `since`: 2023-12-04, or empty where nobody knows."""

    parliament: int
    area: int = 0
    since: str = ""


async def add(said: Values, term: Term, by: int | None) -> int:
    """A new member with their mandate. Raises Invalid."""
    clean, wrong = _checked(said)
    mandate, wrong_term = await _term(term)
    if wrong or wrong_term:
        raise Invalid(wrong | wrong_term)
    async with db.transaction():
        made: int = await db.fetch_value(
            _CREATE,
            *(clock.random_bytes(6).hex(), *(clean[field] for field in FIELDS)),
            *(_retrieved(clean), clock.now()),
        )
        await db.execute(_MANDATE, made, *mandate)
        await _note("representative.added", made, by, {"name": clean["name"]})
    return made


async def edit(id: int, version: int, said: Values, by: int | None) -> None:
    """Raises Invalid, NotFound, and Overtaken where somebody was quicker."""
    clean, wrong = _checked(said)
    if wrong:
        raise Invalid(wrong)
    async with db.transaction():
        before = await _locked(id)
        if before["version"] != version:
            raise Overtaken
        changed = [field for field in FIELDS if before[field] != clean[field]]
        if not changed:
            return
        touched = set(changed) & {*CONTACTS, "source"}
        retrieved = _retrieved(clean) if touched else before["retrieved_on"]
        await db.execute(_CHANGE, id, *(clean[field] for field in FIELDS), retrieved, clock.now())
        await _note("representative.changed", id, by, {"name": clean["name"], "fields": changed})


async def add_mandate(id: int, term: Term, by: int | None) -> None:
    """Raises Invalid, NotFound."""
    mandate, wrong = await _term(term)
    if wrong:
        raise Invalid(wrong)
    async with db.transaction():
        await _locked(id)
        if not await db.execute(_MANDATE, id, *mandate):
            raise Invalid({"since": Sentence("This mandate is in the register already.")})
        await _note("representative.mandate_added", id, by, {})


async def end_mandate(id: int, mandate: int, last: str, by: int | None) -> None:
    """`last`: its last day, also one to come; empty takes an end back. Sponsorships end with the last mandate.

    Raises Invalid, NotFound.
    """
    try:
        day = values.day(last)
    except values.Unreadable as problem:
        raise Invalid({"until": problem.told}) from None
    async with db.transaction():
        await _locked(id)
        row = await db.fetch_one("SELECT since FROM membership WHERE id = $1 AND representative = $2", mandate, id)
        if row is None:
            raise NotFound
        if day and row["since"] and day < row["since"]:
            raise Invalid({"until": Sentence("A mandate cannot end before it begins.")})
        await db.execute("UPDATE membership SET until = $2 WHERE id = $1", mandate, day)
        await _note("representative.mandate_ended", id, by, {"until": last})
        await elections.begin()


async def clear_bounce(id: int, by: int | None) -> None:
    """The address was looked at and is right: letters leave to it again. Raises NotFound."""
    async with db.transaction():
        await _locked(id)
        await db.execute("UPDATE representative SET bounced_at = NULL, bounced_words = '' WHERE id = $1", id)
        await _note("representative.bounce_cleared", id, by, {})


def _checked(said: Values) -> tuple[dict[str, Any], dict[str, Sentence]]:
    """Clean values, and a sentence for each that is wrong."""
    clean: dict[str, Any] = {}
    wrong: dict[str, Sentence] = {}
    for field, read in _READ.items():
        try:
            clean[field] = read(getattr(said, field))
        except values.Unreadable as problem:
            wrong[field] = problem.told
    if not wrong and clean["email"] and not clean["source"]:
        wrong["source"] = Sentence(
            "Please say where this e-mail address stands, for example the member’s page. Never guess one."
        )
    return clean, wrong


def _name(text: str) -> str:
    if not text.strip():
        raise values.unreadable("Please write the member’s name.")
    return values.name(text)


def _languages(text: str) -> list[str]:
    found = list(dict.fromkeys(text.lower().replace(",", " ").split()))
    for language in found:
        if not _LANGUAGE.fullmatch(language):
            raise values.unreadable("“{shown}” is not a language in two letters, such as de.", language)
    if len(found) > _MOST_LANGUAGES:
        raise values.unreadable("Please name at most six languages.")
    return found


_READ: Mapping[str, Any] = {
    "name": _name,
    "family_name": values.words,
    "party": values.words,
    "faction": values.words,
    "languages": _languages,
    "email": values.email,
    "phone": values.phone,
    "postal": lambda text: values.postal(text.splitlines()),
    "website": values.website,
    "source": lambda text: values.words(text, 500),
}


async def _term(term: Term) -> tuple[tuple[int, int | None, date | None], dict[str, Sentence]]:
    """Parliament, area and first day."""
    wrong, since = {}, None
    try:
        since = values.day(term.since)
    except values.Unreadable as problem:
        wrong["since"] = problem.told
    if not await db.fetch_value("SELECT true FROM parliament WHERE id = $1", term.parliament):
        wrong["parliament"] = Sentence("Please choose a parliament.")
    if term.area and not await db.fetch_value("SELECT true FROM area WHERE id = $1", term.area):
        wrong["area"] = Sentence("Please choose an area that there is.")
    return (term.parliament, term.area or None, since), wrong


def _retrieved(clean: Mapping[str, Any]) -> date | None:
    return clock.now().date() if any(clean[field] for field in CONTACTS) else None


async def _locked(id: int) -> db.Record:
    row = await db.fetch_one("SELECT * FROM representative WHERE id = $1 FOR UPDATE", id)
    if row is None:
        raise NotFound
    return row


async def _note(action: str, id: int, by: int | None, detail: dict[str, Any]) -> None:
    await audit.record(by, action, f"representative {id}", detail)
