"""Signing up: what a visitor asks, what the address is answered, and the click that confirms it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from service.kit import clock, db, sealing, tokens
from service.kit.errors import Invalid
from service.kit.i18n import LANGUAGES, Sentence
from service.kit.i18n import lazy as _
from service.organisation.queries import Organisation
from service.subscribers import addresses, asked_before, consent, mail, queries, requests, suppression
from service.subscribers import topics as all_topics
from service.subscribers.consent import Act
from service.subscribers.queries import Person
from service.subscribers.requests import Asked, Kind
from service.subscribers.tables import SubscriberState

SOURCE = "sign-up page"
MOST_CONFIRMATIONS = 3
_ONCE_IN = timedelta(days=1)


class Typed(msgspec.Struct, frozen=True):
    """The form as it was sent."""

    address: str
    language: str
    topics: list[str]


class Offer(msgspec.Struct, frozen=True):
    """What a sign-up form shows: topics as (value, label, hint), and what the button means."""

    topics: list[tuple[str, Sentence, Sentence]]
    consent: Sentence


class Waiting(msgspec.Struct, frozen=True):
    """What a link would confirm; `done` when its address is confirmed already, which its reader may know."""

    topics: list[str]
    done: bool


def offer(organisation: Organisation) -> Offer:
    return Offer(all_topics.choices(), consent.sentence(organisation.name))


async def ask(typed: Typed, shown_in: str, organisation: Organisation, client: str) -> None:
    """Writes the request down, whoever it is. Raises Invalid or TooMany."""
    address = _checked(typed)
    await requests.admit(client, address)
    topics = all_topics.known(typed.topics)
    words = consent.wording(topics, organisation.name, shown_in)
    await requests.store(Kind.SIGNUP, address, typed.language, topics, shown_in, words)


async def answer(asked: Asked) -> None:
    """Mails what fits the state of the address, within its limits; changes nothing about who is subscribed."""
    person = await _person_for(asked)
    if not _may_be_mailed(person, clock.now()) or not await requests.mailbox_has_room(asked.address):
        return
    if person.state == SubscriberState.CONFIRMED:
        await mail.already_subscribed(person)
    else:
        asked_for = await consent.keep(person.id, Act.ASKED, SOURCE, asked.shown_in, asked.wording)
        await mail.confirm(person, asked.language, asked.topics, asked_for)
    await db.execute(
        "UPDATE subscriber SET confirmations = confirmations + $2, confirmation_sent_at = $3 WHERE id = $1",
        person.id,
        int(person.state != SubscriberState.CONFIRMED),
        clock.now(),
    )


async def check(token: str) -> Waiting:
    """What `confirm` would do with this token now. Raises BadToken or ExpiredToken."""
    subscriber, asked_for, _language, topics = tokens.read(mail.CONFIRM, token)
    await _asked_for(subscriber, asked_for)
    state = await queries.state_of(subscriber)
    return Waiting(topics, done=state == SubscriberState.CONFIRMED)


async def confirm(token: str) -> None:
    """The click in the mail; the second one changes nothing. Raises BadToken or ExpiredToken."""
    subscriber, asked_for, language, topics = tokens.read(mail.CONFIRM, token)
    async with db.transaction():
        person = await queries.person_locked(subscriber)
        record = await _asked_for(subscriber, asked_for)
        if person is None or person.state == SubscriberState.CONFIRMED:
            return
        await _subscribe(person, language, topics)
        await suppression.lift(person.address)
        await asked_before.forget(person.address)
        await consent.keep(subscriber, Act.CONFIRMED, SOURCE, record["language"], record["wording"])
        await mail.welcome(msgspec.structs.replace(person, language=language, topics=topics))


def _checked(typed: Typed) -> str:
    wrong: dict[str, Sentence] = {}
    address = ""
    try:
        address = addresses.normalise(typed.address)
    except addresses.BadAddress as problem:
        wrong["address"] = problem.told
    if typed.language not in LANGUAGES:
        wrong["language"] = _("Please choose one of the languages.")
    if not all_topics.known(typed.topics):
        wrong["topics"] = _("Please choose at least one topic.")
    if wrong:
        raise Invalid(wrong)
    return address


async def _person_for(asked: Asked) -> Person:
    """The record of the address, locked; a new and unconfirmed one where there was none."""
    found = await queries.person_at(asked.address)
    if found is None:
        await db.execute(
            "INSERT INTO subscriber (address, language, state, topics, created_at, changed_at, confirmations)"
            " VALUES ($1, $2, $3, $4, $5, $5, $6) ON CONFLICT (address) DO NOTHING",
            sealing.seal_address(asked.address),
            asked.language,
            SubscriberState.UNCONFIRMED.value,
            asked.topics,
            clock.now(),
            await asked_before.confirmations(asked.address),
        )
        found = await queries.person_at(asked.address)
    assert found
    return found


def _may_be_mailed(person: Person, now: datetime) -> bool:
    rested = person.confirmation_sent_at is None or now - person.confirmation_sent_at >= _ONCE_IN
    return rested and (person.state == SubscriberState.CONFIRMED or person.confirmations < MOST_CONFIRMATIONS)


async def _asked_for(subscriber: int, asked_for: int) -> db.Record:
    """What the link stands for. Raises ExpiredToken for one who was erased, or left after asking."""
    record = await queries.consent(asked_for, subscriber)
    if record is None or await queries.left_after(subscriber, asked_for):
        raise tokens.ExpiredToken
    return record


async def _subscribe(person: Person, language: str, topics: Sequence[str]) -> None:
    # Who had left comes back to what they asked for now, not to the lists of then.
    if person.state == SubscriberState.UNSUBSCRIBED:
        await db.execute("DELETE FROM list_member WHERE subscriber = $1", person.id)
    await db.execute(
        "UPDATE subscriber SET state = $2, language = $3, topics = $4, confirmed_at = $5, changed_at = $5,"
        " confirmations = 0, confirmation_sent_at = NULL WHERE id = $1",
        person.id,
        SubscriberState.CONFIRMED.value,
        language,
        topics,
        clock.now(),
    )
