"""The prisoners that the public can look through, and who is new among them.

Whoever is shown by initials can be found by nothing that is not shown of them: not by name, birthday or facility.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

import msgspec

from service.cases import names, queries
from service.cases.publication import IN_FULL, PUBLIC, Person
from service.cases.tables import Designation, State
from service.kit import db

PAGE = 24
LAST_PAGE = 9_999
# Where the public looks for new cases.
NEW_FOR = timedelta(days=90)
ORDERS = ("fewest", "name", "new")
# PostgreSQL may have been built without collations: letters that stand beside another one are sorted as that one.
_BESIDE = ("ЁёІіЎўҐґŁłŃńŚśŹźŻżĆćČčŠšŽžŬŭ", "ЕеИиУуГгLlNnSsZzZzCcCcSsZzUu")
_NAMES = {"be": ("be", "ru", "latin"), "ru": ("ru", "be", "latin")}
_NEW = f"""
    SELECT p.id FROM prisoner p
    WHERE {PUBLIC} AND p.state = 'detained' AND p.published_at >= $1 AND p.published_at < $2
      AND EXISTS (SELECT FROM prisoner_status s WHERE s.prisoner = p.id AND s.designation = 'active')
    ORDER BY p.published_at DESC, p.id DESC LIMIT $3
"""  # noqa: S608
# Where people are held who are shown in full, and how many.
_FACILITIES = f"""
    SELECT f.id, f.name, f.latin, f.town, held.people
      FROM (SELECT p.facility, count(*) AS people FROM prisoner p
             WHERE {IN_FULL} AND p.state = 'detained' GROUP BY p.facility) held
      JOIN facility f ON f.id = held.facility ORDER BY f.town, f.name, f.id
"""  # noqa: S608

_ORGANISATIONS = f"""
    SELECT s.organisation FROM prisoner_status s JOIN prisoner p ON p.id = s.prisoner WHERE {PUBLIC}
    GROUP BY 1 ORDER BY 1
