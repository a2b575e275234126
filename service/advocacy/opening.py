"""How an action opens, rests and closes: by hand, or by itself on its day."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from service.advocacy import framing, in_campaigns, readiness
from service.advocacy.changing import Over, change, hold, locked
from service.advocacy.queries import HIDDEN, Action
from service.advocacy.tables import ActionState as State
from service.auth import audit
from service.kit import clock, dates, db, jobs, sealing
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.organisation import queries as organisations
from service.subscribers import addresses

# People find it when they get up, not in the middle of the night.
HOUR = 8
# For so long a closed one can be opened again: afterwards it is forgotten who wrote already.
REOPENS_WITHIN = timedelta(days=21)
# After its last day, which may be before a weekend, what was confirmed by then still leaves for so long.
LEAVES_FOR = timedelta(days=5)


class NotReady(Problem):
    code = "action_not_ready"
    status = 409
    sentence = Sentence("Something is still missing. See what it is below.")


class NotNow(Problem):
    code = "action_not_now"
    status = 409
    sentence = Sentence("Somebody else has opened, stopped or closed this action meanwhile. See how it is now.")


async def open(action: int, by: int | None, version: int | None = None) -> None:
    """At once; what was tried out is deleted. Raises NotFound, NotNow, NotReady, Over, Overtaken."""
    async with db.transaction():
        found = await hold(action, version)
        await _must_be_ready(found)
        await _forget_trials(action)
        opened = {
            "state": State.OPEN,
            "opened_at": clock.now(),
            "opens_at": None,
            "test_address": None,
            "trouble": "",
        }
        await change(action, opened)
        await audit.record(by, "action.opened", f"action {action}")
        jobs.enqueue("campaigns.action_opened")


async def plan(action: int, typed: str, by: int | None, version: int | None = None) -> datetime:
    """It opens by itself in the morning of that day. Raises Invalid, and what `open` raises."""
    async with db.transaction():
        found = await hold(action, version)
        await _must_be_ready(found)
        zone = (await organisations.required()).zone
        at = framing.beginning(_day(typed), zone, HOUR)
        if wrong := _wrong(found, at):
            raise Invalid({"opens_on": wrong})
        await change(action, {"opens_at": at, "trouble": ""})
        await audit.record(by, "action.planned", f"action {action}", {"day": typed})
    return at


async def unplan(action: int, by: int | None) -> None:
    """It stays a draft. Raises NotFound, NotNow, Over."""
    async with db.transaction():
        _must_be(await hold(action), State.DRAFT)
        await change(action, {"opens_at": None, "trouble": ""})
        await audit.record(by, "action.unplanned", f"action {action}")


async def freeze(action: int, by: int | None) -> None:
    """Nobody can write; what waits stays where it is, mails that lead here too. Raises NotFound, NotNow, Over."""
    async with db.transaction():
        _must_be(await hold(action), State.OPEN)
        await change(action, {"state": State.FROZEN})
        await in_campaigns.hold(action, in_campaigns.RESTS)
        await audit.record(by, "action.frozen", f"action {action}")


async def thaw(action: int, by: int | None) -> None:
    """Raises NotFound, NotNow, Over, and NotReady while it is about somebody who may not be shown."""
    async with db.transaction():
        found = await hold(action)
        _must_be(found, State.FROZEN)
        if found.is_hidden:
            raise NotReady
        await change(action, {"state": State.OPEN})
        await audit.record(by, "action.thawed", f"action {action}")


async def close(action: int, by: int | None, is_due: bool = False) -> None:
    """`is_due`: its last day is over, and what was confirmed by then still leaves. Raises NotFound, NotNow, Over."""
    async with db.transaction():
        found = await hold(action)
        _must_be(found, State.OPEN, State.FROZEN)
        until = clock.now() + LEAVES_FOR if is_due and found.state == State.OPEN else None
        ends = {"closed_at": clock.now(), "leaves_until": until, "choose_again": False}
        await change(action, {"state": State.CLOSED} | ends)
        await in_campaigns.hold(action, in_campaigns.IS_OVER)
        await audit.record(by, "action.closed", f"action {action}")


async def reopen(action: int, by: int | None) -> None:
    """Until staff close it, if its last day has passed. Raises NotFound, and NotNow also when it is too late."""
    async with db.transaction():
        found = await locked(action)
        _must_be(found, State.CLOSED)
        if not can_reopen(found):
            raise NotNow
        lasts = found.closes_at if found.closes_at and found.closes_at > clock.now() else None
        await change(
            action,
            {"state": State.OPEN, "closed_at": None, "leaves_until": None, "closes_at": lasts}
            | {"spread": found.spread and bool(lasts)},
        )
        await audit.record(by, "action.reopened", f"action {action}")


def can_reopen(action: Action) -> bool:
    return action.closed_at is not None and clock.now() < action.closed_at + REOPENS_WITHIN


async def try_out(action: int, typed: str, by: int | None) -> None:
    """The draft works for who knows its link, and everything goes to that address. Raises Invalid, NotNow, Over."""
    try:
        address = addresses.normalise(typed)
    except addresses.BadAddress as problem:
        raise Invalid({"address": problem.told}) from None
    async with db.transaction():
        _must_be(await hold(action), State.DRAFT)
        await change(action, {"test_address": sealing.seal_address(address)})
        await audit.record(by, "action.tried_out", f"action {action}")


async def end_trial(action: int, by: int | None) -> None:
    """With the letters of it. Raises NotFound, NotNow, Over."""
    async with db.transaction():
        _must_be(await hold(action), State.DRAFT)
        await _forget_trials(action)
        await change(action, {"test_address": None})
        await audit.record(by, "action.trial_ended", f"action {action}")


async def open_due() -> None:
    """Drafts whose day has come; one that lacks something stays a draft and says so."""
    for row in await db.fetch("SELECT id FROM action WHERE state = 'draft' AND opens_at <= $1", clock.now()):
        with suppress(NotNow, Over):
            try:
                await open(row["id"], None)
            except NotReady as problem:
                await _keep_back(row["id"], str(problem))


async def close_due() -> None:
    """What is over since its last day."""
    due = "SELECT id FROM action WHERE state IN ('open', 'frozen') AND closes_at <= $1"
    for row in await db.fetch(due, clock.now()):
        with suppress(NotNow, Over):
            await close(row["id"], None, is_due=True)


async def freeze_hidden() -> None:
    """Those about somebody who may not be shown any more: until staff have looked at whom and what they name."""
    for row in await db.fetch(f"SELECT id FROM action a WHERE state = 'open' AND {HIDDEN}"):  # noqa: S608
        with suppress(NotNow, Over):
            await freeze(row["id"], None)
    await db.execute(
        f"UPDATE action a SET leaves_until = NULL WHERE leaves_until > $1 AND {HIDDEN}",  # noqa: S608
        clock.now(),
    )


async def _keep_back(action: int, why: str) -> None:
    async with db.transaction():
        found = await hold(action)
        if found.state == State.DRAFT and found.opens_at:
            await change(action, {"opens_at": None, "trouble": why})
            await audit.record(None, "action.kept_back", f"action {action}")


async def _must_be_ready(action: Action) -> None:
    _must_be(action, State.DRAFT)
    if any(finding.is_error for finding in await readiness.findings(action)):
        raise NotReady


def _must_be(action: Action, *states: State) -> None:
    if action.state not in states:
        raise NotNow


async def _forget_trials(action: int) -> None:
    """Whoever tried it out can write in earnest afterwards."""
    await db.execute("DELETE FROM advocacy_letter WHERE action = $1 AND is_test", action)


def _day(typed: str) -> date:
    if day := dates.typed(typed):
        return day
    raise Invalid({"opens_on": dates.NOT_A_DAY})


def _wrong(action: Action, at: datetime) -> Sentence | None:
    if at <= clock.now():
        return Sentence("This morning has passed already. Choose a later day, or open it now.")
    if at > clock.now() + framing.FURTHEST:
        return Sentence("This is more than a year ahead. Choose an earlier day.")
    if action.closes_at and at >= action.closes_at:
        return Sentence("It closes before that day. Choose an earlier one, or a later last day.")
    return None
