"""Answers to the prompts become a letter; what stands around them is in the language of whoever gets it."""

from collections.abc import Sequence
from urllib.parse import quote

from service.advocacy.representing import Member
from service.kit.i18n import FALLBACK

# How a letter begins and ends, without asking whether it is for a man or a woman.
_FRAMES = {
    "en": ("Dear {name},", "Kind regards"),
    "fr": ("Bonjour {name},", "Meilleures salutations"),
    "de": ("Guten Tag {name}", "Freundliche Grüsse"),
    "it": ("Buongiorno {name},", "Cordiali saluti"),
    "rm": ("Bun di {name}", "Cordials salids"),
    "nl": ("Beste {name},", "Met vriendelijke groet"),
    "es": ("Buenos días, {name}:", "Un cordial saludo"),
    "pl": ("Dzień dobry, {name},", "Z wyrazami szacunku"),
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


def spoken_with(member: Member, language: str) -> str:
    """The language to greet a member in: the writer's own where the member reads it, else the member's first."""
    known = [code for code in member.languages if code in _FRAMES]
    if language in known or not known:
        return language if language in _FRAMES else FALLBACK
    return known[0]


def letter(member: Member, words: Sequence[str], ask: str, about: Sequence[str], language: str) -> str:
    """From the salutation to the closing, without the name below it.

    `words`: the writer's own, in the order of the prompts; `about`: the names of the prisoners that they chose.
    """
    greeting = _FRAMES[spoken_with(member, language)][0].format(name=member.name)
    whom = _ABOUT.get(language, _ABOUT[FALLBACK]).format(names=", ".join(about)) if about else ""
    parts = [greeting, whom, *(each.strip() for each in words), ask.strip(), _closing(language)]
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


def _closing(language: str) -> str:
    return _FRAMES.get(language, _FRAMES[FALLBACK])[1]
