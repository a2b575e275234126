"""Two records of one person: finding them, telling them apart for good, or making one of them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

import msgspec

from service.auth import audit
from service.cases import editing, fields, names, stopping
from service.cases.duplicates import LIKELY, MOST_SHARING, SURE, may_be_born_alike
from service.cases.records import Record
from service.cases.tables import Publication
from service.kit import db, files
from service.kit.errors import Problem
from service.kit.i18n import Sentence

MERGED = "merged"
# In the kept record what is empty is filled from the other one; elsewhere the kept one is right.
FILLED = (*fields.NAMES, *fields.DATES[:3], "gender", "articles", "facility", "whereabouts")
_STRICTEST = (Publication.HIDDEN, Publication.INITIALS, Publication.FULL)


class Merging(Problem):
    code = "not_two"
    status = 409
    sentence = Sentence("This needs two different records. Please choose them again.")


class Somebody(msgspec.Struct, frozen=True, gc=False):
    id: int
    spellings: tuple[str, ...]
    born: str
    gender: str
    state: str
    # Which organisations list this person.
    listed_by: frozenset[str]

    @property
    def name(self) -> str:
        return self.spellings[0]


class Pair(msgspec.Struct, frozen=True):
    """Two who look like one, the older record first. `likeness`: 0 to 1."""

    one: Somebody
    other: Somebody
    likeness: float


async def pairs(most: int = 100) -> list[Pair]:
    """The likeliest first; without those told apart."""
    rows = await db.fetch(_PEOPLE)
    people = [
        Somebody(
            row["id"],
            tuple(name for name in (row["name_latin"], row["name_ru"], row["name_be"]) if name),
            row["born"],
            row["gender"],
            row["state"],
            frozenset(row["listed_by"]),
        )
        for row in rows
    ]
    apart = {(row["one"], row["other"]) for row in await db.fetch("SELECT one, other FROM prisoners_apart")}
    found = await asyncio.to_thread(_alike, people, apart)
    return sorted(found, key=lambda pair: (-pair.likeness, pair.one.id, pair.other.id))[:most]


async def tell_apart(one: int, other: int, by: int | None) -> None:
    """They are two people and are not shown as a pair again. Raises NotFound, Merging."""
    if one == other:
        raise Merging
    async with db.transaction():
        for prisoner in (first := sorted((one, other))):
            await editing.locked(prisoner)
        await db.execute(
            "INSERT INTO prisoners_apart (one, other) SELECT $1, $2"
            " WHERE NOT EXISTS (SELECT FROM prisoners_apart WHERE one = $1 AND other = $2)",
            *first,
        )
        await audit.record(by, "prisoners.told_apart", f"prisoners {first[0]} and {first[1]}")


async def merge(kept: int, gone: int, by: int | None) -> int:
    """Everything of `gone` goes over to `kept`, with the stricter of the two consents; its address leads there.

    Returns from how many unsent mails somebody was taken out. Raises NotFound, Merging.
    """
    if kept == gone:
        raise Merging
    async with db.transaction():
        locked = {prisoner: await editing.locked(prisoner) for prisoner in sorted((kept, gone))}
        stopped = await stopping.stop(gone, MERGED)
        photo = _surplus_photo(locked[kept], locked[gone])
        for statement in _GO_OVER:
            await db.execute(statement, kept, gone)
        await db.execute(
            "INSERT INTO prisoner_merged (key, was, prisoner) VALUES ($1, $2, $3)", locked[gone].key, gone, kept
        )
        await db.execute("DELETE FROM prisoner WHERE id = $1", gone)
        stopped += (await editing.change(kept, together(locked[kept], locked[gone]), by)).stopped
        await _keep_what_staff_do_not_write(locked[kept], locked[gone])
        await audit.record(by, "prisoner.merged", f"prisoner {kept}", {"other": gone, "mails_stopped": stopped})
    if photo:
        await files.delete(f"photos/{photo}")
    return stopped


def together(kept: Record, gone: Record) -> dict[str, Any]:
    """What the kept record gets from the other one."""
    given = {field: getattr(gone, field) for field in FILLED if not getattr(kept, field)}
    # A fuller date of birth is a better one.
    if gone.born.startswith(kept.born):
        given["born"] = gone.born
    if not kept.photo:
        given |= {field: getattr(gone, field) for field in ("photo", "photo_credit", "photo_rights")}
    spellings = [name for name in (gone.name_latin, gone.name_be, gone.name_ru) if name and name not in _names(kept)]
    return given | {
        "other_names": list(dict.fromkeys((*kept.other_names, *gone.other_names, *spellings)))[: fields.MOST_NAMES],
        "sentence": gone.sentence | kept.sentence,
        "biography": gone.biography | kept.biography,
        "publication": min(kept.publication, gone.publication, key=_STRICTEST.index),
        "vetoed": bool(kept.vetoed_at or gone.vetoed_at),
        "veto_note": kept.veto_note or gone.veto_note,
        "weight": max(kept.weight, gone.weight),
    }


def differences(one: Record, other: Record) -> list[str]:
    """The fields in which both say something, and not the same."""
    compared = (*fields.NAMES, *fields.DATES, "gender", "state", "publication", "facility")
    said = ((field, getattr(one, field), getattr(other, field)) for field in compared)
    return [field for field, a, b in said if a and b and a != b]


def _alike(people: Sequence[Somebody], apart: set[tuple[int, int]]) -> list[Pair]:
    found = []
    for one, other in _near(people):
        if (one.id, other.id) in apart or not _may_be_one(one, other):
            continue
        likeness = max(names.likeness(a, b) for a in one.spellings for b in other.spellings)
        if likeness >= (LIKELY if one.born and other.born else SURE):
            found.append(Pair(one, other, likeness))
    return found


def _near(people: Sequence[Somebody]) -> Iterator[tuple[Somebody, Somebody]]:
    """Those who share a day of birth, or a word of the name that few share."""
    groups: dict[str, list[Somebody]] = defaultdict(list)
    for one in people:
        words = {word for name in one.spellings for word in names.folded(name).split()}
        for mark in words | ({one.born} if len(one.born) == 10 else set()):
            groups[mark].append(one)
    seen: set[tuple[int, int]] = set()
    for group in groups.values():
        if len(group) <= MOST_SHARING:
            for one, other in combinations(group, 2):
                if (one.id, other.id) not in seen:
                    seen.add((one.id, other.id))
                    yield one, other


def _may_be_one(one: Somebody, other: Somebody) -> bool:
    """One organisation does not list somebody twice; a man is not a woman; and one is born once."""
    if one.listed_by & other.listed_by or (one.gender and other.gender and one.gender != other.gender):
        return False
    return may_be_born_alike(one.born, other.born)


def _names(record: Record) -> set[str]:
    return {record.name_be, record.name_ru, record.name_latin, *record.other_names}


def _surplus_photo(kept: Record, gone: Record) -> str:
    return gone.photo if kept.photo else ""


async def _keep_what_staff_do_not_write(kept: Record, gone: Record) -> None:
    """Who stood by either of them; where the facts of the other one come from; and since when this is known."""
    sources = {field: of for field, of in gone.sources.items() if not getattr(kept, field, True)} | kept.sources
    await db.execute(
        "UPDATE prisoner SET standing = $2, sources = $3::jsonb, published_at = $4 WHERE id = $1",
        kept.id,
        kept.standing + gone.standing,
        msgspec.json.encode(sources).decode(),
        _earlier(kept, gone),
    )


def _earlier(kept: Record, gone: Record) -> datetime:
    published = [r.published_at for r in (kept, gone) if r.published_at != editing.NEVER]
    return min(published, default=editing.NEVER)


_PEOPLE = """
    SELECT p.id, p.name_latin, p.name_ru, p.name_be, p.born, p.gender, p.state,
           array(SELECT s.organisation FROM prisoner_status s WHERE s.prisoner = p.id) AS listed_by
      FROM prisoner p ORDER BY p.id
