"""From a row to a person, or to the reason why it was not taken."""

import re
from collections.abc import Iterable

import msgspec
from babel import Locale

from service.kit.i18n import LANGUAGES
from service.subscribers import addresses, topics
from service.subscribers.csv_reading import Row
from service.subscribers.mapping import IGNORE, Plan
from service.subscribers.tables import SuppressionReason

LONGEST_NAME = 100
NO_ADDRESS = "There is no e-mail address in this row."
TWO_ADDRESSES = "There is more than one e-mail address in this row."
BAD_ADDRESS = "The e-mail address is not complete or has a typing mistake."
TOO_MANY_CELLS = "This row has more cells than the file has columns; perhaps a comma is not in quotation marks."
LONG_NAME = f"The name is longer than {LONGEST_NAME} letters."
FOREIGN_LETTERS = "The part before the @ has letters that many mail servers cannot deliver to."
NOT_ASKED = "The status says that this person has not agreed to get mail, or not yet."

_LEFT = {
    **dict.fromkeys(("unsubscribed", "unsubscribe", "optedout", "left"), SuppressionReason.UNSUBSCRIBED),
    **dict.fromkeys(("cleaned", "bounced", "hardbounced", "undeliverable"), SuppressionReason.BOUNCED),
    **dict.fromkeys(("blocklisted", "blacklisted", "blocked", "suppressed"), SuppressionReason.STAFF),
    **dict.fromkeys(("complained", "complaint", "spam", "abuse"), SuppressionReason.COMPLAINT),
}
_NOT_ASKED = {"pending", "unconfirmed", "nonsubscribed", "transactional", "disabled", "inactive", "archived"}

# Control characters and line ends, and those that turn the direction of a text around.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_FORMULA = re.compile(r"'(?=[=+\-@＝＋－＠])")


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """Somebody whom a row names. `language` and `topics` are empty where the row says nothing about them."""

    address: str
    first_name: str = ""
    last_name: str = ""
    language: str = ""
    topics: tuple[str, ...] = ()
    # The row names a language, and it is none of ours.
    unspoken: bool = False
    # Why this person must not be written to, where the row says so.
    left: SuppressionReason | None = None


class Refused(Exception):
    """A row that is not taken; the text is the reason, for staff."""


class Reader:
    """Reads rows by a plan."""

    def __init__(self, plan: Plan) -> None:
        self._width = len(plan.columns)
        self._place = {target: index for index, target in enumerate(plan.columns) if target != IGNORE}

    def person(self, row: Row) -> Candidate:
        """Raises Refused."""
        if row.fault:
            raise Refused(row.fault)
        if any(cell.strip() for cell in row.cells[self._width :]):
            raise Refused(TOO_MANY_CELLS)
        first_name, last_name = self._names(row)
        language = self._cell(row, "language").strip()
        spoken = language_named(language)
        return Candidate(
            address=_address(self._cell(row, "email")),
            first_name=first_name,
            last_name=last_name,
            language=spoken,
            topics=topics.named(self._cell(row, "topics")),
            unspoken=bool(language and not spoken),
            left=self._left(row),
        )

    def _cell(self, row: Row, target: str) -> str:
        place = self._place.get(target)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def _names(self, row: Row) -> tuple[str, str]:
        first, last = _name(self._cell(row, "first_name")), _name(self._cell(row, "last_name"))
        whole = _name(self._cell(row, "full_name"))
        if whole and not first and not last:
            first, last = _parted(whole)
        return first, last

    def _left(self, row: Row) -> SuppressionReason | None:
        if self._cell(row, "left").strip():
            return SuppressionReason.UNSUBSCRIBED
        if self._cell(row, "bounced").strip():
            return SuppressionReason.BOUNCED
        status = re.sub(r"[\W_]", "", self._cell(row, "status").lower())
        if status in _NOT_ASKED:
            raise Refused(NOT_ASKED)
        return _LEFT.get(status)


def shown(row: Row, reader: Reader) -> tuple[Candidate | None, str]:
    """For a preview: the person of a row, or the reason why it would not be taken."""
    try:
        return reader.person(row), ""
    except Refused as reason:
        return None, str(reason)


def is_empty(row: Row) -> bool:
    """Whether it holds nothing at all, as the rows at the end of a spreadsheet do."""
    return not row.fault and not any(cell.strip() for cell in row.cells)


def language_named(cell: str) -> str:
    """`fr`, `fr-CH`, `French`, `Français`, `Französisch` → fr; empty for anything else."""
    plain = cell.strip().lower()
    return _LANGUAGES.get(plain) or _LANGUAGES.get(re.split(r"[-_]", plain)[0], "") if plain else ""


def _address(cell: str) -> str:
    typed = _FORMULA.sub("", cell.strip(), count=1) if cell.startswith("'") else cell.strip()
    if not typed:
        raise Refused(NO_ADDRESS)
    try:
        return addresses.normalise(typed)
    except addresses.BadAddress as problem:
        if typed.count("@") > 1:
            raise Refused(TWO_ADDRESSES) from None
        raise Refused(FOREIGN_LETTERS if problem.told is addresses.FOREIGN_LETTERS else BAD_ADDRESS) from None


def _name(cell: str) -> str:
    if not cell:
        return ""
    name = " ".join(_UNSEEN.sub(" ", cell).split())
    # Our own export puts a quotation mark before what a spreadsheet would take for a formula.
    name = _FORMULA.sub("", name, count=1) if name.startswith("'") else name
    if len(name) > LONGEST_NAME:
        raise Refused(LONG_NAME)
    return name


def _parted(whole: str) -> tuple[str, str]:
    """“Anna Petrowa” and “Petrowa, Anna” → Anna, Petrowa."""
    last, comma, first = (part.strip() for part in whole.partition(","))
    if comma and first and last:
        return first, last
    first, _blank, last = whole.partition(" ")
    return first, last


def _named(languages: Iterable[str]) -> dict[str, str]:
    names = {language: language for language in languages}
    for language in languages:
        for spoken in languages:
            name = Locale(spoken).languages.get(language)
            if name:
                names[name.lower()] = language
    return names


_LANGUAGES = _named(LANGUAGES)
