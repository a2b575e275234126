"""Reports that a mail came back: written down once and without names. What follows for people is decided above.

Only who holds the signed return path of a mail, or a provider that proves to be one, leads here: see intake/.
"""

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from service.delivery.reports import Report
from service.delivery.tables import BounceKind
from service.kit import clock, db, jobs, log

TAKE = "subscribers.take_bounces"
# The source of those that never left, because the server refused the address: they do not count as come back.
REFUSED = "refused"
_LONGEST = 300
_LONGEST_PATTERN = 120
_AT_ONCE = 1000
_SHORTEST_NAME = 3
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
# What differs from one report to the next: what has a digit, a dot or an @ inside, and very long words.
_CHANGING = re.compile(r"\S*(?:\d|\w[.@:/]\w)\S*|‹\w+›|\w{20,}")
_LINK = re.compile(r"\S*(?:[^\W\d_]\.[^\W\d_]|/\S)\S*")
_WORD = re.compile(r"[^\W\d_]+")


class Returned(msgspec.Struct, frozen=True):
    """A report of which nobody has drawn the conclusions yet. `filtered`: staff said that it was a filter."""

    id: int
    kind: str
    mailing: int | None
    subscriber: int | None
    at: datetime
    filtered: bool


class SoftHistory(msgspec.Struct, frozen=True):
    """How often mails to one person could not be taken for now: of how many mailings, from when to when."""

    mailings: int
    first: datetime | None
    last: datetime | None


async def record(delivery: int, report: Report, source: str, recipients: Sequence[str] = ()) -> bool:
    """Keeps a report about a delivery, once for each kind; whether it was new.

    It is kept when the transaction (the caller's, if there is one) is committed. `recipients`: whom the report names,
    so that its words are kept without them. What is no bounce, or about a delivery that is gone, is not kept.
    """
    if report.kind is None:
        return False
    words = redacted(report.words, recipients)
    status = report.status if _STATUS.fullmatch(report.status) else ""
    async with db.transaction():
        new = await db.execute(
            _RECORD, delivery, report.kind.value, status, words, pattern(status, words), source, clock.now()
        )
        # Only a complaint is acted upon at once. A flood of others must not become as many jobs: the clock asks.
        if new and report.kind is BounceKind.COMPLAINT:
            jobs.enqueue(TAKE)
    return bool(new)


def redacted(words: str, recipients: Sequence[str] = ()) -> str:
    """On one line, bounded, and without addresses, tokens, or the names and domains of `recipients`."""
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in words[: 10 * _LONGEST]).split())
    for address in {address.strip().strip("<>") for address in recipients}:
        name, _at, domain = address.rpartition("@")
        text = _without(name or domain, r"(?<!\w)", text, "‹address›")
        if name:
            # A small domain is as good as a name, and so is a server below it.
            text = _without(domain, r"(?<![\w@.-])(?:[\w-]+\.)*", text, "‹domain›")
    return log.redact(text)[:_LONGEST]


async def reword(delivery: int, words: str) -> None:
    """What is kept of the reports about one mail; call it where they repeat what is a person's own."""
    await db.execute("UPDATE bounce SET words = $2, pattern = '' WHERE delivery = $1", delivery, words)


def _without(name: str, before: str, text: str, instead: str) -> str:
    if len(name) < _SHORTEST_NAME:
        return text
    return re.sub(rf"{before}{re.escape(name)}(?![\w@])", instead, text, flags=re.IGNORECASE)


def quotable(words: str) -> str:
    """For a sentence that is mailed to staff: short, and leading nowhere, because anybody may have written it."""
    return _LINK.sub("…", words)[:150]


def pattern(status: str, words: str) -> str:
    """The same for reports that say nearly the same."""
    letters = _WORD.findall(_CHANGING.sub(" ", words.lower()))
    return " ".join([status, *letters]).strip()[:_LONGEST_PATTERN]


async def due(hard_before: datetime, most: int) -> list[Returned]:
    """Reports that wait for their conclusions, the oldest first; hard ones that came before then and are not held."""
    rows = await db.fetch(_DUE, hard_before, most)
    return [Returned(**row) for row in rows]