"""
# $1: the kept one, $2: the one that is gone. What both have of one kind is added up or kept once.
_GO_OVER = (
    """UPDATE prisoner_status SET prisoner = $1 WHERE prisoner = $2 AND organisation NOT IN
       (SELECT organisation FROM prisoner_status WHERE prisoner = $1)""",
    """UPDATE prisoner_stay s SET prisoner = $1 WHERE prisoner = $2 AND NOT EXISTS
       (SELECT FROM prisoner_stay k WHERE k.prisoner = $1 AND k.facility = s.facility)""",
    """UPDATE case_event e SET prisoner = $1 WHERE prisoner = $2 AND NOT EXISTS
       (SELECT FROM case_event k WHERE k.prisoner = $1 AND k.kind = e.kind AND k.happened_on = e.happened_on)""",
    "UPDATE case_change SET prisoner = $1 WHERE prisoner = $2",
    """UPDATE news_item SET prisoners = array_remove(prisoners, $2) || CASE WHEN $1 = ANY(prisoners)
       THEN '{}'::bigint[] ELSE ARRAY[$1::bigint] END WHERE $2 = ANY(prisoners)""",
    """INSERT INTO allotment AS kept (batch, prisoner, reserved, posted, made_at, expires_at)
       SELECT batch, $1, reserved, posted, made_at, expires_at FROM allotment WHERE prisoner = $2
       ON CONFLICT (batch, prisoner) DO UPDATE SET reserved = kept.reserved + excluded.reserved,
       posted = kept.posted + excluded.posted, expires_at = greatest(kept.expires_at, excluded.expires_at)""",
    """INSERT INTO letters_posted AS kept (prisoner, day, said_by, letters)
       SELECT $1, day, said_by, letters FROM letters_posted WHERE prisoner = $2
       ON CONFLICT (prisoner, day, said_by) DO UPDATE SET letters = kept.letters + excluded.letters""",
    """UPDATE promise d SET prisoner = $1, version = version + 1 WHERE prisoner = $2 AND NOT EXISTS
       (SELECT FROM promise k WHERE k.prisoner = $1 AND k.representative = d.representative AND k.kind = d.kind
        AND k.rejected_at IS NULL AND d.rejected_at IS NULL AND (k.confirmed_at IS NULL) = (d.confirmed_at IS NULL)
        AND (k.confirmed_at IS NULL OR
             k.kind = 'sponsors' AND coalesce(k.until, d.until) IS NULL AND d.photo = ''))""",
    """UPDATE action SET prisoners = array_remove(prisoners, $2) || CASE WHEN $1 = ANY(prisoners)
       THEN '{}'::bigint[] ELSE ARRAY[$1::bigint] END, version = version + 1 WHERE $2 = ANY(prisoners)""",
    """UPDATE advocacy_letter SET prisoners = array_remove(prisoners, $2) || CASE WHEN $1 = ANY(prisoners)
       THEN '{}'::bigint[] ELSE ARRAY[$1::bigint] END WHERE $2 = ANY(prisoners)""",
    "UPDATE wall_post SET prisoner = $1, version = version + 1 WHERE prisoner = $2",
    "UPDATE wall_mark SET mark = gen_random_uuid() WHERE EXISTS (SELECT FROM wall_post WHERE prisoner IN ($1, $2))",
    "UPDATE prisoner_merged SET prisoner = $1 WHERE prisoner = $2",
)
