"""The addresses that every mail carries for its reader: signed, and without anything personal."""

from service.kit import tokens
from service.kit.settings import settings

LEAVE = "unsubscribe"
ASK_PREFERENCES = "ask-preferences"


def unsubscribe_url(subscriber: int, mailing: int | None) -> str:
    """Where one click, or the mail program's POST, ends the subscription: token of [subscriber, mailing or 0]."""
    return f"{settings().origin}/u/{tokens.make(LEAVE, [subscriber, mailing or 0])}"


def preferences_url(subscriber: int, language: str) -> str:
    """A page that shows nothing personal, only a button that mails a fresh link: token of [subscriber]."""
    return f"{settings().origin}/{language}/preferences/ask/{tokens.make(ASK_PREFERENCES, [subscriber])}"
