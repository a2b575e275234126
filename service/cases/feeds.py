"""New cases for feed readers."""

from collections.abc import Sequence

from service.cases import summary
from service.cases.publication import Person
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


def entries(people: Sequence[Person]) -> list[Entry]:
    return [_entry(person) for person in people]


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
