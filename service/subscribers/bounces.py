"""What follows for people from mails that came back. Nobody is ever written to about it."""

from datetime import timedelta

from service.delivery import bounces, breaker
from service.delivery.bounces import Returned
from service.delivery.tables import BounceKind
from service.kit import clock, db, jobs, log, sealing
from service.subscribers import leaving, queries
from service.subscribers.queries import Person
from service.subscribers.tables import SubscriberState, SuppressionReason

# Time for the circuit breaker to see whether it is one of many.
HARD_AFTER = timedelta(minutes=10)
# A full mailbox is not a dead address: so many mailings in a row of weeks have to come back.
SOFT_ENOUGH = 5
SOFT_OVER = timedelta(days=7)
SOFT_WITHIN = timedelta(days=60)
_AT_ONCE = 200
_log = log.logger("bounces")


async def take() -> None:
    """Draws the conclusions that are due, each in a transaction of its own."""
    await breaker.watch()
    while not jobs.stopping.is_set() and await _take_some():
        pass


async def _take_some() -> bool:
    """One batch; whether there may be another."""
    due = await bounces.due(clock.now() - HARD_AFTER, _AT_ONCE)
    for returned in due:
        await _take(returned)
    return len(due) == _AT_ONCE


async def _take(returned: Returned) -> None:
    async with db.transaction():
        # The person before the report, as an erasure does it: neither then waits for the other in a circle.
        person = await _person(returned)
        if not await bounces.settle(returned.id):
            return
        if person and (why := await _consequence(returned, person)):
            await leaving.suppress(person.address, why, _source(returned))


async def _consequence(returned: Returned, person: Person) -> SuppressionReason | None:
    """Why nobody writes to this person any more; None when that does not follow."""
    if person.confirmed_at and person.confirmed_at > returned.at:
        # They confirmed the address after this came back, so it lives and they want mail.
        return None
    if returned.kind == BounceKind.COMPLAINT:
        return SuppressionReason.COMPLAINT
    if person.state == SubscriberState.UNSUBSCRIBED or returned.filtered:
        return None
    if returned.kind == BounceKind.HARD:
        # No breaker watches the mails to one person: whoever has confirmed is only taken off by a campaign's.
        gone = returned.mailing is not None or person.state == SubscriberState.UNCONFIRMED
    else:
        gone = returned.kind == BounceKind.SOFT and await _keeps_failing(person)
    return SuppressionReason.BOUNCED if gone else None


async def _keeps_failing(person: Person) -> bool:
    since = clock.now() - SOFT_WITHIN
    history = await bounces.soft_history(person.id, max(since, person.confirmed_at or since))
    if history.mailings < SOFT_ENOUGH or history.first is None or history.last is None:
        return False
    return history.last - history.first >= SOFT_OVER


async def _person(returned: Returned) -> Person | None:
    try:
        return await queries.person_locked(returned.subscriber) if returned.subscriber else None
    except sealing.Unsealable:
        _log.warning("address_unsealable", bounce=returned.id)
        return None


def _source(returned: Returned) -> str:
    what = "complaint" if returned.kind == BounceKind.COMPLAINT else "bounce"
    return f"{what}, mailing {returned.mailing}" if returned.mailing else what
