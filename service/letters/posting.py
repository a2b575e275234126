"""That letters were posted: counted once for a link and a person, by day, and nobody keeps who said so."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from service.cases import editing, queries
from service.cases.publication import Person
from service.cases.tables import State
from service.delivery import links
from service.kit import clock, db, tokens
from service.organisation import queries as organisations

READER, EVENING = "reader", "evening"
# On a day on which pages hold nobody back any more, so many letters to each prisoner are believed all the same.
BEYOND = 3
# A letter that is said to be posted now was on its way since at most this long ago.
LONGEST_LINK = links.POSTED_FOR + timedelta(days=1)


class Link(msgspec.Struct, frozen=True):
    """What a link "I posted it" says: of which batch, and for which prisoners. `nonce` makes it one of its own."""

    batch: str
    nonce: str
    prisoners: list[int]


class Given(msgspec.Struct, frozen=True):
    """The people of a link as anybody may see them. `moved`: ids of those who were taken elsewhere meanwhile."""

    people: list[Person]
    moved: set[int]

    @property
    def detained(self) -> list[Person]:
        return [person for person in self.people if person.state == State.DETAINED]

    @property
    def released(self) -> list[Person]:
        return [person for person in self.people if person.state == State.RELEASED]

    @property
    def died(self) -> list[Person]:
        return [person for person in self.people if person.state == State.DIED]


def token(batch: str, prisoners: Sequence[int]) -> str:
    """For somebody who was given these people on a page."""
    return tokens.make(links.POSTED, [batch, clock.random_bytes(9).hex(), *prisoners], links.POSTED_FOR)


def read(token: str) -> Link:
    """Raises BadToken or ExpiredToken."""
    batch, nonce, *prisoners = tokens.read(links.POSTED, token)
    return Link(batch, nonce, prisoners)


async def given(link: Link, language: str) -> Given:
    """Who of them may be shown now; it does not say what was counted, since links are forwarded."""
    people = await queries.people(link.prisoners, language)
    full = [person.id for person in people if not person.by_initials]
    return Given(people, {row["prisoner"] for row in await db.fetch(_MOVED, link.batch, full)})


async def count(link: Link, chosen: Iterable[int]) -> int:
    """Counts a letter to each of `chosen` who is in the link and detained, once; returns how many were new."""
    async with db.transaction():
        detained = {person.id for person in (await given(link, "en")).detained}
        new = await _believed(link.batch, await _use_up(link, sorted(detained & set(chosen))))
        await note(dict.fromkeys(new, 1), await organisations.today(), READER)
    return len(new)


async def note(letters: Mapping[int, int], day: date, said_by: str) -> None:
    """Adds letters by prisoner to those of a day; less than none takes back what was said by mistake."""
    ids = sorted(letters)
    await db.execute(
        "INSERT INTO letters_posted AS so_far (prisoner, day, said_by, letters)"
        " SELECT prisoner, $3, $4, letters FROM unnest($1::bigint[], $2::int[]) AS more (prisoner, letters)"
        " ON CONFLICT (prisoner, day, said_by)"
        " DO UPDATE SET letters = greatest(so_far.letters + excluded.letters, 0)",
        ids,
        [letters[id] for id in ids],
        day,
        said_by,
    )
    await editing.stand_by(letters)


async def _believed(batch: str, prisoners: Sequence[int]) -> list[int]:
    """Books letters to these as posted; of links that anybody gets from the page not more than were given away.

    Whoever collects such links cannot make one person look well written to, whom then nobody would be given.
    """
    if not batch.startswith("page "):
        await db.execute(
            "UPDATE allotment SET posted = posted + 1 WHERE batch = $1 AND prisoner = ANY($2)", batch, prisoners
        )
        return list(prisoners)
    rows = await db.fetch(_BELIEVED, batch, prisoners, clock.now(), BEYOND)
    return [row["prisoner"] for row in rows]


# Taken from one facility to another after they were given away in batch $1.
_MOVED = """
    SELECT DISTINCT a.prisoner FROM allotment a JOIN prisoner_stay s ON s.prisoner = a.prisoner
     WHERE a.batch = $1 AND a.prisoner = ANY($2) AND s.noted_at > a.made_at
       AND EXISTS (SELECT FROM prisoner_stay before WHERE before.prisoner = s.prisoner AND before.id < s.id)
"""


_BELIEVED = """
    INSERT INTO allotment AS given (batch, prisoner, reserved, posted, made_at, expires_at)
    SELECT $1, prisoner, 0, 1, $3, $3 FROM unnest($2::bigint[]) AS said (prisoner)
    ON CONFLICT (batch, prisoner) DO UPDATE SET posted = given.posted + 1 WHERE given.posted < given.reserved + $4
    RETURNING prisoner
"""


async def _use_up(link: Link, prisoners: Sequence[int]) -> list[int]:
    """Those for whom the link was not used before; from now on it was."""
    pepper = await organisations.pepper()
    hashes = {_hash(pepper, link, prisoner): prisoner for prisoner in prisoners}
    rows: list[Any] = await db.fetch(
        "INSERT INTO posted_once (hash, expires_at) SELECT unnest($1::bytea[]), $2"
        " ON CONFLICT (hash) DO NOTHING RETURNING hash",
        # In one order, so that two who send the same form at once do not wait for each other.
        sorted(hashes),
        clock.now() + LONGEST_LINK,
    )
    return sorted(hashes[row["hash"]] for row in rows)


def _hash(pepper: bytes, link: Link, prisoner: int) -> bytes:
    return hmac.digest(pepper, f"posted|{link.batch}|{link.nonce}|{prisoner}".encode(), "sha256")
