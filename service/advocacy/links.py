"""The link of the questionnaire: good for one letter, and it says neither who wrote it nor to whom."""

from datetime import timedelta

from service.kit import tokens
from service.kit.settings import settings

ANSWER = "advocacy-answer"
# An answer may come weeks after the reminder.
_FOR = timedelta(days=120)


def answer(letter: int, language: str) -> str:
    """Where its writer says whether there was an answer, and what was promised; whole, for a mail."""
    return f"{settings().origin}/{language}/actions/answer/{tokens.make(ANSWER, [letter], _FOR)}"


def answered(token: str) -> int:
    """The letter of the link. Raises BadToken or ExpiredToken."""
    letter: int = tokens.read(ANSWER, token)[0]
    return letter
