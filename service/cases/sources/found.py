"""What the readers of lists return: people as a source gives them, and what could not be read."""

from enum import StrEnum

import msgspec

from service.kit.errors import Problem
from service.kit.i18n import Sentence

MOST_TOLD = 1000


class Whereabouts(StrEnum):
    """What a source's words about a place come to."""

    NOTHING = ""
    FACILITY = "facility"
    RELEASED = "released"
    UNKNOWN = "unknown"
    AT_LIBERTY = "at_liberty"
    UNMATCHED = "unmatched"


class Place(msgspec.Struct, frozen=True):
    """`facility`: its id, where it is one of ours; `text`: as the source writes it, where it is not."""

    kind: Whereabouts = Whereabouts.NOTHING
    facility: int | None = None
    text: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One person of a list. What the list does not say is empty; dates are partial (partial_dates.py)."""

    external_id: str
    name_be: str = ""
    name_ru: str = ""
    name_latin: str = ""
    link: str = ""
    designation: str = ""
    since: str = ""
    born: str = ""
    gender: str = ""
    arrested_on: str = ""
    verdict_on: str = ""
    articles: list[str] = []
    sentence: dict[str, str] = {}
    biography: dict[str, str] = {}
    place: Place = Place()
    released: bool = False
    released_on: str = ""
    died: bool = False
    died_on: str = ""

    @property
    def name(self) -> str:
        return self.name_latin or self.name_ru or self.name_be


class Trouble(msgspec.Struct, frozen=True):
    """`line`: the row as a spreadsheet counts them, 0 for the file as a whole."""

    file: str
    line: int
    sentence: str


class Troubles:
    """Keeps the first thousand, and counts the others."""

    def __init__(self) -> None:
        self.kept: list[Trouble] = []
        self.count = 0

    def add(self, file: str, line: int, sentence: str) -> None:
        self.count += 1
        if len(self.kept) < MOST_TOLD:
            self.kept.append(Trouble(file, line, sentence))


class File(msgspec.Struct, frozen=True):
    """As it was uploaded. `name` is only shown."""

    name: str
    content: bytes


class Listing(msgspec.Struct, frozen=True):
    """A whole list, read. `rows`: how many rows the files had."""

    people: list[Found]
    rows: int
    troubles: Troubles


class NotAList(Problem):
    code = "not_a_list"
    status = 422
    sentence = Sentence("{file}: {why}")