"""  # noqa: S608


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for. `says`: a designation and who gives it, "active:Viasna"; `alone`: nobody stands by."""

    q: str = ""
    state: str = State.DETAINED
    says: str = ""
    facility: int = 0
    article: str = ""
    month: int = 0
    alone: bool = False
    order: str = ""
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Whether anything but the state and the order was chosen."""
        return bool(self.q or self.details)

    @property
    def details(self) -> bool:
        return bool(self.says or self.facility or self.article or self.month or self.alone)

    @property
    def sorting(self) -> str:
        return self.order or ("fewest" if self.state == State.DETAINED and not self.q else "name")


class Found(msgspec.Struct, frozen=True):
    """One page of people, how many pages there are, and how many people are in each state."""

    people: list[Person]
    pages: int
    page: int
    counts: dict[str, int]


class Place(msgspec.Struct, frozen=True):
    """A facility and how many people who are shown in full are held there."""

    id: int
    name: str
    latin: str
    town: str
    people: int


def filters(typed: Mapping[str, str]) -> Filters:
    """From the address of the page; what cannot be meant is left out."""
    says = _line(typed, "says")
    return Filters(
        q=_line(typed, "q"),
        state=_one_of(typed, "state", tuple(State), State.DETAINED),
        says=says if says.partition(":")[0] in tuple(Designation) else "",
        facility=_number(typed, "facility", 999_999_999),
        article=_line(typed, "article")[:30],
        month=_number(typed, "month", 12),
        alone=bool(typed.get("alone")),
        order=_one_of(typed, "order", ORDERS, ""),
        page=_number(typed, "page", LAST_PAGE) or 1,
    )


async def find(wanted: Filters, language: str, today: date) -> Found:
    """One page of those who may be shown. Whom fewest stand by comes first, equals by chance, daily."""
    where, args = _conditions(wanted)
    rows = await db.fetch(f"SELECT p.state, count(*) AS people FROM prisoner p WHERE {where} GROUP BY 1", *args)  # noqa: S608
    counts = {state.value: 0 for state in State} | {row["state"]: row["people"] for row in rows}
    pages = max(1, ceil(counts[wanted.state] / PAGE))
    page = min(wanted.page, pages)
    ids = (
        f"SELECT p.id FROM prisoner p WHERE {where} AND p.state = ${len(args) + 1}"  # noqa: S608
        f" ORDER BY {_order(wanted.sorting, language, today)} LIMIT {PAGE} OFFSET {(page - 1) * PAGE}"
    )
    found = [row["id"] for row in await db.fetch(ids, *args, wanted.state)]
    return Found(await queries.people(found, language), pages, page, counts)


async def new_since(since: datetime, until: datetime, language: str, most: int = 100) -> list[Person]:
    """Whose case was published from `since` to just before `until`, newest first, also with initials alone.

    They are detained, and at least one organisation counts them as political prisoners.
    """
    return await queries.people([row["id"] for row in await db.fetch(_NEW, since, until, most)], language)


async def named(typed: str, most: int) -> list[int]:
    """Those whose name, shown in full, is like the typed one; in any state."""
    where, args = _conditions(Filters(q=typed))
    rows = f"SELECT p.id FROM prisoner p WHERE {where} ORDER BY p.standing DESC, p.id LIMIT {most}"  # noqa: S608
    return [row["id"] for row in await db.fetch(rows, *args)]


async def places() -> list[Place]:
    """The facilities to choose from, by town."""
    return [Place(*row.values()) for row in await db.fetch(_FACILITIES)]


async def organisations() -> list[str]:
    """Whose word there is on anybody who may be shown."""
    return [row["organisation"] for row in await db.fetch(_ORGANISATIONS)]


def _conditions(wanted: Filters) -> tuple[str, list[Any]]:
    """Of `prisoner p`, all but the state, and their $1 to $n."""
    said, args = [PUBLIC], list[Any]()

    def add(condition: str, *values: Any) -> None:
        args.extend(values)
        said.append(condition.format(*(f"${len(args) - len(values) + n + 1}" for n in range(len(values)))))

    if wanted.q:
        tokens = [f"%{token}%" for token in names.query(wanted.q)]
        # Signs alone are nobody's name.
        add(f"{IN_FULL} AND p.search LIKE ALL({{}}::text[]) AND {{}}", tokens, bool(tokens))
    if wanted.says:
        designation, _colon, organisation = wanted.says.partition(":")
        add(
            "EXISTS (SELECT FROM prisoner_status s"
            " WHERE s.prisoner = p.id AND s.designation = {} AND s.organisation = {})",
            designation,
            organisation,
        )
    if wanted.facility:
        add(f"{IN_FULL} AND p.state = 'detained' AND p.facility = {{}}", wanted.facility)
    if wanted.article:
        add("EXISTS (SELECT FROM unnest(p.articles) a WHERE a = {0} OR starts_with(a, {0} || ' '))", wanted.article)
    if wanted.month:
        add(f"{IN_FULL} AND p.born ~ {{}}", rf"^(\d{{4}}|-)-{wanted.month:02}(-|$)")
    if wanted.alone:
        add("p.standing = 0")
    return " AND ".join(said), args


def _order(sorting: str, language: str, today: date) -> str:
    if sorting == "new":
        return "p.published_at DESC, p.id DESC"
    if sorting == "fewest":
        return f"p.standing, md5(p.key || '{today:%Y%m%d}')"
    forms = ", ".join(f"nullif(p.name_{form}, '')" for form in _NAMES.get(language, ("latin", "be", "ru")))
    # The place in the alphabet would give away a name that is not shown.
    name = f"translate(coalesce({forms}), '{_BESIDE[0]}', '{_BESIDE[1]}')"
    return f"{IN_FULL} DESC, CASE WHEN {IN_FULL} THEN {name} END, p.key"


def _line(typed: Mapping[str, str], name: str) -> str:
    return " ".join(typed.get(name, "")[:120].split())


def _number(typed: Mapping[str, str], name: str, most: int) -> int:
    text = typed.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) <= most else 0


def _one_of(typed: Mapping[str, str], name: str, choices: tuple[str, ...], otherwise: str) -> str:
    return typed.get(name, "") if typed.get(name) in choices else otherwise
