"""What representatives did for prisoners, as everybody may know it: what staff have confirmed, and nothing else."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import msgspec

from service.advocacy.tables import PromiseKind as Kind
from service.cases import publication, queries
from service.cases.publication import Passage, Person
from service.kit import db
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.organisation import queries as organisations

# Of `promise d`: what the public may know of, and which sponsorships there are on the day $1.
CONFIRMED = "(d.confirmed_at IS NOT NULL AND d.rejected_at IS NULL)"
SPONSORS = f"({CONFIRMED} AND d.kind = 'sponsors' AND (d.until IS NULL OR d.until >= $1))"

_SAID = {
    Kind.SPONSORS: (_("Sponsors {name}"), _("Sponsors a political prisoner")),
    Kind.QUESTION: (_("Asked a question in parliament about {name}"), _("Asked a question in parliament")),
    Kind.COMMITTEE: (_("Spoke for {name} in a committee"), _("Spoke for the political prisoners in a committee")),
    Kind.SPOKE: (_("Spoke up for {name} in public"), _("Spoke up for the political prisoners in public")),
}
_OVER = (_("Sponsored {name}"), _("Sponsored a political prisoner"))


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """`name`, `party`: of the representative. `prisoner`: None for what was done for all of them.

    `photo`: a path, or empty. `is_over`: of a sponsorship.
    """

    id: int
    representative: int
    name: str
    party: str
    kind: str
    prisoner: Person | None
    statement: Passage | None
    source: str
    photo: str
    since: date | None
    until: date | None
    is_over: bool

    @property
    def sentence(self) -> Sentence:
        """What was done, for a reader of the prisoner's language."""
        of_one, of_nobody = _OVER if self.is_over else _SAID[Kind(self.kind)]
        return _(of_one.english, name=self.prisoner.name) if self.prisoner else of_nobody


async def deeds(representatives: Sequence[int], language: str) -> dict[int, list[Deed]]:
    """What each of them did, sponsorships that last first and then the newest; nobody without a deed stands in it."""
    found = defaultdict(list)
    for deed in await _deeds(f"d.representative = ANY($2) AND {CONFIRMED}", language, list(representatives)):
        found[deed.representative].append(deed)
    return dict(found)


async def about(prisoner: int, language: str) -> list[Deed]:
    """What was done for somebody, in the same order."""
    return await _deeds(f"d.prisoner = $2 AND {CONFIRMED}", language, prisoner)


async def by_ids(ids: Sequence[int], language: str) -> list[Deed]:
    return await _deeds(f"d.id = ANY($2) AND {CONFIRMED}", language, list(ids))


async def with_photo(key: str, language: str) -> list[Deed]:
    """What belongs to a photo; its `photo` is empty where it must not be shown."""
    return await _deeds(f"d.photo = $2 AND d.photo <> '' AND {CONFIRMED}", language, key)


async def sponsors() -> list[int]:
    """The representatives who sponsor somebody today, whom the public may know of."""
    rows = await db.fetch(_SPONSORS, await organisations.today())
    return [row["representative"] for row in rows]


async def end_with_mandates(ids: Sequence[int], on: date) -> list[int]:
    """The sponsorships of those representatives who have no mandate after the day `on` end with it: which ones.

    Staff are asked that day who takes them over.
    """
    return sorted(row["id"] for row in await db.fetch(_END, list(ids), on))


async def _deeds(where: str, language: str, *args: object) -> list[Deed]:
    rows = await db.fetch(f"{_DEEDS} WHERE {where} {_ORDER}", await organisations.today(), *args)
    ids = list(dict.fromkeys(row["prisoner"] for row in rows if row["prisoner"]))
    people = {person.id: person for person in await queries.people(ids, language)} if ids else {}
    shown = (row for row in rows if row["prisoner"] is None or row["prisoner"] in people)
    return [_deed(row, people.get(row["prisoner"]), language) for row in shown]


def _deed(row: db.Record, person: Person | None, language: str) -> Deed:
    """Of somebody who is shown by initials: without what may name them, be it a text, a page or a sign on a photo."""
    tells = person is None or not person.by_initials
    return Deed(
        id=row["id"],
        representative=row["representative"],
        name=row["name"],
        party=row["party"],
        kind=row["kind"],
        prisoner=person,
        statement=publication.passage(msgspec.json.decode(row["statement"]), language) if tells else None,
        source=row["source"] if tells else "",
        photo=f"/sponsors/{row['photo']}" if tells and row["photo"] else "",
        since=row["since"],
        until=row["until"],
        is_over=row["is_over"],
    )


# $1: today.
_DEEDS = """
    SELECT d.*, r.name, r.party, d.kind = 'sponsors' AND coalesce(d.until < $1, false) AS is_over
      FROM promise d JOIN representative r ON r.id = d.representative
"""
_ORDER = "ORDER BY d.kind = 'sponsors' AND coalesce(d.until >= $1, true) DESC, d.since DESC NULLS LAST, d.id DESC"
_SPONSORS = f"""
    SELECT DISTINCT d.representative FROM promise d LEFT JOIN prisoner p ON p.id = d.prisoner
     WHERE {SPONSORS} AND (p.id IS NULL OR {publication.PUBLIC}) ORDER BY 1
"""  # noqa: S608
# Whom it touches may have begun a new mandate on the same day.
_END = """
    UPDATE promise d SET until = $2, follow_up_on = $2, version = version + 1
     WHERE d.representative = ANY($1) AND d.kind = 'sponsors' AND (d.until IS NULL OR d.until > $2)
       AND NOT EXISTS (SELECT FROM membership m WHERE m.representative = d.representative
                          AND (m.since IS NULL OR m.since <= $2) AND (m.until IS NULL OR m.until > $2))
    RETURNING d.id
"""
