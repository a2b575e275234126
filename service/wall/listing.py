"""The faces of the wall, page by page: filtered, searched, newest first, at the same cost however far one walks."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from service.cases import listing as prisoners
from service.cases import queries as cases
from service.cases.publication import Person
from service.kit import countries, db
from service.kit.errors import NotFound
from service.kit.i18n import LANGUAGES
from service.wall import showing
from service.wall.showing import NEWEST, PINNED_FIRST, Face

PAGE = 40
# In front of all others on the first page.
MOST_PINNED = 8
# Whoever finds more than that looks for something else.
MOST_COUNTED = 1000
# Whose names are like the typed one.
MOST_NAMED = 50
_MOST_WORDS = 8
# A shorter word is looked for as it is: as the beginning of others it would find everything.
_STEM = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"[^\W_]+")
_KEY = re.compile("[0-9a-z]{1,16}")
_CURSOR = re.compile("([0-9]{1,18})-([0-9]{1,18})")
# All that were found at once: walking from the newest on, a rare word would be looked for in every sentence.
_SAID = f"""
    (WITH said AS MATERIALIZED (
        SELECT w.id, w.state, w.published_at, w.language, w.country, w.prisoner FROM wall_post w
        WHERE {showing.PUBLISHED} AND to_tsvector('simple', w.sentence) @@ to_tsquery('simple', $1)
    ) SELECT * FROM said) w
"""  # noqa: S608
# Counted once under each mark of the wall: by it and the prisoner, 0 for all.
_standing: dict[tuple[str, int], int] = {}
_MOST_KEPT = 1000
# The index is asked once for each country, however many posts there are.
_COUNTRIES = f"""
    WITH RECURSIVE each AS (
        (SELECT w.country FROM wall_post w WHERE {showing.PUBLISHED} ORDER BY 1 LIMIT 1)
        UNION ALL
        SELECT (SELECT w.country FROM wall_post w WHERE {showing.PUBLISHED} AND w.country > each.country
                 ORDER BY 1 LIMIT 1) FROM each WHERE each.country IS NOT NULL
    ) SELECT country FROM each WHERE country <> ''
"""  # noqa: S608


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Whom somebody looks for. `prisoner`: a key; `name`: of prisoners, as typed; `spoken`: language of the sentence;
    `country`: its code; `q`: words of sentences; `after`: the end of the page before (Found.next)."""

    prisoner: str = ""
    name: str = ""
    spoken: str = ""
    country: str = ""
    q: str = ""
    after: str = ""

    @property
    def narrows(self) -> bool:
        return self != Filters(after=self.after)

    @property
    def details(self) -> bool:
        return bool(self.spoken or self.country or self.name)


class Found(msgspec.Struct, frozen=True):
    """One page. `next`: for Filters.after, empty on the last page. `people`: whom prisoner and name stand for; None
    for everybody. `count`: of all pages, MOST_COUNTED + 1 at most."""

    faces: list[Face]
    next: str
    people: list[Person] | None
    count: int


def filters(typed: Mapping[str, str]) -> Filters:
    """From the address of a page; what cannot be meant is left out."""
    spoken, country, after = typed.get("spoken", ""), typed.get("country", "").upper(), typed.get("after", "")
    return Filters(
        prisoner=_line(typed, "prisoner"),
        name=_line(typed, "name"),
        spoken=spoken if spoken in LANGUAGES else "",
        country=country if country in countries.names("en") else "",
        q=_line(typed, "q"),
        after=after if _CURSOR.fullmatch(after) else "",
    )


