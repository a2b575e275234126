"""What a field of a record may hold: what people or lists give comes out clean, or with a sentence why not."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from service.cases import partial_dates
from service.cases.records import Record
from service.cases.tables import Designation, Publication, State
from service.kit import clock, dates
from service.kit.errors import Invalid, Problem
from service.kit.i18n import LANGUAGES, Sentence

LONGEST_NAME = 200
LONGEST_TEXT = 4000
LONGEST_LINK = 500
LONGEST_ARTICLE = 30
MOST_NAMES = 20
MOST_ARTICLES = 40
DATES = ("born", "arrested_on", "verdict_on", "released_on", "died_on")
NAMES = ("name_be", "name_ru", "name_latin")
Checks: TypeAlias = Mapping[str, Callable[[Any], Any]]
# Control characters, and those that are not seen or turn the direction of a text around.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
LINK = re.compile(r"https?://[^\s<>\"'\\]+\Z")


class Unfit(Problem):
    """The sentence says what would fit."""

    code = "unfit_value"
    status = 422
    sentence = Sentence("{why}")


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values clean. Raises Invalid with a sentence for each field that does not fit, also for an unknown one."""
    clean, wrong = checked_with(CHECKS, values)
    if wrong:
        raise Invalid(wrong)
    return clean


def checked_with(checks: Checks, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Sentence]]:
    """What fits, clean, and what does not, with a sentence."""
    clean, wrong = {}, {}
    for field, value in values.items():
        try:
            clean[field] = checks[field](value)
        except KeyError:
            wrong[field] = Sentence("There is no such field.")
        except Problem as problem:
            wrong[field] = problem.told
    return clean, wrong


def must_fit_together(record: Record | Mapping[str, Any]) -> None:
    """Raises Invalid for what cannot all be true of one person."""
    known = record if isinstance(record, Mapping) else {f: getattr(record, f) for f in Record.__struct_fields__}
    wrong: dict[str, Sentence] = {}
    if not any(known.get(name) for name in NAMES):
        wrong["name_latin"] = Sentence("Please write the name in at least one of the three scripts.")
    if known.get("released_on") and known.get("state") != State.RELEASED:
        wrong["released_on"] = Sentence(
            "This date belongs to somebody who is released. Change the state, or empty it."
        )
    if known.get("died_on") and known.get("state") != State.DIED:
        wrong["died_on"] = Sentence("This date belongs to somebody who has died. Change the state, or empty it.")
    for field in DATES[1:]:
        if is_before(known.get(field, ""), known.get("born", "")):
            wrong.setdefault(field, Sentence("This is before the birth. Please look at both dates."))
    if wrong:
        raise Invalid(wrong)


def is_before(one: str, other: str) -> bool:
    """As far as both partial dates are known."""
    length = min(len(one), len(other))
    return length >= 4 and "--" not in (one[:2], other[:2]) and one[:length] < other[:length]


def plain(value: Any, limit: int, what: str = "This") -> str:
    """One line without what is not seen. Raises Unfit."""
    return _bounded(" ".join(_seen(value).split()), limit, what)


def link(value: Any) -> str:
    address = plain(value, LONGEST_LINK, "This address")
    if address and not LINK.match(address):
        raise Unfit(why="This is not an address of a page. It begins with https://.")
    return address


def day(value: Any) -> date | None:
    """As typed, or a date; None for nothing. Raises Unfit."""
    if not value:
        return None
    found = dates.typed(str(value).strip())
    if found is None:
        raise Unfit(why=dates.NOT_A_DAY)
    if not 1900 <= found.year <= 2200:
        raise Unfit(why="Please look at the year.")
    return found


def texts(value: Any) -> dict[str, str]:
    """By language, without empty ones."""
    if not isinstance(value, Mapping) or not set(value) <= set(LANGUAGES):
        raise Unfit(why="This text is in none of our languages.")
    clean = {language: _bounded(_seen(text).strip(), LONGEST_TEXT, "This text") for language, text in value.items()}
    return {language: text for language, text in clean.items() if text}


