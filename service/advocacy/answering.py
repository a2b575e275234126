"""What came of a letter, as its writer tells it: whether there was an answer, and what was promised.

What was promised is hearsay: staff look at it before anybody else hears of it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from service.advocacy.tables import AdvocacyState, PromiseKind
from service.cases import queries as cases
from service.cases.publication import Person
from service.kit import clock, db, sealing
from service.kit.errors import Invalid, Problem
from service.kit.i18n import lazy as _

TOLD = "promise told"
LONGEST = 1000
# Staff who have not asked by then will not do so any more; that something was promised is still known.
KEPT_FOR = timedelta(days=90)
# All that supporters wrote about one thing.
_LONGEST_IN_ALL = 10_000


class Outcome(StrEnum):
    """As `AdvocacyLetter.outcome` keeps it."""

    ANSWERED = "answered"
    ACKNOWLEDGED = "acknowledged"
    SILENCE = "silence"
    NONE_EXPECTED = "none_expected"


class NotAsked(Problem):
    code = "not_asked"
    status = 404
    sentence = _("This letter has not reached anybody yet, or it is not in our records any more.")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that was sent, without a word of it. `prisoners`: of whom it spoke, and who may be shown."""

    letter: int
    action: int
    action_key: str
    representative: int
    representative_key: str
    representative_name: str
    has_telephone: bool
    prisoners: list[Person]
    outcome: str
    sent_at: datetime
    is_test: bool

    @property
    def is_settled(self) -> bool:
        return self.outcome == Outcome.ANSWERED


async def asked(letter: int, language: str) -> Asked:
    """Raises NotAsked for what was not sent."""
    row = await db.fetch_one(_ASKED, letter, AdvocacyState.SENT)
    if row is None:
        raise NotAsked
    return Asked(**{**row, "prisoners": await cases.people(row["prisoners"], language)})


async def answer(
    asked: Asked, outcome: str, promised: Collection[str] = (), prisoner: str = "", words: str = ""
) -> None:
    """`promised`: kinds of tables.PromiseKind; `prisoner`: the key of one of those that the letter spoke of.

    An answer that came is told once; until then one may say so again. Raises Invalid.
    """
    _must_fit(asked, outcome, promised, prisoner, words)
    about = {person.key: person.id for person in asked.prisoners}
    whom = about.get(prisoner) or (asked.prisoners[0].id if len(asked.prisoners) == 1 else None)
    async with db.transaction():
        told = await db.execute(_TELL, asked.letter, outcome, Outcome.ANSWERED)
        if told and outcome == Outcome.ANSWERED and not asked.is_test:
            for kind in dict.fromkeys(promised):
                await _hear(asked, PromiseKind(kind), whom, words)


async def forget_words() -> int:
    """What supporters wrote, and nobody decided about in time; of how many entries."""
    return await db.execute(
        "UPDATE promise SET told = NULL, version = version + 1 WHERE told IS NOT NULL AND told_at <= $1",
        clock.now() - KEPT_FOR,
    )


async def _hear(asked: Asked, kind: PromiseKind, prisoner: int | None, words: str) -> None:
    """What several tell of one thing waits as one; nothing says who they are."""
    row = await db.fetch_one(_HEAR, asked.representative, prisoner, asked.action, kind, clock.now())
    assert row
    if words:
        before = sealing.unseal(TOLD, row["told"]) if row["told"] else ""
        whole = "\n\n".join(part for part in (before, words) if part)[:_LONGEST_IN_ALL]
        await db.execute("UPDATE promise SET told = $2 WHERE id = $1", row["id"], sealing.seal(TOLD, whole))


def _must_fit(asked: Asked, outcome: str, promised: Collection[str], prisoner: str, words: str) -> None:
    if outcome not in set(Outcome):
        raise Invalid({"outcome": _("Please choose what comes closest.")})
    if not set(promised) <= set(PromiseKind):
        raise Invalid({"promised": _("Please choose among these.")})
    if promised and outcome != Outcome.ANSWERED:
        raise Invalid({"outcome": _("If they promised something, please choose “Yes, they answered”.")})
    if words and not promised:
        raise Invalid({"promised": _("Please choose what your words are about, or leave them out.")})
    if prisoner and prisoner not in {person.key for person in asked.prisoners}:
        raise Invalid({"prisoner": _("Please choose one of these people, or all of them.")})
    if len(words) > LONGEST:
        raise Invalid({"words": _("This is too long: {most} characters are possible.", most=LONGEST)})


_ASKED = """
    SELECT l.id AS letter, l.action, a.key AS action_key, l.representative, r.key AS representative_key,
           r.name AS representative_name, r.phone <> '' AS has_telephone, l.prisoners, l.outcome, l.sent_at, l.is_test
      FROM advocacy_letter l JOIN action a ON a.id = l.action JOIN representative r ON r.id = l.representative
     WHERE l.id = $1 AND l.state = $2 AND l.sent_at IS NOT NULL
"""
_TELL = "UPDATE advocacy_letter SET outcome = $2 WHERE id = $1 AND outcome <> $3"
_HEAR = """
    INSERT INTO promise AS known (representative, prisoner, action, kind, tellers, told_at)
    VALUES ($1, $2, $3, $4, 1, $5)
    ON CONFLICT (representative, coalesce(prisoner, 0), kind) WHERE confirmed_at IS NULL AND rejected_at IS NULL
    DO UPDATE SET tellers = least(known.tellers + 1, 30000), told_at = excluded.told_at
    RETURNING id, told
"""
