"""What one can subscribe to, in the words of the pages and mails."""

import re
from collections.abc import Iterable
from functools import cache

from service.kit.i18n import LANGUAGES, Sentence
from service.kit.i18n import lazy as _
from service.subscribers.tables import Topic

LABELS = {
    Topic.CASES: _("New cases"),
    Topic.BIRTHDAYS: _("Birthdays"),
    Topic.ACTIONS: _("Actions"),
    Topic.NEWSLETTER: _("Newsletter"),
}
HINTS = {
    Topic.CASES: _("Who was detained or sentenced, and who came home."),
    Topic.BIRTHDAYS: _("Whose birthday it is soon, early enough for your card to arrive."),
    Topic.ACTIONS: _("What you can do now, such as writing to your member of parliament."),
    Topic.NEWSLETTER: _("What happened, and what your support has changed."),
}


_BETWEEN = re.compile(r"[,;|/]")


def named(cell: str) -> tuple[str, ...]:
    """The topics among the words of a cell, which may be quoted as Mailchimp's tags are."""
    if not cell:
        return ()
    words = (word.strip(" \"'").lower() for word in _BETWEEN.split(cell))
    return tuple(known(_names()[word] for word in words if word in _names()))


def known(values: Iterable[str]) -> list[str]:
    """Those of `values` that are topics, once each, in our order."""
    wanted = set(values)
    return [topic.value for topic in Topic if topic.value in wanted]


def labels(topics: Iterable[str], language: str) -> list[str]:
    return [LABELS[Topic(topic)].into(language) for topic in known(topics)]


def choices() -> list[tuple[str, Sentence, Sentence]]:
    """For a form: value, label, hint."""
    return [(topic.value, LABELS[topic], HINTS[topic]) for topic in Topic]


@cache
def _names() -> dict[str, str]:
    return {
        name.lower(): topic.value
        for topic, label in LABELS.items()
        for name in (topic.value, *(label.into(language) for language in LANGUAGES))
    }
