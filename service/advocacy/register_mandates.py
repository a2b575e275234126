"""What becomes of somebody's mandates and seats by what a file says. Pure.

A file may hold everybody who ever sat there: what was over on its day is not taken over, and ends what we have.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from service.advocacy.register import found
from service.advocacy.register_known import CommitteeKey, Mandate, Seat

_A_DAY = timedelta(days=1)


def is_over(until: date | None, on: date) -> bool:
    return until is not None and until < on


def is_current(mandate: found.Mandate | Mandate, on: date) -> bool:
    """Also one that begins later."""
    return not is_over(mandate.until, on)


def ours(known: Sequence[Mandate], chambers: Collection[str], on: date) -> list[Mandate]:
    """Those of these chambers that a file about the day `on` can say something of."""
    return [
        one for one in known if one.parliament in chambers and is_current(one, on) and (one.since or date.min) <= on
    ]


def after(
    said: Sequence[found.Mandate], known: Sequence[Mandate], chambers: Collection[str], on: date, is_election: bool
) -> list[Mandate]:
    """What `ours` are then: those that go on, that end, and the new ones."""
    unmatched = ours(known, chambers, on)
    going_on, new = [], []
    for one in (each for each in said if is_current(each, on)):
        same = _same(one, unmatched)
        if same:
            unmatched.remove(same)
            going_on.append(replace(same, since=same.since or one.since, until=one.until or same.until))
        elif not _is_known(one, known):
            new.append(_new(one, known, on, is_election))
    return going_on + [_ended(one, said, new, on) for one in unmatched] + new


def left(known: Sequence[Mandate], chambers: Collection[str], on: date) -> list[Mandate]:
    """Of somebody who does not stand in the file."""
    return [_ending(one, on - _A_DAY) for one in ours(known, chambers, on)]


def seats_after(said: Sequence[found.Seat], known: Sequence[Seat], chambers: Collection[str], on: date) -> list[Seat]:
    """As `after`; of several times in one committee the last counts."""
    current: dict[CommitteeKey, found.Seat] = {}
    for one in said:
        key = (one.parliament, one.code)
        if not is_over(one.until, on) and (key not in current or _later(one, current[key])):
            current[key] = one
    before = {(one.parliament, one.code): one for one in our_seats(known, chambers, on)}
    then = []
    for key in sorted({*before, *current}):
        if key in current:
            then.append(_seat(current[key], before.get(key)))
        else:
            then.append(replace(before[key], until=max(on - _A_DAY, before[key].since or date.min)))
    return then


def our_seats(known: Sequence[Seat], chambers: Collection[str], on: date) -> list[Seat]:
    return sorted(
        (one for one in known if one.parliament in chambers and not is_over(one.until, on)),
        key=lambda one: (one.parliament, one.code),
    )


def _same(one: found.Mandate, among: Sequence[Mandate]) -> Mandate | None:
    """The same since, or where one side does not say since when."""
    alike = [each for each in among if _place(each) == _place(one)]
    exactly = (each for each in alike if each.since == one.since)
    return next(exactly, None) or next((each for each in alike if not (each.since and one.since)), None)


def _is_known(one: found.Mandate, known: Sequence[Mandate]) -> bool:
    """One that begins later, and that we have already."""
    return any(_place(each) == _place(one) and each.since == one.since and one.since for each in known)


def _new(one: found.Mandate, known: Sequence[Mandate], on: date, is_election: bool) -> Mandate:
    """Where a file does not say since when, somebody who comes back does so on its day."""
    returns = any(each.parliament == one.parliament for each in known)
    since = one.since or (on if is_election or returns else None)
    return Mandate(one.parliament, one.kind, one.area, since, one.until)


def _ended(one: Mandate, said: Sequence[found.Mandate], new: Sequence[Mandate], on: date) -> Mandate:
    """On the day that the file says, else before the new one begins, else before the file's day."""
    told = [each.until for each in said if _place(each) == _place(one) and each.until and each.since == one.since]
    begins = [each.since for each in new if each.parliament == one.parliament and each.since]
    return _ending(one, told[0] if told else (min(begins) if begins else on) - _A_DAY)


def _ending(one: Mandate, until: date) -> Mandate:
    """Never before it began."""
    return replace(one, until=max(until, one.since or date.min))


def _seat(one: found.Seat, before: Seat | None) -> Seat:
    if before is None:
        return Seat(one.parliament, one.code, one.role, one.since, one.until)
    return replace(
        before,
        role=one.role or before.role,
        since=one.since or before.since,
        until=one.until or before.until,
    )


def _later(one: found.Seat, other: found.Seat) -> bool:
    return (one.until or date.max, one.since or date.min) > (other.until or date.max, other.since or date.min)


def _place(mandate: found.Mandate | Mandate) -> tuple[str, str, str]:
    return mandate.parliament, mandate.kind, mandate.area
