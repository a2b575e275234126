"""The mails to one person about their own subscription; each leaves with the transaction of its caller."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from service.auth.accounts import Account
from service.delivery import links, transactional
from service.kit import tokens
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.subscribers import topics as all_topics
from service.subscribers.queries import Person

CONFIRM = "confirm"
CONFIRM_FOR = timedelta(days=7)
PREFERENCES = "preferences"
PREFERENCES_FOR = timedelta(hours=1)


async def confirm(person: Person, language: str, topics: Sequence[str], consent: int) -> None:
    """`topics` and `language` as asked for now; `consent` is the record of it. Nothing the visitor typed is in it."""
    token = tokens.make(CONFIRM, [person.id, consent, language, list(topics)], CONFIRM_FOR)
    await _send(
        "subscribers/confirm",
        person,
        language,
        confirm_url=f"{settings().origin}/{language}/confirm/{token}",
        topics=all_topics.labels(topics, language),
        expires_days=CONFIRM_FOR.days,
    )


async def already_subscribed(person: Person) -> None:
    await _send("subscribers/already_subscribed", person, person.language, preferences_url=_preferences_url(person))


async def preferences_link(person: Person) -> None:
    await _send("subscribers/preferences_link", person, person.language, preferences_url=_preferences_url(person))


async def welcome(person: Person) -> None:
    await _send(
        "subscribers/welcome",
        person,
        person.language,
        topics=all_topics.labels(person.topics, person.language),
        preferences_url=links.preferences_url(person.id, person.language),
        unsubscribe_url=links.unsubscribe_url(person.id, None),
    )


async def unsubscribed(person: Person) -> None:
    await _send("subscribers/unsubscribed", person, person.language)


def _preferences_url(person: Person) -> str:
    token = tokens.make(PREFERENCES, [person.id], PREFERENCES_FOR)
    return f"{settings().origin}/{person.language}/preferences/{token}"


async def export_asked(owner: Account, who: str, open_for: timedelta) -> None:
    """To an owner: a colleague, by name, asks for a file of people. What for stands in the console alone."""
    organisation = await organisations.required()
    context = {
        "organisation": organisation.name,
        "postal_address": organisation.postal_address,
        "who": who,
        "export_url": f"{settings().origin}/staff/subscribers/export",
        "open_hours": int(open_for.total_seconds() // 3600),
    }
    await transactional.send("staff/export", organisation.fallback_language, owner.address, context)


async def _send(template: str, person: Person, language: str, **context: Any) -> None:
    organisation = await organisations.required()
    context |= {"organisation": organisation.name, "postal_address": organisation.postal_address}
    await transactional.send(template, language, person.address, context, subscriber=person.id)
