"""Popolo JSON, as many parliaments' members are published: persons, organizations, memberships, posts, areas."""

import re
from calendar import monthrange
from collections.abc import Mapping
from functools import partial
from typing import Any

from service.advocacy.register import json_entries, values
from service.advocacy.register.found import Area, Found, Mandate, Member, NotARegister, Seat
from service.advocacy.register.telling import Entry, Telling
from service.kit import clock
from service.kit.i18n import Sentence

LISTS = ("persons", "organizations", "memberships", "posts", "areas", "events")
_CHAMBERS = {"legislature", "chamber", "upper house", "lower house", "parliament"}
_PARTIES = {"party", "political party"}
_FACTIONS = {"faction", "parliamentary group", "political group", "parliamentary_group", "fraction"}
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
_CODES, _ROLES, _KINDS = 40, 40, 20
_DEFAULT_KIND = "area"
Json = dict[str, Any]
Entries = dict[str, tuple[Entry, Json]]


def read(content: bytes, parliament: str) -> Found:
    """`parliament`: whose members these are, as in a Mandate. Raises NotARegister, also for two chambers at once."""
    telling = Telling()
    lists = _lists(content, telling)
    if not lists["persons"]:
        raise NotARegister(why="There are no persons in this file.")
    return _Register(lists, parliament, telling).found()


def _lists(content: bytes, telling: Telling) -> dict[str, Entries]:
    """By id; memberships, whose ids nobody needs, by their place."""
    lists: dict[str, Entries] = {name: {} for name in LISTS}
    for item in json_entries.entries(content):
        if item.name not in lists:
            continue
        entry, known = Entry(telling, item.line), lists[item.name]
        if not isinstance(item.value, dict):
            entry.tell(Sentence("This entry is no object."))
            continue
        id = str(len(known)) if item.name == "memberships" else _text(item.value, "id")
        entry.who = "" if item.name == "memberships" else values.shorten(id)
        if not id or id in known:
            entry.tell(Sentence("This id stands here a second time.") if id else Sentence("There is no id."))
        else:
            known[id] = (entry, item.value)
    for entry, person in lists["persons"].values():
        within = ({"person_id": _text(person, "id")} | each for each in _all(person, "memberships"))
        lists["memberships"] |= {f"{_text(person, 'id')} {place}": (entry, each) for place, each in enumerate(within)}
    return lists


class _Register:
    def __init__(self, lists: dict[str, Entries], parliament: str, telling: Telling) -> None:
        self._lists = lists
        self._parliament = parliament
        self._telling = telling
        self._areas: dict[str, Area] = {}
        self._memberships: dict[str, list[tuple[Entry, Json]]] = {}
        self._chamber = self._only_chamber()

    def found(self) -> Found:
        for entry, membership in self._lists["memberships"].values():
            person = _text(membership, "person_id")
            entry.who = values.shorten(person)
            if person not in self._lists["persons"]:
                entry.tell(Sentence("This membership is of nobody in the file."))
            elif self._body_of(membership) not in self._lists["organizations"]:
                entry.tell(Sentence("This membership is in no organization of the file."))
            else:
                self._memberships.setdefault(person, []).append((entry, membership))
        read = (entry.read(partial(self._member, entry, one), None) for entry, one in self._lists["persons"].values())
        members = [member for member in read if member]
        return Found(members=members, areas=list(self._areas.values()), unread=self._telling.all())

    def _only_chamber(self) -> str:
        chambers = {
            id: _text(body, "name")
            for id, (_entry, body) in self._lists["organizations"].items()
            if _class(body) in _CHAMBERS
        }
        # Of a parliament and its chambers it is the chamber that people are members of.
        sat_in = {self._body_of(each) for _entry, each in self._lists["memberships"].values()} & set(chambers)
        if len(sat_in) > 1:
            named = " and ".join(values.shorten(chambers[id]) or id for id in sorted(sat_in))
            raise NotARegister(why=f"There are several chambers in this file: {named}. Please import one at a time.")
        if not sat_in:
            raise NotARegister(why="Nobody in this file is a member of a chamber (an organization “legislature”).")
        return sat_in.pop()

    def _member(self, entry: Entry, person: Json) -> Member | None:
        """Raises Unreadable where it cannot be said who this is."""
        id = values.identity(_text(person, "id"))
        name = values.name(_text(person, "name"))
        memberships = self._memberships.get(id, [])
        terms = [term for each, one in memberships if (term := each.read(partial(self._mandate, one), None))]
        if not terms:
            entry.tell(Sentence("No membership of the chamber could be read, so this person was left out."))
            return None
        return Member(
            ids={f"popolo.{self._parliament}": id, **_identifiers(person)},
            name=name,
            family_name=entry.read(lambda: values.words(_text(person, "family_name")), ""),
            party=self._group(memberships, _PARTIES),
            faction=self._group(memberships, _FACTIONS),
            email=_contact(entry, person, "email", values.email, _text(person, "email")),
            phone=_contact(entry, person, "voice", values.phone) or _contact(entry, person, "phone", values.phone),
            postal=_contact(entry, person, "address", lambda text: values.postal(text.split("\n"))),
            website=_contact(entry, person, "url", values.website) or _website(entry, person),
            mandates=sorted(dict.fromkeys(terms), key=lambda term: str(term.since)),
            seats=[seat for each, one in memberships if (seat := each.read(partial(self._seat, one), None))],
        )

    def _mandate(self, membership: Json) -> Mandate | None:
        if self._body_of(membership) != self._chamber:
            return None
        self._must_stand(membership, "post_id", "posts")
        if not _text(membership, "start_date"):
            self._must_stand(membership, "legislative_period_id", "events")
        since, until = self._span(membership)
        kind, area = self._area(membership)
        return Mandate(self._parliament, kind, area, since, until)

    def _must_stand(self, membership: Json, name: str, among: str) -> None:
        id = _text(membership, name)
        if id and id not in self._lists[among]:
            raise values.unreadable("{shown} does not stand in the file.", id)

    def _body_of(self, membership: Json) -> str:
        """The organization itself, or that of the post."""
        return _text(membership, "organization_id") or _text(self._post(membership), "organization_id")

    def _post(self, membership: Json) -> Json:
        return self._lists["posts"].get(_text(membership, "post_id"), (None, {}))[1]

    def _period(self, membership: Json) -> Json:
        return self._lists["events"].get(_text(membership, "legislative_period_id"), (None, {}))[1]

    def _span(self, membership: Json) -> Any:
        """Those of the legislative period where the membership has none of its own."""
        period = self._period(membership)
        since, until = (_text(membership, name) or _text(period, name) for name in ("start_date", "end_date"))
        return values.span(_whole(since, first=True), _whole(until, first=False))

    def _area(self, membership: Json) -> tuple[str, str]:
        """Kind and code, both empty for who represents no area."""
        post = self._post(membership)
        id = _text(membership, "area_id") or _text(post, "area_id")
        inside = next((area for each in (membership, post) if isinstance(area := each.get("area"), dict)), None)
        if not id and not inside:
            return "", ""
        area = inside or self._lists["areas"].get(id, (None, None))[1]
        if area is None:
            raise values.unreadable("The area {shown} does not stand in the file.", id)
        return self._kept(area)

    def _kept(self, area: Json) -> tuple[str, str]:
        code = values.code(_text(area, "identifier") or values.identity(_text(area, "id")))
        kind = values.code(_class(area), _KINDS) or _DEFAULT_KIND
        since, until = values.span(_text(area, "start_date"), _text(area, "end_date"))
        country = self._parliament[:2].upper()
        self._areas[f"{kind}:{code}"] = Area(country, kind, code, _names(area), since, until)
        return kind, code

    def _group(self, memberships: list[tuple[Entry, Json]], kinds: set[str]) -> str:
        """On whose behalf somebody sits in the chamber, or of what else they are a member; the last that runs."""
        said: list[tuple[str, str]] = []
        for entry, one in memberships:
            since, until = entry.read(partial(self._span, one), (None, None))
            bodies = (_text(one, "on_behalf_of_id"), self._body_of(one))
            found = (self._lists["organizations"].get(id, (None, {}))[1] for id in bodies)
            said += [
                (f"{until or '9999'} {since or ''}", _text(body, "name")) for body in found if _class(body) in kinds
            ]
        last = max(said, default=("", ""))[1]
        return memberships[0][0].read(lambda: values.words(last), "") if memberships else ""

    def _seat(self, membership: Json) -> Seat | None:
        body = self._lists["organizations"].get(self._body_of(membership), (None, {}))[1]
        if "committee" not in _class(body):
            return None
        since, until = self._span(membership)
        role = values.words(_text(membership, "role"), _ROLES)
        return Seat(self._parliament, values.code(_text(body, "id"), _CODES), _names(body), role, since, until)


