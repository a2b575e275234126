"""How a difference of the register reads: its lines, before and after."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from service.advocacy.register_queries import Difference, Names
from service.kit import formats
from service.kit.i18n import LANGUAGES

KINDS = {
    "members": "New",
    "changed": "Changed",
    "left": "Left",
    "areas": "Areas and committees",
    "places": "Places",
    "twice": "To look at twice",
    "decided": "Decided",
}
_FIELDS = {
    "name": "Name",
    "family_name": "Family name",
    "party": "Party",
    "faction": "Group",
    "languages": "Languages",
    "email": "E-mail",
    "phone": "Telephone",
    "postal": "Postal address",
    "website": "Website",
}
_MOST_PLACES = 12


class Row(msgspec.Struct, frozen=True):
    """One thing that differs; each side has lines."""

    label: str
    before: list[str]
    after: list[str]


class Worded(msgspec.Struct, frozen=True):
    difference: Difference
    what: str
    rows: list[Row]


def worded(difference: Difference, names: Names) -> Worded:
    words = {"member": _member, "area": _names, "committee": _names, "places": _places}[difference.subject]
    rows = [row for row in words(difference, names) if row.before or row.after]
    return Worded(difference, _what(difference), rows)


def _what(difference: Difference) -> str:
    if difference.subject == "member":
        return {"new": "New member", "left": "No longer a member", "changed": "Member"}[difference.kind]
    called = {"area": "area", "committee": "committee", "places": "places"}[difference.subject]
    return f"New {called}" if difference.kind == "new" and difference.subject != "places" else called.capitalize()


def _member(difference: Difference, names: Names) -> Iterator[Row]:
    before, after = difference.before, difference.after
    for field, label in _FIELDS.items():
        if field in after:
            yield Row(label, _lines(before.get(field)), _lines(after[field]))
    yield Row(
        "Mandates",
        [_mandate(each, names) for each in before.get("mandates", ())],
        [_mandate(each, names) for each in after.get("mandates", ())],
    )
    was, then = ({_key(each): each for each in side.get("seats", ())} for side in (before, after))
    changed = [key for key in sorted({*was, *then}) if was.get(key) != then.get(key)]
    yield Row(
        "Committees",
        [_seat(was[key], names) for key in changed if key in was],
        [_seat(then[key], names) for key in changed if key in then],
    )
    if "ids" in after and difference.kind != "new":
        yield Row("Known as", [], [f"{scheme} {id}" for scheme, id in after["ids"].items()])


def _names(difference: Difference, _called: Names) -> Iterator[Row]:
    was, then = difference.before.get("names", {}), difference.after.get("names", {})
    changed = [language for language in then if was.get(language) != then[language]]
    yield Row(
        "Names",
        [_named(language, was[language]) for language in changed if language in was],
        [_named(language, then[language]) for language in changed],
    )
    valid = [side.get("valid_until") for side in (difference.before, difference.after)]
    if valid[0] != valid[1]:
        yield Row("Until", _days(valid[0]), _days(valid[1]))


def _places(difference: Difference, _called: Names) -> Iterator[Row]:
    yield Row("No longer", _some(difference.after["gone"]), [])
    yield Row("New", [], _some(difference.after["added"]))


def _some(places: list[Any]) -> list[str]:
    shown = [f"{postcode} {town}" for postcode, town, _since, _until in places[:_MOST_PLACES]]
    more = len(places) - len(shown)
    return [*shown, f"and {more:,} more"] if more else shown


def _mandate(said: Mapping[str, Any], names: Names) -> str:
    area = names.areas.get(f"{said.get('kind', '')} {said.get('area', '')}", said.get("area", ""))
    where = f", {area}" if area else ""
    return f"{names.parliaments.get(said['parliament'], said['parliament'])}{where}{_span(said)}"


def _seat(said: Mapping[str, Any], names: Names) -> str:
    name = names.committees.get(_key(said), said["code"])
    role = f", {said['role']}" if said.get("role") else ""
    return f"{name}{role}{_span(said)}"


def _span(said: Mapping[str, Any]) -> str:
    since, until = said.get("since"), said.get("until")
    return (f" since {_day(since)}" if since else "") + (f" until {_day(until)}" if until else "")


def _key(seat: Mapping[str, Any]) -> str:
    return f"{seat['parliament']} {seat['code']}"


def _lines(value: Any) -> list[str]:
    if isinstance(value, list):
        return [", ".join(value)] if value else []
    return str(value).splitlines() if value else []


def _named(language: str, name: str) -> str:
    return f"{LANGUAGES.get(language, language)}: {name}" if language else name


def _days(said: str | None) -> list[str]:
    return [_day(said)] if said else []


def _day(said: str) -> str:
    day: str = formats.filters("en")["day"](date.fromisoformat(said))
    return day
