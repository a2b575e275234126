"""Reads of campaigns."""

from datetime import date, datetime, timedelta

import msgspec

from service.campaigns.tables import CampaignState
from service.kit import db
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence
from service.rendering.blocks import Block, decode

# Above it a due campaign is not started by itself: the machine was away, and the text may be out of date.
TOO_LATE = timedelta(hours=6)


class CampaignNotFound(Problem):
    code = "campaign_not_found"
    status = 404
    sentence = Sentence("This campaign does not exist (any more).")


class Audience(msgspec.Struct, frozen=True):
    """Whoever is on one of the lists or follows one of the topics.

    Only those of `languages`, and only those who post from `countries` ("" for who named none); empty: all of them.
    """

    lists: list[int] = []
    topics: list[str] = []
    languages: list[str] = []
    countries: list[str] = []
    # Only those who took part in this action, or who did not; 0: whatever they did.
    took_part: int = 0
    took_no_part: int = 0

    def __bool__(self) -> bool:
        return bool(self.lists or self.topics)


class _Timed(msgspec.Struct, frozen=True, kw_only=True):
    state: str
    send_at: datetime | None
    # When everything stood still for the last time (delivery/continuity.py).
    broke_at: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Its time went by while nothing ran: it is not sent by itself any more."""
        if self.state != CampaignState.SCHEDULED or self.send_at is None:
            return False
        return self.send_at <= now - TOO_LATE or (self.broke_at is not None and self.send_at < self.broke_at)


class Campaign(_Timed, frozen=True):
    id: int
    name: str
    audience: Audience
    send_at_local: str
    mailing: int | None
    trouble: str
    archived: bool
    archive_key: str
    version: int
    automation: int | None
    new_since: datetime | None
    seen_from: date | None
    action: int | None
    created_at: datetime
    changed_at: datetime

    @property
    def is_blueprint(self) -> bool:
        """An automation's texts: written like a draft, and never sent itself."""
        return self.state == CampaignState.BLUEPRINT

    @property
    def can_be_written(self) -> bool:
        return self.is_draft or self.is_blueprint

    @property
    def is_draft(self) -> bool:
        return self.state == CampaignState.DRAFT

    @property
    def is_scheduled(self) -> bool:
        return self.state == CampaignState.SCHEDULED

    @property
    def is_started(self) -> bool:
        return self.state == CampaignState.STARTED


class Edition(msgspec.Struct, frozen=True):
    """The campaign in one language, as it was typed; `problems` of it are in checks.py."""

    language: str
    subject: str
    preview_text: str
    blocks: list[Block]
    version: int
    changed_at: datetime
    changed_by: str
    removed: dict | None

    @property
    def is_empty(self) -> bool:
        return not self.subject and not self.blocks


class Listed(_Timed, frozen=True):
    """A line of the campaigns' table. `mailing_state` is empty until it starts; `automation_name`: what made it.

    `undecided`: of how many people nobody knows whether they got it, and nobody has decided what to do about it.
    """

    id: int
    name: str
    languages: list[str]
    send_at_local: str
    trouble: str
    mailing: int | None
    mailing_state: str
    pause_reason: str
    recipients: int
    undecided: int
    automation: int | None
    automation_name: str
    started_at: datetime | None
    changed_at: datetime


_BROKE_AT = "(SELECT broke_at FROM heartbeat)"
_FIELDS = ", ".join(Campaign.__struct_fields__).replace("broke_at", f"{_BROKE_AT} AS broke_at")
# $1: now; $2: the earliest that is not too late.
DUE = f"state = 'scheduled' AND send_at <= $1 AND send_at > $2 AND (send_at < {_BROKE_AT}) IS NOT TRUE"
_UNDECIDED = "d.mailing = m.id AND d.state = 'unknown' AND d.due_at < 'infinity'"
LISTED = f"""
    SELECT c.id, c.name, c.state, c.send_at, c.send_at_local, c.trouble, c.mailing, c.changed_at, m.started_at,
           {_BROKE_AT} AS broke_at,
           coalesce(m.state, '') AS mailing_state, coalesce(m.pause_reason, '') AS pause_reason,
           coalesce(m.audience, 0) AS recipients,
           (SELECT count(*) FROM delivery d WHERE {_UNDECIDED}) AS undecided,
           ARRAY(SELECT e.language FROM campaign_edition e WHERE e.campaign = c.id ORDER BY e.id) AS languages,
           c.automation, coalesce(a.name, '') AS automation_name
      FROM campaign c LEFT JOIN mailing m ON m.id = c.mailing LEFT JOIN automation a ON a.id = c.automation
"""  # noqa: S608


async def find(campaign: int) -> Campaign:
    """Raises CampaignNotFound."""
    row = await db.fetch_one(f"SELECT {_FIELDS} FROM campaign WHERE id = $1", campaign)  # noqa: S608
    if row is None:
        raise CampaignNotFound
    return _campaign(row)


async def of_mailing(mailing: int) -> int | None:
    """The campaign that a mailing is of."""
    found: int | None = await db.fetch_value("SELECT id FROM campaign WHERE mailing = $1", mailing)
    return found


async def by_archive_key(key: str) -> Campaign:
    """A started campaign that may be read on the web. Raises NotFound."""
    row = await db.fetch_one(
        f"SELECT {_FIELDS} FROM campaign WHERE archive_key = $1 AND archived AND state = 'started'",  # noqa: S608
        key,
    )
    if row is None:
        raise NotFound
    return _campaign(row)


