"""Answers to the prompts become a letter, from the salutation to the closing in the language of who writes it."""

from collections.abc import Sequence
from urllib.parse import quote

from service.advocacy.representing import Member

# How a letter begins and ends, without asking whether it is for a man or a woman.
_FRAMES = {
    "en": ("Dear {name},", "Kind regards"),
    "fr": ("Bonjour {name},", "Meilleures salutations"),
    "de": ("Guten Tag {name}", "Freundliche Grüsse"),
    "ru": ("Здравствуйте, {name}!", "С уважением"),
    "be": ("Вітаю, {name}!", "З павагай"),
}
# Said of those whom somebody chose to write about; the name stays as it is in every language.
_ABOUT = {
    "en": "I am writing to you about {names}.",
    "fr": "Je vous écris au sujet de {names}.",
    "de": "Ich schreibe Ihnen wegen {names}.",
    "ru": "О ком я пишу: {names}.",
    "be": "Пра каго я пішу: {names}.",
}
# What Windows hands over to a mail program, with room for what it adds.
LONGEST_MAILTO = 1900


def letter(member: Member, words: Sequence[str], ask: str, about: Sequence[str], language: str) -> str:
    """From the salutation to the closing, without the name below it.

    `words`: the writer's own, in the order of the prompts; `about`: the names of the prisoners that they chose;
    `language`: one of ours.
    """
    greeting, closing = _FRAMES[language]
    whom = _ABOUT[language].format(names=", ".join(about)) if about else ""
    parts = [greeting.format(name=member.name), whom, *(each.strip() for each in words), ask.strip(), closing]
    return "\n\n".join(part for part in parts if part)


def signature(name: str, street: str, postcode: str, town: str) -> str:
    """Who writes and where they live, as it stands below the letter."""
    return "\n".join(line for line in (name, street, f"{postcode} {town}".strip()) if line)


def whole(text: str, signed: str) -> str:
    """The letter as it leaves: nothing is put before or after it."""
    return f"{text}\n\n{signed}"


def mailto(address: str, subject: str, text: str) -> str:
    """A link that opens the writer's own mail program with all filled in.

    One that would be cut short somewhere on its way has no text: it is to be copied. `has_text` tells.
    """
    # RFC 6068: line breaks are CRLF, and a plus is a plus.
    lines = quote(text.replace("\n", "\r\n"), safe="")
    head = f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}"
    link = f"{head}&body={lines}"
    return link if len(link) <= LONGEST_MAILTO else head


def has_text(link: str) -> bool:
    """Whether that link carries the letter too."""
    return "&body=" in link
