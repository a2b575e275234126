"""What staff decide of an action besides its texts and targets, as they typed it and checked."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from service.advocacy.queries import Action
from service.cases import queries as cases
from service.kit import clock, dates
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.organisation import queries as organisations

LONGEST_NAME = 120
LARGEST_GOAL = 1_000_000
MOST_AN_HOUR = 60
MOST_PRISONERS = 20
FURTHEST = timedelta(days=366)
_OF_HOURS = {"per_hour": (1, MOST_AN_HOUR), "from_hour": (0, 23), "until_hour": (1, 24)}


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """`last_day`: None for as long as staff let it run; hours are those of each parliament's own clock."""

    name: str
    prisoners: list[int] = []
    goal: int = 0
    last_day: date | None = None
    per_hour: int = 6
    from_hour: int = 9
    until_hour: int = 17
    spread: bool = False

    def closes_at(self, zone: ZoneInfo) -> datetime | None:
        """Midnight after the last day."""
        return beginning(self.last_day + timedelta(days=1), zone) if self.last_day else None


def beginning(day: date, zone: ZoneInfo, hour: int = 0) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def last_day(action: Action, zone: ZoneInfo) -> date | None:
    return action.last_moment.astimezone(zone).date() if action.last_moment else None


async def checked(typed: Mapping[str, str], prisoners: Sequence[int], is_spread: bool) -> Frame:
    """`typed`: by the names of a Frame. Raises Invalid."""
    wrong: dict[str, Sentence] = {}
    frame = Frame(
        name=_name(typed.get("name", ""), wrong),
        prisoners=await _prisoners(prisoners, wrong),
        goal=_number("goal", typed.get("goal", "") or "0", 0, LARGEST_GOAL, wrong),
        last_day=await _last_day(typed.get("last_day", ""), wrong),
        spread=is_spread,
        **{field: _number(field, typed.get(field, ""), *bounds, wrong) for field, bounds in _OF_HOURS.items()},
    )
    if "from_hour" not in wrong and "until_hour" not in wrong and frame.from_hour >= frame.until_hour:
        wrong["until_hour"] = Sentence("The hours must end after they begin.")
    if is_spread and not frame.last_day and "last_day" not in wrong:
        wrong["last_day"] = Sentence("To spread the letters until it closes, say when it closes.")
    if wrong:
        raise Invalid(wrong)
    return frame


def named(typed: str) -> str:
    """Raises Invalid."""
    wrong: dict[str, Sentence] = {}
    name = _name(typed, wrong)
    if wrong:
        raise Invalid(wrong)
    return name


def _name(typed: str, wrong: dict[str, Sentence]) -> str:
    if not typed:
        wrong["name"] = Sentence("Give it a name, for you and your team.")
    elif len(typed) > LONGEST_NAME:
        wrong["name"] = Sentence("At most {most} characters fit here.", most=LONGEST_NAME)
    return typed


def _number(field: str, typed: str, least: int, most: int, wrong: dict[str, Sentence]) -> int:
    plain = typed.strip().replace("’", "").replace(",", "").replace(" ", "")
    if plain.isascii() and plain.isdecimal() and len(plain) < 10 and least <= int(plain) <= most:
        return int(plain)
    wrong[field] = Sentence("Write a whole number from {least} to {most}.", least=least, most=f"{most:,}")
    return least


async def _last_day(typed: str, wrong: dict[str, Sentence]) -> date | None:
    if not typed:
        return None
    day = dates.typed(typed)
    if day is None:
        wrong["last_day"] = dates.NOT_A_DAY
        return None
    today = clock.now().astimezone((await organisations.required()).zone).date()
    if day < today:
        wrong["last_day"] = Sentence("This day has passed already.")
    elif day > today + FURTHEST:
        wrong["last_day"] = Sentence("This is more than a year ahead. Choose an earlier day.")
    return day


async def _prisoners(ids: Sequence[int], wrong: dict[str, Sentence]) -> list[int]:
    """Those who may still be shown, each once."""
    shown = [person.id for person in await cases.people(list(dict.fromkeys(ids)), "en")]
    if len(shown) > MOST_PRISONERS:
        wrong["prisoners"] = Sentence("At most {most} people. Is it about all of them? Then choose nobody.", most=20)
    return list(dict.fromkeys(shown))
