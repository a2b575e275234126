"""What one can subscribe to, in the words of the pages and mails."""

from collections.abc import Iterable

from service.kit.i18n import Sentence
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


def known(values: Iterable[str]) -> list[str]:
    """Those of `values` that are topics, once each, in our order."""
    wanted = set(values)
    return [topic.value for topic in Topic if topic.value in wanted]


def labels(topics: Iterable[str], language: str) -> list[str]:
    return [LABELS[Topic(topic)].into(language) for topic in known(topics)]


def choices() -> list[tuple[str, Sentence, Sentence]]:
    """For a form: value, label, hint."""
    return [(topic.value, LABELS[topic], HINTS[topic]) for topic in Topic]