def status(value: Any) -> dict[str, Any]:
    """What one organisation says: organisation, designation, since, link, seen_on, external_id."""
    if not isinstance(value, Mapping):
        raise Unfit(why="A status names its organisation.")
    clean, wrong = checked_with(STATUS, {name: value.get(name) or "" for name in STATUS})
    for sentence in wrong.values():
        raise Unfit(why=sentence)
    return clean


def seen(text: str) -> str:
    """As records keep it: letters with their signs in one, line breaks in one way, nothing that is not seen."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _seen(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit(why="This is not a text.")
    return seen(value)


def _bounded(text: str, limit: int, what: str) -> str:
    if len(text) > limit:
        raise Unfit(why=f"{what} is {len(text) - limit} characters too long; {limit} are possible.")
    return text


def text(limit: int) -> Callable[[Any], str]:
    return lambda value: plain(value, limit)


def past(value: Any) -> str:
    typed = partial_dates.checked(plain(value, 40))
    if typed[:2] != "--" and typed > clock.now().date().isoformat()[: len(typed)]:
        raise Unfit(why="This date is in the future.")
    return typed


def one_of(choices: type) -> Callable[[Any], str]:
    known = {choice.value for choice in choices}  # type: ignore[attr-defined]

    def check(value: Any) -> str:
        if value in known:
            return str(value)
        raise Unfit(why="Please choose one of these.")

    return check


def _organisation(value: Any) -> str:
    if found := plain(value, 80):
        return found
    raise Unfit(why="Please say which organisation it is.")


def _seen_on(value: Any) -> date:
    """Today, where nothing is said."""
    return day(value) or clock.now().date()


def _gender(value: Any) -> str:
    if value not in ("", "m", "f"):
        raise Unfit(why="Please choose one of these.")
    return str(value)


def lines(limit: int, most: int) -> Callable[[Any], list[str]]:
    def check(value: Any) -> list[str]:
        if not isinstance(value, list | tuple):
            raise Unfit(why="This is not a list.")
        lines = list(dict.fromkeys(filter(None, (plain(line, limit, f"“{str(line)[:20]}…”") for line in value))))
        if len(lines) > most:
            raise Unfit(why=f"These are {len(lines)}; {most} are possible.")
        return lines

    return check


def _weight(value: Any) -> int:
    if value not in (1, 2, 3, 4, 5):
        raise Unfit(why="Please choose a number from 1 to 5.")
    return int(value)


def _facility(value: Any) -> int | None:
    if value is None or (isinstance(value, int) and 0 < value < 2**63):
        return value
    raise Unfit(why="Please choose one of the facilities.")


def _photo(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"([0-9a-f]{32}\.(jpg|png))?", value):
        raise Unfit(why="This is no picture of ours.")
    return value


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit(why="Please choose yes or no.")
    return value


STATUS: Checks = {
    "organisation": _organisation,
    "designation": one_of(Designation),
    "since": past,
    "link": link,
    "seen_on": _seen_on,
    "external_id": lambda value: plain(value, 60) or None,
}
CHECKS: Checks = {
    **dict.fromkeys(NAMES, text(LONGEST_NAME)),
    "other_names": lines(LONGEST_NAME, MOST_NAMES),
    **dict.fromkeys(DATES, past),
    "gender": _gender,
    "state": one_of(State),
    "publication": one_of(Publication),
    "vetoed": _yes,
    "veto_note": text(300),
    "articles": lines(LONGEST_ARTICLE, MOST_ARTICLES),
    "sentence": texts,
    "biography": texts,
    "facility": _facility,
    "whereabouts": text(400),
    "moved_on": past,
    "photo": _photo,
    "photo_credit": text(200),
    "photo_rights": text(300),
    "weight": _weight,
    "status": status,
}
