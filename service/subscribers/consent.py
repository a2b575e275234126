"""What somebody agrees to: the words that are shown, and the record of exactly these words."""

from collections.abc import Iterable
from enum import StrEnum

from service.kit import clock, db
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.subscribers import topics


class Act(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    UNSUBSCRIBED = "unsubscribed"
    UNDONE = "undone"
    IMPORTED = "imported"


QUESTION = _("What would you like to hear about?")


def sentence(organisation: str) -> Sentence:
    """What stands above the button that asks for mail."""
    return _(
        "I agree that {organisation} keeps my e-mail address, my language and my topics, and writes to me about the "
        "topics that I ticked. I know that this choice can reveal my political opinions, and I expressly agree to "
        "that as well. My details stay with {organisation}. I can withdraw this consent at any time with one click.",
        organisation=organisation,
    )


def wording(chosen: Iterable[str], organisation: str, language: str) -> str:
    """All that somebody saw and ticked, as it is kept: the question, the ticked topics, the sentence."""
    ticked = [f"☑ {label}" for label in topics.labels(chosen, language)]
    return "\n".join([QUESTION.into(language), *ticked, "", sentence(organisation).into(language)])


async def keep(subscriber: int, act: Act, source: str, language: str, wording: str = "") -> int:
    """Writes it down; `language` is that of the wording. Returns the id of the record."""
    id: int = await db.fetch_value(
        "INSERT INTO consent (subscriber, act, source, wording, language, at) VALUES ($1, $2, $3, $4, $5, $6)"
        " RETURNING id",
        subscriber,
        act.value,
        source,
        wording,
        language,
        clock.now(),
    )
    return id
