"""Leaving: one click, at once, for good; and five minutes to say that it was a mistake."""

from datetime import timedelta

from service.delivery import outbox
from service.kit import clock, db, tokens
from service.subscribers import consent, mail, queries, suppression
from service.subscribers.consent import Act
from service.subscribers.queries import Person
from service.subscribers.tables import SubscriberState, SuppressionReason

UNSUBSCRIBE = "unsubscribe"
UNDO = "undo-unsubscribe"
UNDO_FOR = timedelta(minutes=5)
# Whose link a test mail carries: it goes to an address, not to a subscriber.
NOBODY = 0


def subscriber_of(token: str) -> tuple[int, str]:
    """Whose link this is, and the source that their leaving is put down to. Raises BadToken."""
    subscriber, mailing = tokens.read(UNSUBSCRIBE, token)
    return subscriber, f"mailing {mailing}" if mailing else "link in a mail"


async def leave(subscriber: int, source: str) -> str:
    """Unsubscribes, once; the answer is the same for one who left before or whom we do not know.

    Returns the token for `undo`.
    """
    async with db.transaction():
        person = await queries.person_locked(subscriber)
        if person and person.state != SubscriberState.UNSUBSCRIBED:
            await _end(person, SuppressionReason.UNSUBSCRIBED, source)
            if person.state == SubscriberState.CONFIRMED:
                await mail.unsubscribed(person)
        last = await queries.last_consent(subscriber)
    return tokens.make(UNDO, [subscriber, last["id"] if last else 0], UNDO_FOR)


def undoer(token: str) -> int:
    """Who wants to take it back. Raises BadToken or ExpiredToken."""
    subscriber: int = tokens.read(UNDO, token)[0]
    return subscriber


async def undo(token: str) -> None:
    """Takes the leaving back; twice is fine. Raises BadToken, or ExpiredToken after five minutes."""
    subscriber, record = tokens.read(UNDO, token)
    async with db.transaction():
        person = await queries.person_locked(subscriber)
        last = await queries.last_consent(subscriber)
        if person is None or last is None or clock.now() - last["at"] > UNDO_FOR:
            raise tokens.ExpiredToken
        if last["act"] == Act.UNDONE:
            return
        if last["id"] != record or last["act"] != Act.UNSUBSCRIBED:
            raise tokens.ExpiredToken
        await _set_state(person, await _state_before(subscriber))
        await suppression.lift(person.address)
        await consent.keep(subscriber, Act.UNDONE, last["source"], person.language)


async def suppress(address: str, why: SuppressionReason, source: str) -> None:
    """Nobody writes to this (normalised) address any more; a subscriber there leaves without a mail about it."""
    async with db.transaction():
        person = await queries.person_at(address)
        if person and person.state != SubscriberState.UNSUBSCRIBED:
            await _end(person, why, source)
        else:
            await suppression.add(address, why)


async def _end(person: Person, why: SuppressionReason, source: str) -> None:
    await _set_state(person, SubscriberState.UNSUBSCRIBED)
    await suppression.add(person.address, why)
    await consent.keep(person.id, Act.UNSUBSCRIBED, source, person.language)
    await outbox.withdraw(person.id, why.value)


async def _state_before(subscriber: int) -> SubscriberState:
    # An address that was only ever typed by somebody does not become confirmed on this way.
    return SubscriberState.UNCONFIRMED if await queries.only_asked(subscriber) else SubscriberState.CONFIRMED


async def _set_state(person: Person, state: SubscriberState) -> None:
    await db.execute(
        "UPDATE subscriber SET state = $2, changed_at = $3 WHERE id = $1", person.id, state.value, clock.now()
    )