async def find(wanted: Filters, language: str, most: int = PAGE) -> Found:
    """`most` faces at once. Those that are pinned come first, but not in a search. Raises NotFound for a prisoner who
    must not be shown."""
    people = await _people(wanted, language)
    rows, args = _rows(wanted, people)
    pinned = [] if wanted.q else await _pinned(rows, args, min(MOST_PINNED, most // 2))
    room = most if wanted.after else most - len(pinned)
    ids = await _after(wanted.after, rows, args, pinned, room + 1)
    shown = await _in_order(ids[:room] if wanted.after else pinned + ids[:room], language)
    end = _cursor(shown[-1]) if shown and len(ids) > room else ""
    return Found(shown, end, people, await _counted(rows, args, MOST_COUNTED + 1))


async def latest(language: str, most: int, person: Person | None = None) -> list[Face]:
    """The youngest of all, or of those who stand by one person."""
    if person is None:
        return await showing.faces(language, f"{NEWEST} LIMIT $1", most)
    return await showing.faces(language, f"AND w.prisoner = $2 {NEWEST} LIMIT $1", most, person.id)


async def elsewhere(language: str, most: int, person: Person | None = None) -> list[Face]:
    """The same of those who agreed to be seen outside of our own pages, and the pinned ones first."""
    if person is None:
        return await showing.elsewhere(language, f"{PINNED_FIRST} LIMIT $1", most)
    return await showing.elsewhere(language, f"AND w.prisoner = $2 {PINNED_FIRST} LIMIT $1", most, person.id)


async def standing_by(person: Person | None = None) -> int:
    """How many stand by a person; None: by all of them."""
    key = (await showing.mark(), person.id if person else 0)
    if key not in _standing:
        if len(_standing) >= _MOST_KEPT:
            _standing.clear()
        rows, args = _rows(Filters(), [person] if person else None)
        _standing[key] = await _counted(rows, args)
    return _standing[key]


async def countries_of(language: str) -> list[tuple[str, str]]:
    """The code and the name of every country that somebody on the wall is from, by name."""
    there = {row["country"] for row in await db.fetch(_COUNTRIES)}
    return [(code, name) for code, name in countries.names(language).items() if code in there]


async def _people(wanted: Filters, language: str) -> list[Person] | None:
    if wanted.prisoner:
        if not _KEY.fullmatch(wanted.prisoner):
            raise NotFound
        return [await cases.person(wanted.prisoner, language)]
    if wanted.name:
        return await cases.people(await prisoners.named(wanted.name, MOST_NAMED), language)
    return None


def _rows(wanted: Filters, people: Sequence[Person] | None) -> tuple[str, list[Any]]:
    """FROM … WHERE …, over `w`, for all but the page, and its $1 to $n."""
    source, said, args = "wall_post w", [showing.PUBLISHED], list[Any]()

    def add(condition: str, value: Any) -> None:
        args.append(value)
        said.append(condition.format(f"${len(args)}"))

    if wanted.q:
        source, args = _SAID, [_words(wanted.q)]
    if people is not None and len(people) == 1:
        # Not ANY: for one of them the index keeps the order.
        add("w.prisoner = {}", people[0].id)
    elif people is not None:
        add("w.prisoner = ANY({}::bigint[])", [person.id for person in people])
    if wanted.spoken:
        add("w.language = {}", wanted.spoken)
    if wanted.country:
        add("w.country = {}", wanted.country)
    return f"FROM {source} WHERE {' AND '.join(said)}", args


async def _pinned(rows: str, args: list[Any], most: int) -> list[int]:
    query = f"SELECT w.id {rows} AND w.pinned_at IS NOT NULL ORDER BY w.pinned_at DESC, w.id LIMIT {most}"
    return [row["id"] for row in await db.fetch(query, *args)]


async def _after(after: str, rows: str, args: list[Any], but: list[int], most: int) -> list[int]:
    """The next ones behind a cursor, `but` those that stood in front."""
    values = [*args, but]
    rows += f" AND w.id <> ALL(${len(values)}::bigint[])"
    if match := _CURSOR.fullmatch(after):
        values += [_moment(int(match[1])), int(match[2])]
        rows += f" AND (w.published_at, w.id) < (${len(values) - 1}::timestamptz, ${len(values)}::bigint)"
    return [row["id"] for row in await db.fetch(f"SELECT w.id {rows} {NEWEST} LIMIT {most}", *values)]


async def _in_order(ids: list[int], language: str) -> list[Face]:
    found = {face.id: face for face in await showing.faces(language, "AND w.id = ANY($1)", ids)}
    return [found[id] for id in ids if id in found]


async def _counted(rows: str, args: list[Any], most: int | None = None) -> int:
    bounded = f"SELECT {rows} {f'LIMIT {most}' if most else ''}"
    found: int = await db.fetch_value(f"SELECT count(*) FROM ({bounded}) each", *args)  # noqa: S608
    return found


def _cursor(face: Face) -> str:
    return f"{(face.published_at - _EPOCH) // timedelta(microseconds=1)}-{face.id}"


def _moment(micros: int) -> datetime:
    """The end of time for what is beyond it."""
    try:
        return _EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _words(typed: str) -> str:
    """For to_tsquery: each word or what begins with it. Signs alone are found nowhere."""
    words = _WORD.findall(typed)[:_MOST_WORDS]
    return " & ".join(f"{word}:*" if len(word) >= _STEM else word for word in words)


def _line(typed: Mapping[str, str], name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", typed.get(name, "")[:120]).split())
