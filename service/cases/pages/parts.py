"""The forms of a record, one for each of its parts: which fields they have, and how these are typed and read."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from service.cases import names
from service.cases.records import Facility, Record
from service.cases.tables import Publication, State
from service.kit.i18n import LANGUAGES
from service.kit.web import Form

GENDERS = {"f": "Woman", "m": "Man", "": "Not known"}
STATES = {
    State.DETAINED: "Detained",
    State.RELEASED: "Released",
    State.DIED: "Died",
}
CONSENTS = [
    (Publication.FULL, "Everything", "Name, photo, address and birthday stand on the site and in mails."),
    (
        Publication.INITIALS,
        "Initials alone",
        "“M. K.”, the years and the articles; no photo, no address, no birthday, no biography.",
    ),
    (Publication.HIDDEN, "Nothing", "Nowhere on the site, in no mail, in no list to write to."),
]
_DATE = "As far as it is known: 1984-06-02, 1984-06 or 1984."


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """`kind`: text, long, lines, select, radios, checkbox or languages (one text for each of ours)."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    options: Any = ()
    empty: str | None = None
    lang: str | None = None
    most: int = 200


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """`stops`: saying this may stop mails that have not left yet."""

    key: str
    title: str
    intro: str
    inputs: tuple[Input, ...]
    stops: str = ""


_NAMES = Part(
    key="names",
    title="Names and birth",
    intro="All forms are searched, in every spelling. The Russian or Belarusian one stands on envelopes.",
    inputs=(
        Input(
            name="name_latin",
            label="Name in Latin letters",
            hint="As in the passport. If it is empty, the Cyrillic name is written as passports would.",
        ),
        Input(name="name_be", label="Name in Belarusian", lang="be"),
        Input(
            name="name_ru", label="Name in Russian", lang="ru", hint="Stands on envelopes; else the Belarusian one."
        ),
        Input(name="other_names", label="Other spellings", kind="lines", hint="One in each line. Nobody sees them."),
        Input(
            name="born",
            label="Born",
            most=10,
            hint="As far as it is known: 1984-06-02, 1984-06, 1984; or --06-02 without the year.",
        ),
        Input(name="gender", label="Gender", kind="radios", options=GENDERS),
    ),
)
_CASE = Part(
    key="case",
    title="Case",
    intro="What this person is accused of and sentenced to.",
    inputs=(
        Input(name="arrested_on", label="Detained on", hint=_DATE, most=10),
        Input(name="verdict_on", label="Sentenced on", hint=_DATE, most=10),
        Input(name="articles", label="Articles", kind="lines", hint="One in each line, for example 342 ч. 1."),
        Input(
            name="sentence", label="Sentence", kind="languages", hint="For example: three years in a penal colony."
        ),
    ),
)
_PLACE = Part(
    key="place",
    title="Place",
    intro="Where letters go to.",
    inputs=(
        Input(name="facility", label="Facility", kind="select", empty="Not known, or none of ours"),
        Input(name="moved_on", label="Since when", hint=f"Of a transfer. {_DATE}", most=10),
        Input(
            name="whereabouts",
            label="In other words",
            hint="What is known of the place where it is none of our facilities.",
            most=400,
        ),
        Input(
            name="weight",
            label="Needs mail",
            kind="radios",
            options={1: "As others do", 2: "Twice as much", 3: "3 times", 4: "4 times", 5: "5 times"},
            hint="Whoever is isolated or gets no mail is given to more writers.",
        ),
    ),
    stops="Whoever was given this person would write to the old address",
)
_TEXTS = Part(
    key="texts",
    title="Biography",
    intro="A few warm sentences in each language: who this person is, not only what happened.",
    inputs=(Input(name="biography", label="Biography", kind="languages"),),
)
_STATE = Part(
    key="state",
    title="Release or death",
    intro="What mails and letters go by. What each organisation says stands with the statuses.",
    inputs=(
        Input(name="state", label="State", kind="radios", options=STATES),
        Input(name="released_on", label="Released on", hint=_DATE, most=10),
        Input(name="died_on", label="Died on", hint=_DATE, most=10),
    ),
    stops="A release or a death takes this person out of every mail that has not left",
)
_CONSENT = Part(
    key="consent",
    title="Consent",
    intro="What this person, or the family, agreed to have said.",
    inputs=(
        Input(name="publication", label="May be shown", kind="radios", options=CONSENTS),
        Input(
            name="vetoed",
            label="The relatives do not want anything to be published",
            kind="checkbox",
            hint="Hides this person at once, whatever else was agreed, until they take it back.",
        ),
        Input(
            name="veto_note",
            label="Who said so, and when",
            hint="For us alone. Please no address and no telephone number.",
            most=300,
        ),
    ),
    stops="Showing less takes this person out of every mail that has not left",
)
PARTS = {part.key: part for part in (_NAMES, _CASE, _PLACE, _TEXTS, _STATE, _CONSENT)}
NEW = Part(
    key="new",
    title="New prisoner",
    intro="The name is enough to begin with; everything else can follow.",
    inputs=(*_NAMES.inputs, _CASE.inputs[0], _CASE.inputs[2], _PLACE.inputs[0], _CONSENT.inputs[0]),
)


