"""Cells as people write them: names, dates, articles. What cannot be read raises Unreadable with the reason."""

import re
from calendar import monthrange

from service.cases import fields, partial_dates
from service.cases.tables import Designation
from service.kit import clock
from service.kit.errors import Problem

LONGEST_ID = 60
YES = "yes"

_NO_NAME = re.compile(r"[<>{}\[\]\\|=@;&%$#^*_~`]|://|\d{3}|^[-+]")
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[t ]\d{1,2}:\d{2}.*)?\Z")
_EUROPEAN = re.compile(
    r"(?:(\d{1,2}|\?+|x+)[./-])?(\d{1,2}|\?+|x+)[./-](\d{4}|\?+|x+)\s*(?:г\.?|г)?\Z", re.IGNORECASE
)
_DAY_AND_MONTH = re.compile(r"(?:--)?(\d{1,2})-(\d{1,2})\Z")
_IN_WORDS = re.compile(r"(?:(\d{1,2})\s+)?([^\W\d_]+)\.?,?\s*(\d{4})?\s*(?:г\.?|года|годзе)?\Z")
_NOTHING = {"", "-", "–", "—", "?", "n/a", "unknown", "неизвестно", "невядома", "0000-00-00", "null", "none"}
_MONTHS = (
    ("янв", "сту", "студз", "jan"),
    ("фев", "лют", "feb"),
    ("мар", "сак", "mar"),
    ("апр", "кра", "apr"),
    ("мая", "май", "мая", "тра", "may"),
    ("июн", "чэр", "jun"),
    ("июл", "ліп", "jul"),
    ("авг", "жні", "aug"),
    ("сен", "вер", "sep"),
    ("окт", "кас", "oct"),
    ("ноя", "ліс", "nov"),
    ("дек", "сне", "dec"),
)
_MONTH_OF = {start: number for number, starts in enumerate(_MONTHS, 1) for start in starts}
_TRUE = {"1", "yes", "true", "да", "так", "+", "died", "dead", "умер", "умерла", "памёр", "памер", "памерла"}
_FALSE = _NOTHING | {"0", "no", "false", "нет", "не", "alive", "жив", "жива"}
_DESIGNATIONS = (
    (re.compile(r"(former|ex-|экс|бы[влў])"), Designation.FORMER),
    (re.compile(r"(np\Z|not |non|не |нет\Z|без )"), Designation.NONE),
    (
        re.compile(r"(active|current|yes\Z|да\Z|так\Z|political|политз|паліт|признан|прызна|действ|дзейн)"),
        Designation.ACTIVE,
    ),
)
_GENDERS = {
    **dict.fromkeys(("m", "male", "man", "м", "муж", "мужской", "мужчина", "мужчынскі"), "m"),
    **dict.fromkeys(("f", "female", "woman", "w", "ж", "жен", "женский", "женщина", "жаночы", "жан"), "f"),
}


class Unreadable(Problem):
    """The text is the reason, for staff."""

    code = "unreadable_cell"
    status = 422


def unreadable(why: str) -> Unreadable:
    problem = Unreadable()
    problem.told = type(problem.told)(why.replace("{", "{{").replace("}", "}}"))
    return problem


def line(cell: str) -> str:
    """On one line, as a record keeps it."""
    return " ".join(fields.seen(cell).split())


def text(cell: str) -> str:
    """With its line breaks, cut to what a record keeps."""
    return "\n".join(" ".join(part.split()) for part in fields.seen(cell).split("\n")).strip()[: fields.LONGEST_TEXT]


def name(cell: str) -> str:
    """Raises Unreadable for what is no name: markup, formulas, addresses, numbers."""
    plain = line(cell)
    if len(plain) > fields.LONGEST_NAME:
        raise unreadable(f"The name is longer than {fields.LONGEST_NAME} letters.")
    if _NO_NAME.search(plain):
        raise unreadable(f"“{plain[:40]}” is not a name: it has signs that names do not have.")
    return plain


def date(cell: str) -> str:
    """A partial date. Raises Unreadable."""
    plain = line(cell).strip(" .,").lower()
    if plain in _NOTHING:
        return ""
    found = _parted(plain)
    if found is None:
        raise unreadable(f"“{line(cell)[:40]}” is not a date.")
    year, month, day = found
    try:
        return partial_dates.checked(_put_together(year, month, day))
    except partial_dates.NotADate:
        raise unreadable(f"“{line(cell)[:40]}” is not a date.") from None


def gender(cell: str) -> str:
    plain = line(cell).lower().strip(" .")
    if plain in _NOTHING:
        return ""
    if plain not in _GENDERS:
        raise unreadable(f"“{line(cell)[:40]}” is not a gender that we know.")
    return _GENDERS[plain]


def designation(cell: str) -> str:
    """active, former or np, also written out. Raises Unreadable."""
    plain = line(cell).lower().strip(" .")
    if plain in _NOTHING:
        return ""
    for pattern, found in _DESIGNATIONS:
        if pattern.match(plain):
            return found
    raise unreadable(f"“{line(cell)[:40]}” is not a status that we know.")


def death(cell: str) -> str:
    """The day or YES for somebody who died, else empty. Raises Unreadable."""
    plain = line(cell).lower().strip(" .")
    if plain in _FALSE:
        return ""
    return YES if plain in _TRUE else date(cell)


def is_to_come(partial: str) -> bool:
    """Whether a partial date lies wholly after today."""
    return bool(partial) and partial > clock.now().date().isoformat()[: len(partial)]


def articles(cell: str) -> list[str]:
    """“342 ч. 1, 130 ч. 3; 361” → each of them once, in their order."""
    parts = (line(part).strip(" .,") for part in re.split(r"[,;\n]", cell))
    found = list(dict.fromkeys(part for part in parts if part and part.lower() not in _NOTHING))
    if len(found) > fields.MOST_ARTICLES or any(len(part) > fields.LONGEST_ARTICLE for part in found):
        raise unreadable(f"“{line(cell)[:40]}…” is no list of articles of the criminal code.")
    return found


def link(cell: str) -> str:
    plain = line(cell)
    if not plain or (fields.LINK.match(plain) and len(plain) <= fields.LONGEST_LINK):
        return plain
    raise unreadable(f"“{plain[:40]}” is not a web address.")


def _parted(plain: str) -> tuple[int, int, int] | None:
    """Year, month and day, 0 where the cell does not say."""
    if found := _ISO.match(plain):
        return int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found := _EUROPEAN.match(plain):
        day, month, year = (int(part) if part and part.isdecimal() else 0 for part in found.groups())
        return year, month, day
    if found := _DAY_AND_MONTH.match(plain):
        return 0, int(found[1]), int(found[2])
    if (found := _IN_WORDS.match(plain)) and (number := _month(found[2])):
        return int(found[3] or 0), number, int(found[1] or 0)
    return None


def _month(word: str) -> int:
    return _MONTH_OF.get(word[:5]) or _MONTH_OF.get(word[:3], 0)


def _put_together(year: int, month: int, day: int) -> str:
    if year and month and day and month <= 12 and day > monthrange(year, month)[1]:
        raise partial_dates.NotADate(typed="")
    if year:
        return f"{year:04}" + (f"-{month:02}" + (f"-{day:02}" if day else "") if month else "")
    return f"--{month:02}-{day:02}" if month and day else ""
