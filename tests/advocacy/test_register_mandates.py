"""What becomes of Rosa's mandates by what a file of 22 November 2026 says."""

from datetime import date

from service.advocacy import register_mandates
from service.advocacy.register import found
from service.advocacy.register_known import Mandate, Seat

ON = date(2026, 11, 22)
COUNCIL = {"ch-nr"}
HERS = Mandate("ch-nr", "canton", "BE", date(2023, 12, 4), None, 7)


def said(area: str = "BE", since: str = "2023-12-04", until: str = "", parliament: str = "ch-nr") -> found.Mandate:
    first, last = (date.fromisoformat(day) if day else None for day in (since, until))
    return found.Mandate(parliament, "canton", area, first, last)


def after(*mandates: found.Mandate, known: tuple[Mandate, ...] = (HERS,), election: bool = False) -> list[Mandate]:
    return register_mandates.after(mandates, known, COUNCIL, ON, election)


def test_what_the_file_says_too_goes_on():
    assert after(said()) == [HERS]


def test_an_end_that_the_file_knows_is_taken_over():
    [one] = after(said(until="2026-12-31"))
    assert (one.id, one.until) == (7, date(2026, 12, 31))


def test_an_end_that_we_know_and_the_file_does_not_yet_stays():
    ends = Mandate("ch-nr", "canton", "BE", date(2023, 12, 4), date(2026, 12, 5), 7)
    assert after(said(), known=(ends,)) == [ends]


def test_what_was_over_on_the_day_ends_when_the_file_says():
    [one] = after(said(until="2026-10-31"))
    assert one.until == date(2026, 10, 31)


def test_a_new_term_ends_the_old_one_the_day_before():
    old, new = after(said(since="2026-11-10"))
    assert (old.id, old.until) == (7, date(2026, 11, 9))
    assert (new.id, new.since) == (0, date(2026, 11, 10))


def test_without_a_first_day_on_either_side_it_is_the_same_mandate():
    unknown = Mandate("ch-nr", "canton", "BE", None, None, 7)
    assert after(said(since=""), known=(unknown,)) == [unknown]
    assert after(said(since="")) == [HERS]
    assert after(said(), known=(unknown,)) == [HERS]


def test_who_comes_back_without_a_first_day_begins_on_the_day_of_the_file():
    over = Mandate("ch-nr", "canton", "BE", None, date(2020, 1, 1), 7)
    assert after(said(since=""), known=(over,)) == [Mandate("ch-nr", "canton", "BE", ON)]


def test_who_is_new_after_an_election_begins_on_its_day_and_else_nobody_knows():
    assert after(said(since=""), known=(), election=True)[0].since == ON
    assert after(said(since=""), known=())[0].since is None


def test_a_mandate_that_begins_later_is_not_ended_by_a_file_that_does_not_know_it_yet():
    coming = Mandate("ch-nr", "canton", "BE", date(2026, 12, 1), None, 8)
    assert after(said(), known=(HERS, coming)) == [HERS]
    assert after(said(), said(since="2026-12-01"), known=(HERS, coming)) == [HERS]


def test_other_chambers_are_not_touched():
    senator = Mandate("ch-sr", "canton", "BE", date(2023, 12, 4), None, 9)
    assert after(said(), known=(HERS, senator)) == [HERS]
    assert register_mandates.left([HERS, senator], COUNCIL, ON) == [
        Mandate("ch-nr", "canton", "BE", date(2023, 12, 4), date(2026, 11, 21), 7)
    ]


def test_a_mandate_never_ends_before_it_began():
    today = Mandate("ch-nr", "canton", "BE", ON, None, 7)
    assert register_mandates.left([today], COUNCIL, ON)[0].until == ON


def test_of_several_times_in_one_committee_the_last_counts():
    names = {"de": "APK"}
    seats = [
        found.Seat("ch-nr", "APK", names, "Präsidentin", date(2025, 1, 1), date(2027, 1, 1)),
        found.Seat("ch-nr", "APK", names, "Mitglied", date(2026, 1, 1), None),
        found.Seat("ch-nr", "APK", names, "Mitglied", date(2019, 1, 1), date(2023, 1, 1)),
    ]
    known = [Seat("ch-nr", "FK", "", date(2023, 12, 4)), Seat("ch-nr", "APK", "Mitglied", date(2023, 12, 4))]
    assert register_mandates.seats_after(seats, known, COUNCIL, ON) == [
        Seat("ch-nr", "APK", "Mitglied", date(2026, 1, 1)),
        Seat("ch-nr", "FK", "", date(2023, 12, 4), date(2026, 11, 21)),
    ]