async def editions(campaign: int) -> dict[str, Edition]:
    """By language, in the order in which they were begun."""
    rows = await db.fetch(
        "SELECT e.language, e.subject, e.preview_text, e.blocks, e.version, e.changed_at, e.removed,"
        " coalesce(a.name, '') AS changed_by FROM campaign_edition e LEFT JOIN account a ON a.id = e.changed_by"
        " WHERE e.campaign = $1 ORDER BY e.id",
        campaign,
    )
    return {row["language"]: _edition(row) for row in rows}


async def listing(most: int = 200) -> list[Listed]:
    """The campaigns, those touched last first."""
    rows = await db.fetch(
        f"{LISTED} WHERE c.state <> 'blueprint'"
        " ORDER BY coalesce(m.started_at, c.changed_at) DESC, c.id DESC LIMIT $1",
        most,
    )
    return [Listed(**row) for row in rows]


async def unfinished() -> list[Listed]:
    """What is not over yet: drafts, scheduled ones, those under way, and sent ones with a decision to be taken."""
    rows = await db.fetch(
        LISTED + " WHERE c.state IN ('draft', 'scheduled') OR (c.state = 'started' AND (m.state NOT IN"
        f" ('sent', 'cancelled') OR (m.state = 'sent' AND EXISTS (SELECT FROM delivery d WHERE {_UNDECIDED}))))"
        " ORDER BY c.changed_at DESC LIMIT 50"
    )
    return [Listed(**row) for row in rows]


async def last_sent() -> Listed | None:
    row = await db.fetch_one(LISTED + " WHERE m.state = 'sent' ORDER BY m.finished_at DESC LIMIT 1")
    return Listed(**row) if row else None


async def due(now: datetime) -> list[int]:
    """Campaigns whose time has come, the earliest first."""
    rows = await db.fetch(
        f"SELECT id FROM campaign WHERE {DUE} ORDER BY send_at, id",  # noqa: S608
        now,
        now - TOO_LATE,
    )
    return [row["id"] for row in rows]


async def scheduled(until: datetime) -> list[Campaign]:
    """Those that are to leave by then, also those whose time went by, the earliest first."""
    rows = await db.fetch(
        f"SELECT {_FIELDS} FROM campaign WHERE state = 'scheduled' AND send_at <= $1"  # noqa: S608
        " ORDER BY send_at, id LIMIT 500",
        until,
    )
    return [_campaign(row) for row in rows]


class Page(msgspec.Struct, frozen=True):
    """A sent campaign in the public archive: its subjects by language."""

    key: str
    sent_at: datetime
    subjects: dict[str, str]


async def archive(most: int = 100) -> list[Page]:
    """What may be read on the web, the newest first."""
    rows = await db.fetch(
        "SELECT c.archive_key AS key, coalesce(m.started_at, c.changed_at) AS sent_at,"
        " (SELECT jsonb_object_agg(e.language, e.subject) FROM campaign_edition e WHERE e.campaign = c.id)"
        " AS subjects"
        " FROM campaign c JOIN mailing m ON m.id = c.mailing"
        " WHERE c.archived AND c.state = 'started' AND m.state <> 'cancelled'"
        " ORDER BY m.started_at DESC NULLS LAST, c.id DESC LIMIT $1",
        most,
    )
    return [Page(row["key"], row["sent_at"], msgspec.json.decode(row["subjects"] or "{}")) for row in rows]


async def acts(mailing: int) -> dict[str, int]:
    """What people did because of a mailing; so far how many left, those who took it back not counted."""
    left = await db.fetch_value(
        "SELECT count(*) FILTER (WHERE act = 'unsubscribed') - count(*) FILTER (WHERE act = 'undone')"
        " + (SELECT leavers FROM mailing WHERE id = $2)"
        " FROM consent WHERE source = $1 AND act IN ('unsubscribed', 'undone')",
        f"mailing {mailing}",
        mailing,
    )
    return {"unsubscribed": left}


class Delivered(msgspec.Struct, frozen=True):
    """How the mails of some mailings fared."""

    sent: int
    refused: int
    later: int
    unknown: int


async def delivered(since: datetime) -> Delivered:
    """Of the mailings that are under way, or ended after `since`."""
    row = await db.fetch_one(
        "SELECT count(*) FILTER (WHERE d.state = 'sent') AS sent,"
        " count(*) FILTER (WHERE d.state = 'refused') AS refused,"
        " count(*) FILTER (WHERE d.state = 'later') AS later, count(*) FILTER (WHERE d.state = 'unknown') AS unknown"
        " FROM mailing m JOIN delivery d ON d.mailing = m.id"
        " WHERE (m.finished_at IS NULL OR m.finished_at > $1) AND d.state IN ('sent', 'refused', 'later', 'unknown')",
        since,
    )
    assert row
    return Delivered(**row)


async def mailing_state(mailing: int) -> str:
    state: str = await db.fetch_value("SELECT state FROM mailing WHERE id = $1", mailing)
    return state


async def undecided(mailing: int) -> int:
    """As in Listed."""
    found: int = await db.fetch_value(
        f"SELECT count(*) FROM mailing m JOIN delivery d ON {_UNDECIDED} WHERE m.id = $1",  # noqa: S608
        mailing,
    )
    return found


async def stuck_letters(since: datetime) -> int:
    """How many mails to one person each, such as confirmations, were refused or may be lost."""
    stuck: int = await db.fetch_value(
        "SELECT count(*) FROM delivery WHERE mailing IS NULL AND state IN ('refused', 'unknown') AND settled_at > $1",
        since,
    )
    return stuck


def _campaign(row: db.Record) -> Campaign:
    values = dict(row)
    return Campaign(audience=msgspec.json.decode(values.pop("audience"), type=Audience), **values)


def _edition(row: db.Record) -> Edition:
    values = dict(row)
    removed = values.pop("removed")
    return Edition(
        blocks=decode(values.pop("blocks")),
        removed=msgspec.json.decode(removed) if removed else None,
        **values,
    )
