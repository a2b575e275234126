"""Whom a reader's own list shows when somebody has been taken out of the mailing."""

from collections import Counter

from service.rendering import email, inserts
from service.rendering.inserts import NOBODY, Insert, Pool
from tests.make import mailings

LINKS = {"unsubscribe_url": "https://example.org/u/1", "posted_url": "https://example.org/en/posted/1"}


def pool(*keys: int) -> Pool:
    return Pool([Insert(1, True, key, 0, "", "") for key in (*keys, NOBODY)])


def test_who_is_still_there_is_shown_in_the_order_that_was_given() -> None:
    assert pool(1, 2, 3).shown([3, 1], 7) == [3, 1]


def test_in_the_place_of_somebody_released_another_stands_and_nobody_twice() -> None:
    for delivery in range(100):
        shown = pool(1, 3, 4, 5).shown([1, 2, 3], delivery)
        assert shown[:2] == [1, 3]
        assert shown[2] in (4, 5)
        assert shown == pool(1, 3, 4, 5).shown([1, 2, 3], delivery)


def test_those_in_the_place_of_the_released_are_not_always_the_same() -> None:
    found = Counter(pool(*range(2, 12)).shown([1], delivery)[0] for delivery in range(0, 3000, 3))
    assert set(found) == set(range(2, 12))
    assert max(found.values()) < 2 * min(found.values())


def test_where_there_are_too_few_others_the_list_is_shorter() -> None:
    assert pool(1, 3).shown([1, 2, 3], 7) == [1, 3]
    assert pool().shown([1, 2, 3], 7) == []


def test_a_list_of_all_readers_shows_everybody_and_an_own_list_whom_one_was_given() -> None:
    mail = email.fill(mailings.naming([2, 1], [3, 4, 5]), LINKS, [5, 3])
    assert "<h1>New</h1><p>Ales</p><p>Maryna</p><h1>Yours</h1><p>Volha</p><p>Nasta</p>" in mail.html
    assert "New\n\nAles\n\nMaryna\n\nYours\n\nVolha\n\nNasta\n\n" in mail.text


def test_where_nobody_is_left_the_list_says_so() -> None:
    mail = email.fill(mailings.naming([], []), LINKS, [])
    assert "<h1>New</h1><p>nobody</p><h1>Yours</h1><p>nobody</p>" in mail.html
    assert inserts.values(mailings.naming([], []).inserts, [9])["list_1_text"] == "nobody"
