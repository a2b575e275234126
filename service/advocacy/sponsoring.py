"""Who sponsors whom, as everybody may see it, and those whom nobody sponsors yet."""

from collections.abc import Mapping, Sequence
from math import ceil

import msgspec

from service.advocacy import in_office, ledger, queries, representing
from service.advocacy.ledger import Deed
from service.advocacy.naming import called
from service.advocacy.queries import Action
from service.advocacy.representing import Member
from service.advocacy.tables import PromiseKind
from service.cases import queries as cases
from service.cases.publication import PUBLIC, Person
from service.cases.tables import State
from service.kit import clock, db
from service.organisation import queries as organisations

A_PAGE = 24
# Of those who wait, below the sponsors.
FEW = 6


class Sponsor(msgspec.Struct, frozen=True):
    """A sponsorship, and the mandate of whom it is of; None for whoever has none."""

    deed: Deed
    member: Member | None


class Company(msgspec.Struct, frozen=True):
    """What parliaments do for one prisoner. `action`: in which one can ask for more, if there is one open."""

    sponsors: list[Sponsor]
    deeds: list[Deed]
    action: Action | None


class Parliament(msgspec.Struct, frozen=True):
    id: int
    key: str
    name: str


class Wanted(msgspec.Struct, frozen=True):
    """`parliament`: its key, empty for all of them; `show`: "sponsors", or "waiting" for whom nobody sponsors."""

    parliament: str = ""
    show: str = "sponsors"
    page: int = 1


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One page. `waiting`: people whom nobody of the parliament sponsors, those first whom the fewest stand by."""

    parliaments: list[Parliament]
    parliament: Parliament | None
    sponsors: list[Sponsor]
    members: int
    sponsored: int
    waiting: list[Person]
    waiting_in_all: int
    page: int
    pages: int


def wanted(typed: Mapping[str, str], known: Sequence[Parliament], page: int) -> Wanted:
    """From the address of the page; what cannot be meant is left out."""
    parliament = typed.get("parliament", "")
    return Wanted(
        parliament if parliament in {one.key for one in known} else "",
        "waiting" if typed.get("show") == "waiting" else "sponsors",
        page,
    )


async def parliaments(language: str) -> list[Parliament]:
    """Those with members."""
    return [Parliament(*row) for row in await db.fetch(_PARLIAMENTS, language)]


async def find(wanted: Wanted, known: list[Parliament], language: str) -> Found:
    """The sponsors of those who are in prison first, the youngest sponsorship first of all."""
    parliament = next((one for one in known if one.key == wanted.parliament), None)
    lasting = await db.fetch(
        _LASTING, await organisations.today(), clock.now(), [parliament.id] if parliament else None
    )
    sponsored = {row["prisoner"] for row in lasting}
    waiting = await db.fetch_value(_COUNT_WAITING, list(sponsored))
    pages = max(1, ceil((waiting if wanted.show == "waiting" else len(lasting)) / A_PAGE))
    page = min(max(wanted.page, 1), pages)
    begin = (page - 1) * A_PAGE
    if wanted.show == "waiting":
        shown, people = [], await _waiting(sponsored, A_PAGE, begin, language)
    else:
        ids = [row["id"] for row in lasting[begin : begin + A_PAGE]]
        shown, people = await _sponsors(ids, language), await _waiting(sponsored, FEW, 0, language)
    return Found(
        parliaments=known,
        parliament=parliament,
        sponsors=shown,
        members=len({row["representative"] for row in lasting}),
        sponsored=len(sponsored),
        waiting=people,
        waiting_in_all=waiting,
        page=page,
        pages=pages,
    )


async def company(person: Person) -> Company:
    """For the page of somebody: who stands by them, and what else was done for them in parliament."""
    deeds = await ledger.about(person.id, person.language)
    lasting = {deed.representative: deed for deed in deeds if deed.kind == PromiseKind.SPONSORS and not deed.is_over}
    return Company(
        await _with_mandates(list(lasting.values()), person.language),
        [deed for deed in deeds if deed.kind != PromiseKind.SPONSORS],
        await _open_action(person),
    )


async def _open_action(person: Person) -> Action | None:
    if person.state != State.DETAINED:
        return None
    found = await queries.of_prisoner(person.id, person.language)
    return found[0] if found else None


async def _sponsors(ids: list[int], language: str) -> list[Sponsor]:
    """In the order of `ids`."""
    deeds = {deed.id: deed for deed in await ledger.by_ids(ids, language)}
    return await _with_mandates([deeds[id] for id in ids if id in deeds], language)


async def _with_mandates(deeds: list[Deed], language: str) -> list[Sponsor]:
    found = await representing.members(language, people={deed.representative for deed in deeds})
    members = {member.id: member for member in found}
    return [Sponsor(deed, members.get(deed.representative)) for deed in deeds]


async def _waiting(sponsored: set[int], most: int, begin: int, language: str) -> list[Person]:
    today = await organisations.today()
    rows = await db.fetch(_WAITING, list(sponsored), f"{today:%Y%m%d}", most, begin)
    return await cases.people([row["id"] for row in rows], language)


_PARLIAMENTS = f"""
    SELECT parliament.id, parliament.key, {called("parliament", "$1")} FROM parliament
     WHERE EXISTS (SELECT FROM membership m WHERE m.parliament = parliament.id) ORDER BY country, key
"""  # noqa: S608
# $1: today, $2: now, $3: of which parliaments, null for all of them.
_LASTING = f"""
    SELECT d.id, d.representative, d.prisoner FROM promise d JOIN prisoner p ON p.id = d.prisoner
     WHERE {ledger.SPONSORS} AND {PUBLIC}
       AND EXISTS (SELECT FROM membership m JOIN parliament ON parliament.id = m.parliament
                    WHERE m.representative = d.representative AND {in_office.lasts("m", "$2")}
                      AND ($3::bigint[] IS NULL OR m.parliament = ANY($3)))
     ORDER BY p.state <> 'detained', d.since DESC NULLS LAST, d.id DESC
"""  # noqa: S608
_ALONE = f"{PUBLIC} AND p.state = 'detained' AND p.id <> ALL($1::bigint[])"
_COUNT_WAITING = f"SELECT count(*) FROM prisoner p WHERE {_ALONE}"  # noqa: S608
# Equals by chance, daily.
_WAITING = f"SELECT p.id FROM prisoner p WHERE {_ALONE} ORDER BY p.standing, md5(p.key || $2) LIMIT $3 OFFSET $4"  # noqa: S608
