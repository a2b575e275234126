"""The chambers whose members can be written to: some are known from the beginning, others staff add."""

import re
from collections.abc import Collection, Mapping
from zoneinfo import available_timezones

import msgspec

from service.advocacy.naming import called
from service.auth import audit
from service.kit import db
from service.kit.errors import Invalid, Problem
from service.kit.i18n import LANGUAGES, Sentence

# Country, timezone, and names in en, fr, de, ru, be.
_KNOWN = {
    "ch-nr": (
        *("CH", "Europe/Zurich"),
        *("National Council", "Conseil national", "Nationalrat", "Национальный совет", "Нацыянальны савет"),
    ),
    "ch-sr": (
        *("CH", "Europe/Zurich"),
        *("Council of States", "Conseil des États", "Ständerat", "Совет кантонов", "Савет кантонаў"),
    ),
    "de-bt": (
        *("DE", "Europe/Berlin"),
        *("German Bundestag", "Bundestag allemand", "Deutscher Bundestag", "Бундестаг", "Бундэстаг"),
    ),
    "fr-an": (
        *("FR", "Europe/Paris"),
        *("French National Assembly", "Assemblée nationale", "Französische Nationalversammlung"),
        *("Национальное собрание Франции", "Нацыянальны сход Францыі"),
    ),
    "eu-ep": (
        *("EU", "Europe/Brussels"),
        *("European Parliament", "Parlement européen", "Europäisches Parlament"),
        *("Европейский парламент", "Еўрапейскі парламент"),
    ),
}
SWISS = ("ch-nr", "ch-sr")
_KEY = re.compile(r"[a-z]{2}-[a-z0-9]{2,12}", re.ASCII)
_LONGEST_NAME = 120


class UnknownParliament(Problem):
    code = "unknown_parliament"
    status = 422
    sentence = Sentence("“{key}” is no parliament that we know yet. Please add it first, with its name and timezone.")
    field = "parliament"


class Parliament(msgspec.Struct, frozen=True):
    id: int
    key: str
    country: str
    name: str
    timezone: str
    members: int


async def every(language: str) -> list[Parliament]:
    """By name; `members`: how many mandates there were ever."""
    rows = await db.fetch(
        f"""SELECT id, key, country, {called("parliament", "$1")} AS name, timezone,
                (SELECT count(*) FROM membership WHERE parliament = parliament.id) AS members
            FROM parliament ORDER BY country, name""",  # noqa: S608
        language,
    )
    return [Parliament(**row) for row in rows]


async def choices(language: str) -> dict[str, str]:
    """Name by key, of those that there are and those that are known from the beginning."""
    kept = {one.key: one.name for one in await every(language)}
    return {key: values[2 + list(LANGUAGES).index(language)] for key, values in _KNOWN.items()} | kept


async def ensure(keys: Collection[str]) -> dict[str, int]:
    """Id by key of all that there are, `keys` among them. Raises UnknownParliament."""
    new = [_known(key) for key in keys if key in _KNOWN]
    await db.execute_many(
        "INSERT INTO parliament (key, country, timezone, names) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO NOTHING",
        new,
    )
    found = {row["key"]: row["id"] for row in await db.fetch("SELECT id, key FROM parliament")}
    for key in keys:
        if key not in found:
            raise UnknownParliament(key=key[:20])
    return found


async def add(key: str, name: str, timezone: str, by: int | None) -> int:
    """Its country is in its key: at-nr is of AT. Raises Invalid."""
    wrong = {}
    if not _KEY.fullmatch(key):
        wrong["key"] = Sentence("Please give a short key of country and chamber, such as at-nr.")
    elif key in _KNOWN or await db.fetch_value("SELECT true FROM parliament WHERE key = $1", key):
        wrong["key"] = Sentence("There is a parliament with this key already.")
    if not 0 < len(name) <= _LONGEST_NAME:
        wrong["name"] = Sentence("Please say what this parliament is called, in at most 120 letters.")
    if timezone not in available_timezones():
        wrong["timezone"] = Sentence("Please choose the timezone of its office hours, such as Europe/Vienna.")
    if wrong:
        raise Invalid(wrong)
    async with db.transaction():
        made: int = await db.fetch_value(
            "INSERT INTO parliament (key, country, timezone, names) VALUES ($1, $2, $3, $4) RETURNING id",
            *(key, key[:2].upper(), timezone, _json({"": name})),
        )
        await audit.record(by, "parliament.added", f"parliament {made}", {"name": name})
    return made


def _known(key: str) -> tuple[str, str, str, str]:
    country, timezone, *names = _KNOWN[key]
    return key, country, timezone, _json(dict(zip(LANGUAGES, names, strict=True)))


def _json(names: Mapping[str, str]) -> str:
    return msgspec.json.encode(names).decode()
