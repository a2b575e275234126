"""A rehearsal: what the next weeks will bring, written in every language with a moved clock, and sent to nobody."""

import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import msgspec

from service.campaigns import automation_queries, checks, gaps, planning, queries
from service.campaigns.planning import Outlook, Plan
from service.campaigns.queries import Campaign
from service.kit import clock, db, jobs
from service.kit.errors import NotFound

LOCK = 0x4E5E
MOST_DAYS = 60
MOST_OF_A_KIND = 200
# A job may take ten minutes.
LONGEST = timedelta(minutes=8)
# Whatever is not over by then was interrupted too often.
GIVEN_UP = timedelta(minutes=30)
KEPT = 20
ERROR, WARNING, NOTE = "error", "warning", "note"


class Finding(msgspec.Struct, frozen=True):
    """What is missing (or, as a note, what will not be): in which mail, the first time when and how many times."""

    kind: str
    at: datetime
    what: str
    sentence: str
    link: str
    times: int = 1


class Rehearsal(msgspec.Struct, frozen=True):
    """`mails`: how many different ones were written, each in one language."""

    id: int
    days: int
    started_at: datetime
    finished_at: datetime | None
    mails: int
    findings: list[Finding]

    def of_kind(self, kind: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind == kind]

    @property
    def missing(self) -> int:
        return len(self.findings) - len(self.of_kind(NOTE))


class _Scene(msgspec.Struct, frozen=True):
    """A mail as it would be; `campaign` stands nowhere but here, and without one there is only a `note`.

    Not `filled`: the texts alone, of an automation that has nothing to say in these days.
    """

    at: datetime
    campaign: Campaign | None
    name: str
    link: str
    note: str = ""
    filled: bool = True

    def found(self, finding: checks.Finding) -> Finding:
        kind = ERROR if finding.is_error else WARNING
        return Finding(kind, self.at, self.name, finding.sentence, finding.link)


