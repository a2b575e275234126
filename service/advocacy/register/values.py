"""Single values of a register's file, clean. What cannot be read raises Unreadable with the reason; nothing is
guessed."""

import re
from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from service.cases import fields
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.subscribers import addresses

LONGEST_NAME = 200
LONGEST_WORDS = 120
LONGEST_CODE = 20
LONGEST_LINK = 500
LONGEST_POSTAL = 500
LONGEST_ID = 120

_NOTHING = {"", "-", "–", "—", "null", "none", "n/a"}
_NO_NAME = re.compile(r"[<>{}\[\]\\|=@;&%$#^*_~`\ufffd]|://|\d{3}|^[-+]")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.{0,20}|Z|[+-]\d{2}:\d{2})?", re.ASCII)
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_PHONE = re.compile(r"\+?[\d\s()./–-]{5,40}(?:\s?(?:ext|poste|int)\.?\s?\d{1,6})?", re.ASCII)


class Unreadable(Problem):
    code = "unreadable_value"
    status = 422


def unreadable(english: str, shown: str = "") -> Unreadable:
    problem = Unreadable()
    problem.told = Sentence(english, shown=shorten(shown))
    return problem


def shorten(text: str) -> str:
    return line(text)[:60]


def line(text: str) -> str:
    """On one line, without signs that are not seen. “-” is nothing."""
    # Half a letter, as JSON can have it, could be kept nowhere.
    whole = text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    plain = " ".join(fields.seen(whole).split())
    return "" if plain.lower() in _NOTHING else plain


def words(text: str, longest: int = LONGEST_WORDS) -> str:
    """A party, a role, a town. Raises Unreadable for what is too long to be one."""
    plain = line(text)
    if len(plain) > longest:
        raise unreadable("“{shown}…” is longer than such a text can be.", plain)
    return plain


def name(text: str) -> str:
    """Raises Unreadable for nothing, and for what is no name: markup, formulas, addresses, numbers."""
    plain = words(text, LONGEST_NAME)
    if not plain:
        raise unreadable("There is no name.")
    if _NO_NAME.search(plain):
        raise unreadable("“{shown}” is not a name: it has signs that names do not have.", plain)
    return plain


def family_name(text: str) -> str:
    """As a name, and no longer than words are."""
    return name(words(text))


def identity(text: str) -> str:
    """Raises Unreadable for nothing."""
    plain = words(text, LONGEST_ID)
    if not plain:
        raise unreadable("There is no id.")
    return plain


def day(text: str) -> date | None:
    """2026-11-22, 22.11.2026 or 22/11/2026. Raises Unreadable, also for half a date."""
    plain = line(text)
    if not plain:
        return None
    if found := _ISO.fullmatch(plain):
        parts = found[1], found[2], found[3]
    elif found := _GERMAN.fullmatch(plain) or _FRENCH.fullmatch(plain):
        parts = found[3], found[2], found[1]
    else:
        raise unreadable("“{shown}” is not a date.", plain)
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        raise unreadable("“{shown}” is not a day of the calendar.", plain) from None


def span(since: str, until: str) -> tuple[date | None, date | None]:
    """Raises Unreadable where it ends before it begins."""
    first, last = day(since), day(until)
    if first and last and last < first:
        raise unreadable("It ends before it begins ({shown}).", f"{line(since)} – {line(until)}")
    return first, last


def email(text: str) -> str:
    plain = line(text).removeprefix("mailto:")
    if not plain:
        return ""
    try:
        return addresses.normalise(plain)
    except addresses.BadAddress:
        raise unreadable("“{shown}” is not an e-mail address.", plain) from None


def phone(text: str) -> str:
    plain = line(text).removeprefix("tel:")
    if plain and not _PHONE.fullmatch(plain):
        raise unreadable("“{shown}” is not a telephone number.", plain)
    return plain


def website(text: str) -> str:
    """www.example.org is https://www.example.org."""
    plain = line(text)
    if plain.lower().startswith("www."):
        plain = f"https://{plain}"
    if plain and (not fields.LINK.match(plain) or len(plain) > LONGEST_LINK):
        raise unreadable("“{shown}” is not a web address.", plain)
    return plain


def postal(lines: Iterable[str]) -> str:
    """Those that say something, one under the other."""
    whole = "\n".join(plain for text in lines if (plain := line(text)))
    if len(whole) > LONGEST_POSTAL:
        raise unreadable("“{shown}…” is longer than a postal address can be.", whole)
    return whole


def code(text: str, longest: int = LONGEST_CODE) -> str:
    """The text itself where it is short enough, else its beginning and a hash: the same text, the same code."""
    plain = line(text)
    if len(plain) <= longest:
        return plain
    return f"{plain[: longest - 9].strip()}-{sha256(plain.encode()).hexdigest()[:8]}"
