"""Fair shares, whatever there is: how many letters, how many people, how they were written to before."""

import time
from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from service.cases.allocation import Candidate, allot, quotas

chances = st.integers(0, 2**32).map(Random)
weights = st.integers(1, 7)
loads = st.integers(0, 12)
people = st.lists(st.tuples(loads, weights), max_size=25).map(
    lambda drawn: [Candidate(id, load, weight) for id, (load, weight) in enumerate(drawn, start=1)]
)
equals = st.lists(loads, min_size=1, max_size=25).map(
    lambda drawn: [Candidate(id, load) for id, load in enumerate(drawn, start=1)]
)


@given(people, st.integers(0, 30), st.integers(1, 5), chances)
def test_every_writer_gets_that_many_different_people_and_no_share_is_lost(candidates, writers, each, chance):
    state = chance.getstate()
    rows = allot(candidates, writers, each, chance)
    chance.setstate(state)
    shares = quotas(candidates, writers, each, chance)
    assert len(rows) == writers
    assert all(len(row) == len(set(row)) == min(each, len(candidates)) for row in rows)
    assert Counter(id for row in rows for id in row) == +Counter(shares)


@given(equals, st.integers(1, 40), st.integers(1, 5), chances)
def test_who_is_alike_differs_by_one_at_most(candidates, writers, each, chance):
    level = [Candidate(candidate.id, 3) for candidate in candidates]
    shares = quotas(level, writers, each, chance).values()
    assert max(shares) - min(shares) <= 1


@given(people, st.integers(1, 40), st.integers(1, 5), chances)
def test_nobody_stays_at_zero_while_somebody_gets_a_second_letter(candidates, writers, each, chance):
    shares = quotas(candidates, writers, each, chance)
    after = {candidate.id: candidate.load + shares[candidate.id] for candidate in candidates}
    if any(total == 0 for total in after.values()):
        assert all(after[candidate.id] < 2 for candidate in candidates if shares[candidate.id])


@given(people, st.integers(1, 40), st.integers(1, 5), chances)
def test_who_weighs_more_never_gets_less_than_an_equal_who_weighs_less(candidates, writers, each, chance):
    shares = quotas(candidates, writers, each, chance)
    for one in candidates:
        for other in candidates:
            if one.load == other.load and one.weight > other.weight:
                assert shares[one.id] >= shares[other.id]
            if one.weight == other.weight and one.load < other.load:
                assert shares[one.id] >= shares[other.id]


@given(equals, st.integers(1, 40), st.integers(1, 5), chances)
def test_no_letter_goes_to_somebody_while_another_who_could_have_it_has_two_less(candidates, writers, each, chance):
    shares = quotas(candidates, writers, each, chance)
    after = {candidate.id: candidate.load + shares[candidate.id] for candidate in candidates}
    fed = [after[id] for id, share in shares.items() if share]
    hungry = [after[id] for id, share in shares.items() if share < writers]
    if fed and hungry:
        assert max(fed) - min(hungry) <= 1


@given(people, st.integers(1, 12), st.integers(1, 5), chances)
def test_the_shares_are_those_of_giving_the_letters_out_one_by_one(candidates, writers, each, chance):
    shares = {candidate.id: 0 for candidate in candidates}
    for _letter in range(writers * min(each, len(candidates))):
        open_to_more = [candidate for candidate in candidates if shares[candidate.id] < writers]
        first = min(open_to_more, key=lambda c: ((c.load + shares[c.id]) / c.weight, -c.weight))
        shares[first.id] += 1
    quick = quotas(candidates, writers, each, chance)
    # Which of those who are alike gets the odd letter is left to chance.
    assert _levels(candidates, quick) == _levels(candidates, shares)


def _levels(candidates, shares):
    return Counter((candidate.weight, candidate.load + shares[candidate.id]) for candidate in candidates)


def test_who_has_been_written_to_a_lot_waits_until_the_others_have_as_much():
    maryna, pavel, zoya = Candidate(1, 10), Candidate(2, 0), Candidate(3, 4)
    assert quotas([maryna, pavel, zoya], 8, 1, Random(1)) == {1: 0, 2: 6, 3: 2}


def test_who_weighs_double_gets_double():
    shares = quotas([Candidate(1, 0, 2), Candidate(2, 0, 1)], 30, 1, Random(1))
    assert shares == {1: 20, 2: 10}


def test_with_fewer_people_than_asked_for_everybody_gets_all_of_them():
    rows = allot([Candidate(7, 0), Candidate(8, 99)], 3, 5, Random(1))
    assert [set(row) for row in rows] == [{7, 8}] * 3


def test_with_nobody_to_write_to_the_hands_stay_empty():
    assert allot([], 2, 3, Random(1)) == [(), ()]
    assert allot([Candidate(1, 0)], 0, 3, Random(1)) == []


def test_ties_fall_by_chance():
    alike = [Candidate(id, 0) for id in range(1, 6)]
    first = {allot(alike, 1, 1, Random(seed))[0][0] for seed in range(60)}
    assert first == {1, 2, 3, 4, 5}


def test_the_same_three_do_not_stick_together():
    rows = allot([Candidate(id, 0) for id in range(1, 41)], 400, 3, Random(4))
    assert len({frozenset(row) for row in rows}) > 300
    beside_the_first = {id for row in rows if 1 in row for id in row}
    assert len(beside_the_first) > 15


@settings(max_examples=25)
@given(st.integers(4, 6), chances)
def test_a_few_people_are_mixed_too(count, chance):
    rows = allot([Candidate(id, 0) for id in range(count)], 60, 3, chance)
    assert len({frozenset(row) for row in rows}) >= 3


def test_a_hundred_thousand_readers_get_three_of_1400_in_a_moment():
    chance = Random(5)
    candidates = [Candidate(id, chance.randrange(30), chance.randrange(1, 6)) for id in range(1400)]
    began = time.process_time()
    rows = allot(candidates, 100_000, 3, chance)
    seconds = time.process_time() - began
    assert all(len(set(row)) == 3 for row in rows)
    assert seconds < 5, f"{seconds:.1f} s"
