"""New cases for feed readers."""

from collections.abc import Sequence

from service.cases import summary
from service.cases.publication import Person
from service.kit import feeds
from service.kit.feeds import Entry, Feed
from service.kit.i18n import lazy as _


def feed(organisation: str, language: str) -> Feed:
    return Feed(
        subject="new-cases",
        title=_("{organisation}: new cases", organisation=organisation).into(language),
        author=organisation,
        language=language,
        page=f"/{language}/prisoners/new",
        address=f"/{language}/prisoners/feed",
    )


def atom(people: Sequence[Person], of: Feed) -> bytes:
    return feeds.atom(of, [_entry(person) for person in people])


def json(people: Sequence[Person], of: Feed) -> bytes:
    return feeds.json(of, [_entry(person) for person in people])


def _entry(person: Person) -> Entry:
    return Entry(
        key=person.key,
        url=person.url,
        title=person.name,
        text="\n".join([*summary.lines(person), summary.sentence(person)]),
        language=person.language,
        published=person.published_at,
        changed=person.changed_at,
    )
