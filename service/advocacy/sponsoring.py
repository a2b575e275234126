"""Who sponsors whom, as everybody may see it, and those whom nobody sponsors yet."""

from collections.abc import Mapping, Sequence
from math import ceil

import msgspec

from service.advocacy import ledger, queries, representing
from service.advocacy.ledger import Deed
from service.advocacy.naming import called
from service.advocacy.queries import Action
from service.advocacy.representing import Member
from service.advocacy.tables import PromiseKind
from service.cases import queries as cases
from service.cases.publication import PUBLIC, Person
from service.cases.tables import State
from service.kit import db
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
    standing = await _sponsors([parliament.id] if parliament else [], language)
    sponsored = {one.deed.prisoner.id for one in standing if one.deed.prisoner}
    waiting = await db.fetch_value(_COUNT_WAITING, list(sponsored))
    pages = max(1, ceil((waiting if wanted.show == "waiting" else len(standing)) / A_PAGE))
    page = min(max(wanted.page, 1), pages)
    begin = (page - 1) * A_PAGE
    if wanted.show == "waiting":
        shown, people = [], await _waiting(sponsored, A_PAGE, begin, language)
    else:
        shown, people = standing[begin : begin + A_PAGE], await _waiting(sponsored, FEW, 0, language)
    return Found(
        parliaments=known,
        parliament=parliament,
        sponsors=shown,
        members=len({one.deed.representative for one in standing}),
        sponsored=len(sponsored),
        waiting=people,
        waiting_in_all=waiting,
        page=page,
        pages=pages,
    )


async def company(person: Person) -> Company:
    """For the page of somebody: who stands by them, and what else was done for them in parliament."""
    deeds = await ledger.about(person.id, person.language)
    lasting = {deed.representative: deed for deed in deeds if _lasts(deed)}
    found = await representing.members(person.language, people=list(lasting)) if lasting else []
    members = {member.id: member for member in found}
    return Company(
        [Sponsor(deed, members.get(id)) for id, deed in lasting.items()],
        [deed for deed in deeds if deed.kind != PromiseKind.SPONSORS],
        await _open_action(person),
    )


async def _open_action(person: Person) -> Action | None:
    if person.state != State.DETAINED:
        return None
    found = await queries.of_prisoner(person.id, person.language)
    return found[0] if found else None


async def _sponsors(parliaments: list[int], language: str) -> list[Sponsor]:
    ids = await ledger.sponsors()
    found = await representing.members(language, people=ids, parliaments=parliaments) if ids else []
    members = {member.id: member for member in found}
    deeds = await ledger.deeds(list(members), language)
    standing = [
        Sponsor(deed, members[id])
        for id, of_one in deeds.items()
        for deed in of_one
        if deed.prisoner and _lasts(deed)
    ]
    return sorted(standing, key=lambda one: (_is_free(one.deed), _age(one.deed)))


async def _waiting(sponsored: set[int], most: int, begin: int, language: str) -> list[Person]:
    today = await organisations.today()
    rows = await db.fetch(_WAITING, list(sponsored), f"{today:%Y%m%d}", most, begin)
    return await cases.people([row["id"] for row in rows], language)


def _lasts(deed: Deed) -> bool:
    return deed.kind == PromiseKind.SPONSORS and not deed.is_over


def _is_free(deed: Deed) -> bool:
    return deed.prisoner is not None and deed.prisoner.state != State.DETAINED


def _age(deed: Deed) -> tuple[int, int]:
    return -(deed.since.toordinal() if deed.since else 0), -deed.id


_PARLIAMENTS = f"""
    SELECT parliament.id, parliament.key, {called("parliament", "$1")} FROM parliament
     WHERE EXISTS (SELECT FROM membership m WHERE m.parliament = parliament.id) ORDER BY country, key
"""  # noqa: S608
_ALONE = f"{PUBLIC} AND p.state = 'detained' AND p.id <> ALL($1::bigint[])"
_COUNT_WAITING = f"SELECT count(*) FROM prisoner p WHERE {_ALONE}"  # noqa: S608
# Equals by chance, daily.
_WAITING = f"SELECT p.id FROM prisoner p WHERE {_ALONE} ORDER BY p.standing, md5(p.key || $2) LIMIT $3 OFFSET $4"  # noqa: S608
