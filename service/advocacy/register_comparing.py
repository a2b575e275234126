"""A file of members or places compared with the register: what it says otherwise. Pure; nothing is changed here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from service.advocacy import register_areas, register_mandates
from service.advocacy.register import found
from service.advocacy.register.found import Found
from service.advocacy.register_difference import Difference, Question, doubt, plain
from service.advocacy.register_known import Known, Member

FIELDS = ("name", "family_name", "party", "faction", "languages", "email", "phone", "postal", "website")
CONTACTS = {
    "email": "e-mail address",
    "phone": "telephone number",
    "postal": "postal address",
    "website": "website",
}
BY_NAME = "We know this member by the name alone. Please make sure that it is the same person."
SAME_NAME = "Several people are called so. Please make sure that this is somebody new."
ELSEWHERE = "What stands here is from another source: {source}"
NO_CONTACT = "The file has no {field} any more where it had one."


class Comparison(msgspec.Struct):
    """`confirmed`: the members whose contact the file says as we have it."""

    differences: list[Difference] = []
    confirmed: list[int] = []


def compare(file: Found, known: Known, asked: Question) -> Comparison:
    result = _Comparing(file, known, asked).all()
    return Comparison(register_areas.compare(file, known, asked) + result.differences, result.confirmed)


def schemes(file: Found) -> set[str]:
    return {scheme for member in file.members for scheme in member.ids}


def chambers(file: Found) -> set[str]:
    """Of whom the file speaks."""
    return {mandate.parliament for member in file.members for mandate in member.mandates}


def kinds(file: Found) -> set[tuple[str, str]]:
    """Country and kind of the areas whose places stand in it."""
    return {(place.country, place.kind) for place in file.places}


class _Comparing:
    def __init__(self, file: Found, known: Known, asked: Question) -> None:
        self._file = file
        self._known = known
        self._asked = asked
        self._on = asked.as_of
        self._chambers = chambers(file)
        self._has_seats = any(member.seats for member in file.members)
        self._has = {field: any(getattr(member, field) for member in file.members) for field in CONTACTS}

    def all(self) -> Comparison:
        result = Comparison([], [])
        by_id = {item: member for member in self._known.members for item in member.external.items()}
        by_name: dict[str, list[Member]] = defaultdict(list)
        for member in self._known.members:
            by_name[member.name.casefold()].append(member)
        seen: set[int] = set()
        for said in self._file.members:
            ours = next((by_id[item] for item in said.ids.items() if item in by_id), None)
            if not ours and not self._sits(said):
                continue
            namesakes = [] if ours else self._strangers(said, by_name[said.name.casefold()], seen)
            if len(namesakes) == 1:
                ours = namesakes[0]
            if ours is None:
                result.differences.append(self._new(said, SAME_NAME if namesakes else ""))
                continue
            seen.add(ours.id)
            self._known_one(said, ours, BY_NAME if namesakes else "", result)
        if self._asked.whole:
            result.differences += self._gone(seen)
        return result

    def _sits(self, said: found.Member) -> bool:
        return any(register_mandates.is_current(mandate, self._on) for mandate in said.mandates)

    def _strangers(self, said: found.Member, namesakes: Sequence[Member], seen: set[int]) -> list[Member]:
        """Of the same name, and whom this source does not know as somebody else."""
        return [one for one in namesakes if one.id not in seen and not (one.external.keys() & said.ids.keys())]

    def _new(self, said: found.Member, twice: str) -> Difference:
        mandates = register_mandates.after(said.mandates, (), self._chambers, self._on, self._asked.is_election)
        seats = register_mandates.seats_after(said.seats, (), self._chambers, self._on)
        details = {field: plain(getattr(said, field)) for field in FIELDS if getattr(said, field)}
        after = {"ids": dict(said.ids), **details, "mandates": plain(mandates), "seats": plain(seats)}
        return Difference(subject="member", kind="new", label=said.name, after=after, twice=twice)

    def _known_one(self, said: found.Member, ours: Member, twice: str, result: Comparison) -> None:
        if not self._sits(said) and not register_mandates.ours(ours.mandates, self._chambers, self._on):
            return
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for field in FIELDS:
            value = getattr(said, field)
            value = list(value) if field == "languages" else value
            if value and value != getattr(ours, field):
                before[field], after[field] = getattr(ours, field), value
        elsewhere = self._contact_doubt(ours, after)
        twice = twice or elsewhere or self._silence(said, ours, before, after)
        if new := {scheme: id for scheme, id in said.ids.items() if ours.external.get(scheme) != id}:
            after["ids"] = new
        kind = self._times(said, ours, before, after)
        if after:
            result.differences.append(
                Difference(
                    subject="member",
                    kind=kind,
                    label=ours.name,
                    representative=ours.id,
                    before=before,
                    after=after,
                    twice=twice,
                )
            )
        if not after.keys() & CONTACTS.keys() and any(getattr(said, field) for field in CONTACTS):
            result.confirmed.append(ours.id)

    def _times(self, said: found.Member, ours: Member, before: dict[str, Any], after: dict[str, Any]) -> str:
        """Writes down mandates and seats where they differ; which kind of difference it is."""
        mine = register_mandates.ours(ours.mandates, self._chambers, self._on)
        then = register_mandates.after(
            said.mandates, ours.mandates, self._chambers, self._on, self._asked.is_election
        )
        if _set(then) != _set(mine):
            before["mandates"], after["mandates"] = plain(mine), plain(then)
        seats = register_mandates.our_seats(ours.seats, self._chambers, self._on)
        seats_then = register_mandates.seats_after(said.seats, ours.seats, self._chambers, self._on)
        if self._has_seats and seats_then != seats:
            before["seats"], after["seats"] = plain(seats), plain(seats_then)
        stays = any(register_mandates.is_current(one, self._on) for one in then)
        return "left" if mine and not stays else "changed"

    def _contact_doubt(self, ours: Member, after: Mapping[str, Any]) -> str:
        """A contact that was entered from elsewhere is not changed unseen."""
        touched = any(field in after and getattr(ours, field) for field in CONTACTS)
        elsewhere = touched and ours.source and ours.source != self._asked.source
        return ELSEWHERE.format(source=ours.source)[:200] if elsewhere else ""

    def _silence(self, said: found.Member, ours: Member, before: dict[str, Any], after: dict[str, Any]) -> str:
        """What this source said once and says no more, where it says the like of others."""
        twice = ""
        for field in CONTACTS:
            was = getattr(ours, field)
            if was and not getattr(said, field) and self._has[field] and ours.source == self._asked.source:
                before[field], after[field] = was, ""
                twice = NO_CONTACT.format(field=CONTACTS[field])
        return twice

    def _gone(self, seen: set[int]) -> list[Difference]:
        """Who has a mandate in one of the file's chambers and does not stand in it."""
        sitting = [
            (one, mine)
            for one in self._known.members
            if (mine := register_mandates.ours(one.mandates, self._chambers, self._on))
        ]
        missing = [(one, mine) for one, mine in sitting if one.id not in seen]
        why = doubt(len(missing), len(sitting), bool(self._file.unread), many_leave=self._asked.is_election)
        return [self._left(one, mine, why) for one, mine in missing]

    def _left(self, one: Member, mine: Sequence[Any], why: str) -> Difference:
        then = register_mandates.left(one.mandates, self._chambers, self._on)
        return Difference(
            subject="member",
            kind="left",
            label=one.name,
            representative=one.id,
            before={"mandates": plain(mine)},
            after={"mandates": plain(then)},
            twice=why,
        )


def _set(mandates: Sequence[Any]) -> set[Any]:
    return {msgspec.structs.astuple(one) for one in mandates}