def _whole(day: str, first: bool) -> str:
    """Popolo's dates may be a year or a month alone: from its first to its last day."""
    if re.fullmatch(r"\d{4}", day, re.ASCII):
        return f"{day}-01-01" if first else f"{day}-12-31"
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", day, re.ASCII):
        last = monthrange(max(int(found[1]), 1), int(found[2]))[1]
        return f"{day}-01" if first else f"{day}-{last}"
    return day


def _names(around: Json) -> Mapping[str, str]:
    """Its name, and those that are said to be of a language."""
    named = {"": values.words(_text(around, "name"), values.LONGEST_NAME)}
    for other in _all(around, "other_names"):
        language = _text(other, "lang")[:2].lower()
        if _LANGUAGE.fullmatch(language) and not _is_over(other):
            named[language] = values.words(_text(other, "name"), values.LONGEST_NAME)
    if not any(named.values()):
        raise values.unreadable("{shown} has no name.", _text(around, "id"))
    return {language: name for language, name in named.items() if name}


def _identifiers(person: Json) -> dict[str, str]:
    return {
        scheme[:60]: values.identity(id)
        for each in _all(person, "identifiers")
        if (scheme := values.line(_text(each, "scheme"))) and (id := _text(each, "identifier"))
    }


def _contact(entry: Entry, person: Json, kind: str, read: Any, first: str = "") -> str:
    """The first that can be read and is not over."""
    details = (each for each in _all(person, "contact_details") if _text(each, "type") == kind and not _is_over(each))
    said = [first, *(_text(each, "value") for each in details)]
    return next((value for text in said if (value := entry.read(partial(read, text), ""))), "")


def _website(entry: Entry, person: Json) -> str:
    """Of the links the one that is called a website; Wikipedia and the like are none."""
    said = [_text(each, "url") for each in _all(person, "links") if "website" in _text(each, "note").lower()]
    return next((value for text in said if (value := entry.read(partial(values.website, text), ""))), "")


def _is_over(detail: Json) -> bool:
    """A contact or a name that the file itself says to be one of the past."""
    until = _text(detail, "valid_until") or _text(detail, "end_date")
    return bool(until) and until < clock.now().date().isoformat()


def _class(body: Json) -> str:
    return _text(body, "classification").lower()


def _text(around: Json, name: str) -> str:
    """Of a number too, for ids are numbers in some files."""
    said = around.get(name)
    if isinstance(said, int) and not isinstance(said, bool) and abs(said) < 10**18:
        return str(said)
    return said.strip() if isinstance(said, str) else ""


def _all(around: Json, name: str) -> list[Json]:
    said = around.get(name)
    return [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