class _Notes:
    """Findings, the same ones once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Finding] = {}
        self._kinds: Counter[str] = Counter()

    def add(self, finding: Finding) -> None:
        key = (finding.sentence, finding.link)
        if known := self._found.get(key):
            self._found[key] = msgspec.structs.replace(known, times=known.times + 1)
        elif self._kinds[finding.kind] < MOST_OF_A_KIND:
            self._found[key] = finding
            self._kinds[finding.kind] += 1

    def sorted(self) -> list[Finding]:
        order = (ERROR, WARNING, NOTE)
        return sorted(self._found.values(), key=lambda found: (order.index(found.kind), found.at))


async def begin(days: int) -> int:
    """Asks for a rehearsal; while one is under way, that one."""
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        under_way: int | None = await db.fetch_value("SELECT id FROM rehearsal WHERE finished_at IS NULL")
        if under_way:
            return under_way
        begun: int = await db.fetch_value(
            "INSERT INTO rehearsal (days, started_at, mails, findings) VALUES ($1, $2, 0, '[]') RETURNING id",
            min(max(days, 1), MOST_DAYS),
            clock.now(),
        )
        await db.execute("DELETE FROM rehearsal WHERE id <= $1", begun - KEPT)
        jobs.enqueue("campaigns.rehearse", begun)
    return begun


async def run(rehearsal: int, wait: bool = False) -> None:
    """Carries it out, unless it is over or somebody else does: then it returns, or waits for them.

    Only its own row is written.
    """
    async with db.connection() as connection:
        if wait:
            await connection.execute("SELECT pg_advisory_lock($1, $2)", LOCK, rehearsal, timeout=2 * LONGEST.seconds)
        elif not await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", LOCK, rehearsal):
            return
        try:
            found = await find(rehearsal)
            if found.finished_at is None:
                await _perform(found)
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1, $2)", LOCK, rehearsal)


async def unfinished() -> list[int]:
    """Those that a lost queue or a stopped worker left behind; those that were tried for too long are closed."""
    given_up = Finding(ERROR, clock.now(), "", "This rehearsal was interrupted. Please begin another.", "")
    await db.execute(
        "UPDATE rehearsal SET finished_at = $1, findings = $3 WHERE finished_at IS NULL AND started_at < $2",
        clock.now(),
        clock.now() - GIVEN_UP,
        msgspec.json.encode([given_up]).decode(),
    )
    return [row["id"] for row in await db.fetch("SELECT id FROM rehearsal WHERE finished_at IS NULL")]


async def find(rehearsal: int) -> Rehearsal:
    """Raises NotFound."""
    row = await db.fetch_one(f"{_SELECT} WHERE id = $1", rehearsal)
    if row is None:
        raise NotFound
    return _rehearsal(row)


async def latest() -> Rehearsal | None:
    row = await db.fetch_one(f"{_SELECT} ORDER BY id DESC LIMIT 1")
    return _rehearsal(row) if row else None


async def _perform(rehearsal: Rehearsal) -> None:
    notes, mails, written = _Notes(), 0, set[tuple]()
    ends_at = time.monotonic() + LONGEST.total_seconds()
    async with _reading():
        scenes = await _scenes(clock.now(), clock.now() + timedelta(days=rehearsal.days))
    for scene in scenes:
        if time.monotonic() > ends_at:
            late = "It took too long, so what comes after this day was not rehearsed."
            notes.add(Finding(ERROR, scene.at, scene.name, late, ""))
            break
        with clock.imagined(scene.at):
            async with _reading():
                mails += await _play(scene, notes, written)
        await _keep(rehearsal.id, mails, notes)
    await _keep(rehearsal.id, mails, notes)
    await db.execute("UPDATE rehearsal SET finished_at = $2 WHERE id = $1", rehearsal.id, clock.now())


@asynccontextmanager
async def _reading() -> AsyncIterator[None]:
    """PostgreSQL itself refuses whatever would change something in here."""
    async with db.transaction():
        await db.execute("SET TRANSACTION READ ONLY")
        yield


async def _scenes(now: datetime, until: datetime) -> list[_Scene]:
    """Every mail from now on, by its time."""
    found = [
        _Scene(max(campaign.send_at or now, now), campaign, campaign.name, f"/staff/campaigns/{campaign.id}")
        for campaign in await queries.scheduled(until)
    ]
    outlook = await Outlook.over(now, until)
    for automation in await automation_queries.listing():
        blueprint, link = await queries.find(automation.blueprint), f"/staff/automations/{automation.id}"
        plans = await planning.plans(automation, until, outlook)
        for plan in plans:
            found += _drafts(plan, blueprint, link, max(plan.at, now), automation.is_daily)
        if plans and not any(plan.mails for plan in plans):
            found.append(_Scene(max(plans[0].at, now), blueprint, blueprint.name, link, filled=False))
    return sorted(found, key=lambda scene: scene.at)


def _drafts(plan: Plan, blueprint: Campaign, link: str, at: datetime, is_daily: bool) -> list[_Scene]:
    if not plan.mails:
        return [] if is_daily else [_Scene(at, None, blueprint.name, link, plan.sentence)]
    return [
        _Scene(
            at,
            msgspec.structs.replace(
                blueprint,
                name=mail.name,
                audience=mail.audience,
                new_since=mail.new_since,
                seen_from=mail.seen_from,
                action=mail.action,
            ),
            blueprint.name,
            link,
        )
        for mail in plan.mails
    ]


async def _play(scene: _Scene, notes: _Notes, written: set[tuple]) -> int:
    """Writes one mail in all its languages and notes what is missing; how many that were.

    Readers in other countries get the same texts on another day: what was `written` once is not written again.
    """
    if scene.campaign is None:
        notes.add(Finding(NOTE, scene.at, scene.name, scene.note, scene.link))
        return 0
    for found in await checks.about_readers(scene.campaign):
        notes.add(scene.found(found))
    content = (scene.campaign.id, scene.campaign.new_since, scene.campaign.seen_from, scene.campaign.action)
    if content in written:
        return 0
    written.add(content)
    for found in await checks.about_texts(scene.campaign, lists=scene.filled):
        notes.add(scene.found(found))
    editions = await queries.editions(scene.campaign.id)
    for gap in await gaps.within(editions, scene.campaign):
        notes.add(Finding(WARNING, scene.at, scene.name, gap.sentence, gap.link))
    return len(editions)


async def _keep(rehearsal: int, mails: int, notes: _Notes) -> None:
    await db.execute(
        "UPDATE rehearsal SET mails = $2, findings = $3 WHERE id = $1",
        rehearsal,
        mails,
        msgspec.json.encode(notes.sorted()).decode(),
    )


_SELECT = "SELECT id, days, started_at, finished_at, mails, findings FROM rehearsal"


def _rehearsal(row: db.Record) -> Rehearsal:
    values = dict(row)
    return Rehearsal(findings=msgspec.json.decode(values.pop("findings"), type=list[Finding]), **values)
