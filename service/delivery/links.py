"""The addresses that a mail carries for its reader: signed, and without anything personal."""

from collections.abc import Sequence
from datetime import timedelta

from service.kit import tokens
from service.kit.settings import settings

LEAVE = "unsubscribe"
ASK_PREFERENCES = "ask-preferences"
POSTED = "posted"
# Long enough for a card that is written weeks after the mail came.
POSTED_FOR = timedelta(days=90)


class Leaving:
    """Where one click, or the mail program's POST, ends the subscription, for the readers of one mailing."""

    def __init__(self, mailing: int | None) -> None:
        self._mailing = mailing or 0
        self._tokens = tokens.Maker(LEAVE)
        self._page = f"{settings().origin}/u/"

    def url(self, subscriber: int) -> str:
        """Token of [subscriber, mailing or 0]."""
        return self._page + self._tokens.make([subscriber, self._mailing])


def unsubscribe_url(subscriber: int, mailing: int | None) -> str:
    return Leaving(mailing).url(subscriber)


def preferences_url(subscriber: int, language: str) -> str:
    """A page that shows nothing personal, only a button that mails a fresh link: token of [subscriber]."""
    return f"{settings().origin}/{language}/preferences/ask/{tokens.make(ASK_PREFERENCES, [subscriber])}"


def posted_url(language: str, batch: str, nonce: str, keys: Sequence[int]) -> str:
    """Where a reader says "I posted it": token of [batch, nonce, *keys]; nothing in it leads to the reader."""
    token = tokens.make(POSTED, [batch, nonce, *keys], expires=POSTED_FOR)
    return f"{settings().origin}/{language}/posted/{token}"