async def settle(id: int) -> bool:
    """Marks one as done, in the transaction of what follows from it; False when somebody else did, or it is held."""
    done = await db.execute(
        "UPDATE bounce b SET acted_at = $2 WHERE id = $1 AND acted_at IS NULL"  # noqa: S608
        f" AND (kind NOT IN ('hard', 'blocked') OR {_NOT_HELD})",
        id,
        clock.now(),
    )
    return bool(done)


async def soft_history(subscriber: int, since: datetime) -> SoftHistory:
    """Soft bounces after `since`; all transactional mails count as one mailing."""
    row = await db.fetch_one(
        "SELECT count(DISTINCT coalesce(mailing, 0)) AS mailings, min(at) AS first, max(at) AS last FROM bounce"
        " WHERE subscriber = $1 AND kind = 'soft' AND at > $2",
        subscriber,
        since,
    )
    assert row
    return SoftHistory(**row)


async def of_person(subscriber: int) -> list[db.Record]:
    """What is kept about somebody's mails that came back: mailing, kind, status, words, at."""
    return await db.fetch(
        "SELECT mailing, kind, status, words, at FROM bounce WHERE subscriber = $1 ORDER BY id", subscriber
    )


async def forget(subscribers: Sequence[int]) -> None:
    """For an erasure, after outbox.forget: no report names these people any more."""
    await db.execute(
        "UPDATE bounce SET subscriber = NULL, words = '', pattern = '' WHERE subscriber = ANY($1::bigint[])",
        subscribers,
    )


async def forget_before(before: datetime) -> None:
    """Of older reports the counts stay, as in the ledger; those of transactional mails are removed.

    In batches; what the end of the worker leaves over is found the next time.
    """
    for statement in _FORGET_OLD:
        while not jobs.stopping.is_set() and await db.execute(statement, before, _AT_ONCE) == _AT_ONCE:
            pass
    await db.execute(
        "UPDATE bounce_hold SET words = '', decision = coalesce(nullif(decision, ''), 'filter'),"
        " decided_at = coalesce(decided_at, $2) WHERE held_at < $1 AND (words <> '' OR decision = '')",
        before,
        clock.now(),
    )


# FOR SHARE: an erasure that is under way is waited for, so that what it has forgotten is not written down again.
_RECORD = """
    INSERT INTO bounce (delivery, mailing, subscriber, domain, kind, status, words, pattern, source, at)
    SELECT id, mailing, subscriber, domain, $2, $3, $4, $5, $6, $7 FROM delivery WHERE id = $1 FOR SHARE
    ON CONFLICT (delivery, kind) DO NOTHING
"""
# Which reports (b) a hold (h) is about.
HELD_BY = "h.mailing = b.mailing AND h.pattern = b.pattern AND (h.domain IS NULL OR h.domain = b.domain)"
_NOT_HELD = (
    "NOT EXISTS (SELECT FROM bounce_hold h WHERE h.mailing = b.mailing AND h.decision = ''"
    f" AND (h.id = b.hold OR {HELD_BY}))"
)
_FILTERED = f"EXISTS (SELECT FROM bounce_hold h WHERE h.decision = 'filter' AND {HELD_BY})"
_DUE = f"""
    SELECT id, kind, mailing, subscriber, at, kind = 'hard' AND {_FILTERED} AS filtered FROM bounce b
    WHERE acted_at IS NULL AND (kind IN ('complaint', 'soft') OR {_NOT_HELD} AND (kind = 'blocked' OR at < $1))
    ORDER BY id LIMIT $2
"""  # noqa: S608
_FORGET_OLD = (
    "UPDATE bounce SET subscriber = NULL, words = '', pattern = '', acted_at = coalesce(acted_at, now())"
    " WHERE id IN (SELECT id FROM bounce WHERE at < $1 AND mailing IS NOT NULL"
    " AND (subscriber IS NOT NULL OR words <> '' OR pattern <> '') LIMIT $2)",
    "DELETE FROM bounce WHERE id IN (SELECT id FROM bounce WHERE at < $1 AND mailing IS NULL LIMIT $2)",
)
