from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.delivery import places, slowing, waiting
from service.delivery.domains import Domains
from service.delivery.slowing import Limit
from service.delivery.strain import Strain
from service.delivery.waiting import Line, Waiting
from service.kit import clock

LANES = 24
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SLOW, QUICK = 1, 2


class Watch:
    """Time that passes when it is told to."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def known(watch: Watch) -> Domains:
    """Both domains have been written to, and one takes 5 seconds."""
    domains = Domains(watch)
    for _mail in range(20):
        domains.answered(domains.get(QUICK), 0.01, True)
    domains.answered(domains.get(SLOW), 5.0, True)
    return domains


def rows(*domains: int | None) -> list[Waiting]:
    return [Waiting({"id": number}, domain) for number, domain in enumerate(domains)]  # type: ignore[arg-type]


def test_whose_letters_are_written_ahead_are_the_next_in_their_order(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(QUICK, QUICK, QUICK, QUICK))
    line.next()
    assert [waiting.row["id"] for waiting in line.soon(2)] == [1, 2]


def all_that_go(line: Line, **how: Any) -> list[Waiting]:
    """Those whose turn it is now; their domains are being asked."""
    gone = []
    while found := line.next(**how):
        line.ask(found)
        gone.append(found)
    return gone


def back(line: Line, *gone: Waiting) -> None:
    for one in gone:
        line.heard(one)
        line.back(one)


def domains_of(gone: list[Waiting]) -> Counter[int | None]:
    return Counter(one.domain for one in gone)


def test_who_came_first_goes_first(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[QUICK] * 10))
    assert [one.row["id"] for one in all_that_go(line)] == list(range(10))


def test_a_slow_domain_takes_an_eighth_of_the_lanes_and_the_others_pass_by(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[SLOW] * 10, *[QUICK] * 10))
    assert domains_of(all_that_go(line)) == {SLOW: 3, QUICK: 10}
    assert not line.is_over


def test_a_lane_that_comes_back_from_a_slow_domain_goes_there_again(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[SLOW] * 10))
    first, *_others = all_that_go(line)
    line.answered(first, 5.0, True)
    back(line, first)
    assert [one.row["id"] for one in all_that_go(line)] == [3]


def test_when_nobody_else_waits_a_slow_domain_has_half_of_the_lanes(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[SLOW] * 20))
    assert len(all_that_go(line, last=True)) == LANES // 2


def test_a_domain_that_has_not_answered_yet_is_tried_with_few(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[3] * 12, QUICK))
    gone = all_that_go(line)
    assert domains_of(gone) == {3: 3, QUICK: 1}
    line.answered(gone[0], 0.01, True)
    back(line, gone[0])
    assert len(all_that_go(line)) == 9


def test_where_nobody_else_waits_it_may_have_all_lanes_before_its_first_answer(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[3] * 12))
    assert len(all_that_go(line)) == 12


def test_a_quick_domain_that_falls_silent_gets_no_more_lanes(known: Domains, watch: Watch) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[QUICK] * 4))
    all_that_go(line)
    watch.seconds += 2
    line.add(rows(*[QUICK] * 10, *[3] * 2))
    assert domains_of(all_that_go(line)) == {3: 2}


def test_who_waits_too_long_for_a_slow_domain_is_put_off_at_its_pace(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[SLOW] * 200, QUICK))
    with clock.at(NOON):
        assert domains_of(all_that_go(line)) == {SLOW: 3, QUICK: 1}
        off = line.put_off()
    assert [one.id for one in off] == list(range(3 + waiting.ASIDE_OF_ONE, 200))
    assert {one.state for one in off} == {"queued"} and {one.domain for one in off} == {SLOW}
    due = [(one.due_at - NOON).total_seconds() for one in off if one.due_at]
    # Twelve lanes with 5 seconds each are 2.4 a second, behind the 50 that wait here.
    assert due == sorted(due) and due[0] == pytest.approx(51 / 2.4) and due[-1] == pytest.approx(197 / 2.4)
    assert line.put_off() == []


def test_nobody_is_put_off_for_longer_than_half_an_hour(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[SLOW] * 5000))
    with clock.at(NOON):
        all_that_go(line)
        assert max(one.due_at for one in line.put_off() if one.due_at) == NOON + timedelta(minutes=30)


def test_nobody_is_put_off_before_it_is_known_that_the_domain_is_slow(known: Domains, watch: Watch) -> None:
    line = Line(LANES, known=known)
    line.add(rows(QUICK, *[3] * 1000))
    assert domains_of(all_that_go(line)) == {QUICK: 1, 3: 3}
    assert line.put_off() == [] and not line.is_over
    watch.seconds += 1
    all_that_go(line)
    assert line.put_off()


def test_a_domain_that_bears_two_conversations_has_two(known: Domains) -> None:
    line = Line(LANES, known=known)
    known.bound({QUICK: Limit(connections=2)})
    line.add(rows(*[QUICK] * 5, *[3] * 3))
    assert domains_of(all_that_go(line)) == {QUICK: 2, 3: 3}


def test_two_workers_share_what_a_domain_bears(known: Domains) -> None:
    line = Line(LANES, known=known)
    known.bound({QUICK: Limit(connections=4)})
    line.look_again(workers=2)
    line.add(rows(*[QUICK] * 5))
    assert len(all_that_go(line)) == 2


def test_a_bound_that_is_gone_lets_those_aside_go(known: Domains) -> None:
    line = Line(LANES, known=known)
    known.bound({QUICK: Limit(connections=1)})
    line.add(rows(*[QUICK] * 5))
    assert len(all_that_go(line)) == 1
    known.bound({})
    line.look_again(workers=1)
    assert len(all_that_go(line)) == 4


def test_mails_to_one_person_do_not_wait_for_what_campaigns_learned(known: Domains) -> None:
    line = Line(4, bounded=False, known=known)
    known.bound({QUICK: Limit(per_second=0.05, connections=1)})
    line.add(rows(*[QUICK] * 4))
    assert len(all_that_go(line)) == 4


async def test_a_domain_that_bears_two_a_second_gets_two_a_second(
    database: None, known: Domains, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOMENT", 0.01)
    [id] = (await places.domains(["example.net"])).values()
    line = Line(LANES, known=known)
    with clock.at(NOON):
        known.bound({id: Limit(per_second=2)})
    line.add(rows(*[id] * 5, *[QUICK] * 2))
    sent = []
    for tick in range(20):
        with clock.at(NOON + timedelta(seconds=tick / 10)):
            line.look_again(workers=1)
            gone = all_that_go(line)
            await line.change()
            for one in gone + all_that_go(line):
                back(line, one)
                sent += [tick] if one.domain == id else []
    line.close()
    assert sent == [0, 5, 10, 15]


async def test_who_waits_is_told_when_a_lane_comes_back(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[SLOW] * 4))
    first = all_that_go(line)[0]
    back(line, first)
    await line.change()
    assert line.next()


def test_what_is_far_from_any_domain_goes_too(known: Domains) -> None:
    line = Line(LANES, known=known)
    line.add(rows(None, QUICK))
    gone = all_that_go(line)
    back(line, *gone)
    assert len(gone) == 2 and line.is_over


def test_a_domain_is_not_slow_because_we_wait_for_our_own_server(known: Domains, watch: Watch) -> None:
    line = Line(LANES, known=known)
    line.add(rows(*[QUICK] * 200, 3))
    first = [found for _lane in range(LANES) if (found := line.next())]
    watch.seconds += 10
    back_again = [line.back(one) for one in first]
    assert len(back_again) == LANES and domains_of(all_that_go(line)) == {QUICK: 200 - LANES, 3: 1}
    assert line.put_off() == []


async def test_what_is_opened_behind_others_is_no_conversation_that_a_domain_complains_about(database: None) -> None:
    [quick] = (await places.domains(["quick.example.net"])).values()
    line = Line(LANES)
    line.add(rows(*[quick] * 6))
    asked, *_opened_behind = [line.next() for _mail in range(6)]
    assert asked
    line.ask(asked)
    line.heard(asked)
    await line.strained(asked, Strain.CONNECTIONS, "too many connections")
    assert (await slowing.limits())[quick].connections == 1