def places(facilities: list[Facility]) -> dict[int, str]:
    """The options of a choice of facility."""
    return {place.id: ", ".join(filter(None, (place.name, place.town))) for place in facilities}


def typed(part: Part, record: Record) -> dict[str, str]:
    """The texts of the fields as they are kept, by the names of the form."""
    texts: dict[str, str] = {}
    for one in part.inputs:
        texts |= _written(one, _kept(record, one.name))
    return texts


def sent(part: Part, form: Form) -> dict[str, str]:
    """What was typed, as it is shown again if it cannot be taken."""
    texts: dict[str, str] = {}
    for one in part.inputs:
        if one.kind == "languages":
            texts |= {f"{one.name}.{language}": form.lines(f"{one.name}.{language}") for language in LANGUAGES}
        else:
            texts[one.name] = form.lines(one.name) if one.kind == "lines" else form.text(one.name, 2000)
    return texts


def values(part: Part, texts: Mapping[str, str]) -> dict[str, Any]:
    """For editing.py, which says what does not fit."""
    given = {one.name: _READ.get(one.name, _as_it_is)(_of(one, texts)) for one in part.inputs}
    if "name_latin" in given:
        given["name_latin"] = given["name_latin"] or names.latin(given["name_be"] or given["name_ru"])
    return given


def differing(mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """What somebody else has saved meanwhile, where it is not what was typed here."""
    return {name: text for name, text in theirs.items() if mine.get(name, "") != text}


def _kept(record: Record, name: str) -> Any:
    if name == "vetoed":
        return record.vetoed_at is not None
    return "" if name == "moved_on" else getattr(record, name)


def _written(one: Input, value: Any) -> dict[str, str]:
    if one.kind == "languages":
        return {f"{one.name}.{language}": value.get(language, "") for language in LANGUAGES}
    if one.kind == "lines":
        return {one.name: "\n".join(value)}
    if one.kind == "checkbox":
        return {one.name: "yes" if value else ""}
    return {one.name: "" if value is None else str(value)}


def _of(one: Input, texts: Mapping[str, str]) -> Any:
    if one.kind == "languages":
        given = {language: texts[f"{one.name}.{language}"] for language in LANGUAGES}
        return {language: text for language, text in given.items() if text}
    if one.kind == "lines":
        return texts[one.name].splitlines()
    return bool(texts[one.name]) if one.kind == "checkbox" else texts[one.name]


def _as_it_is(value: Any) -> Any:
    return value


def _number(text: str) -> Any:
    """As the choice means it; what is none of its numbers stays a text, which no check lets pass."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else text or None


_READ: dict[str, Callable[[Any], Any]] = {"facility": _number, "weight": _number}
