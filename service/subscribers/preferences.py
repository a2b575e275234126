"""What somebody chooses about their own subscription, behind a link that is mailed to them and lives an hour."""

from collections.abc import Sequence

import msgspec

from service.kit import clock, countries, db, limits, sealing, tokens
from service.kit.errors import Invalid
from service.kit.i18n import LANGUAGES, Sentence
from service.kit.i18n import lazy as _
from service.organisation.queries import Organisation
from service.subscribers import addresses, consent, mail, queries, requests, suppression
from service.subscribers import topics as all_topics
from service.subscribers.consent import Act
from service.subscribers.queries import Person
from service.subscribers.requests import Asked, Kind
from service.subscribers.tables import SubscriberState, SuppressionReason

SOURCE = "preferences page"
ASK = "ask-preferences"
# Anybody can type anybody's address, also that of one who left: a day's bound alone would be ninety mails a month.
MOST_LINKS = ((3, 86_400), (9, 30 * 86_400))
_NEVER_AGAIN = (SuppressionReason.COMPLAINT, SuppressionReason.BOUNCED)


class Wanted(msgspec.Struct, frozen=True):
    """The form as it was sent; `lists` are those that somebody stays on, `country` is empty for none."""

    language: str
    topics: list[str]
    first_name: str
    lists: list[str]
    country: str = ""


def countries_to_choose(language: str) -> dict[str, str]:
    """Code → name. Not Belarus: a list of who posts letters there must not come to be."""
    return {code: name for code, name in countries.names(language).items() if code != "BY"}


async def ask(typed: str, language: str, client: str) -> None:
    """Somebody typed an address. Raises Invalid or TooMany."""
    try:
        address = addresses.normalise(typed)
    except addresses.BadAddress as problem:
        raise Invalid({"address": problem.told}) from None
    await requests.admit(client, address)
    await requests.store(Kind.PREFERENCES, address, language)


async def ask_again(token: str, client: str) -> None:
    """Somebody came by the link at the foot of a mail. Raises BadToken or TooMany."""
    [subscriber] = tokens.read(ASK, token)
    await requests.admit(client)
    await requests.store_for(Kind.FROM_A_MAIL, subscriber)


async def answer(asked: Asked) -> None:
    """Mails a fresh link to one who is or was subscribed, and nothing to anybody else or after a complaint."""
    person = await queries.person_at(asked.address)
    if person is None or person.state == SubscriberState.UNCONFIRMED:
        return
    if await suppression.reason(asked.address) in _NEVER_AGAIN:
        return
    # Counted apart, so that whoever types an address cannot use up what its owner's own mails offer.
    name = f"{asked.kind} links"
    used = [await limits.count(name, str(person.id), seconds) <= most for most, seconds in MOST_LINKS]
    if all(used):
        await mail.preferences_link(person)


async def person_of(token: str) -> Person:
    """Whose page this is. Raises BadToken or ExpiredToken."""
    [subscriber] = tokens.read(mail.PREFERENCES, token)
    person = await queries.person(subscriber)
    if person is None:
        raise tokens.ExpiredToken
    return person


async def change(person: Person, wanted: Wanted, shown_in: str, organisation: Organisation) -> None:
    """Raises Invalid."""
    async with db.transaction():
        stays = await _leave_lists(person, wanted.lists)
        topics = _checked(wanted, needs_topic=not stays)
        await db.execute(
            "UPDATE subscriber SET language = $2, topics = $3, first_name = $4, country = $5, changed_at = $6"
            " WHERE id = $1",
            person.id,
            wanted.language,
            topics,
            sealing.seal("first_name", wanted.first_name) if wanted.first_name else None,
            wanted.country,
            clock.now(),
        )
        words = consent.wording(topics, organisation.name, shown_in)
        await consent.keep(person.id, Act.CHANGED, SOURCE, shown_in, words)


async def vote_in(person: Person, area: int | None, words: str, shown_in: str) -> None:
    """Where somebody says that they vote, None for nowhere; `words`: what they agreed to as they said it."""
    async with db.transaction():
        await db.execute(
            "UPDATE subscriber SET area = $2, changed_at = $3 WHERE id = $1", person.id, area, clock.now()
        )
        await consent.keep(person.id, Act.CHANGED, SOURCE, shown_in, words)


async def _leave_lists(person: Person, kept: Sequence[str]) -> list[int]:
    """The lists that somebody is still on after leaving those that are not `kept`."""
    on = [row["id"] for row in await queries.lists_of(person.id)]
    left = [list_id for list_id in on if str(list_id) not in kept]
    if left:
        await db.execute(
            "DELETE FROM list_member WHERE subscriber = $1 AND mailing_list = ANY($2::bigint[])", person.id, left
        )
    return [list_id for list_id in on if list_id not in left]


def _checked(wanted: Wanted, needs_topic: bool) -> list[str]:
    wrong: dict[str, Sentence] = {}
    topics = all_topics.known(wanted.topics)
    if wanted.language not in LANGUAGES:
        wrong["language"] = _("Please choose one of the languages.")
    if wanted.country and wanted.country not in countries_to_choose("en"):
        wrong["country"] = _("Please choose one of the countries, or none.")
    if needs_topic and not topics:
        wrong["topics"] = _("Please keep at least one topic. If you want none of them, you can leave further down.")
    if wrong:
        raise Invalid(wrong)
    return topics
