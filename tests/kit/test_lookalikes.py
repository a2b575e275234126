"""A sign in disguise is compared as the one that people read."""

from service.kit import lookalikes


def test_what_looks_alike_is_alike_and_what_does_not_is_not():
    assert lookalikes.plain("МАRIА") == lookalikes.plain("ma\u200dria") == "maria"
    assert lookalikes.plain("жук") != lookalikes.plain("лук")


def test_what_nobody_sees_is_left_out_and_the_rest_stays_as_it_is_written():
    assert lookalikes.seen("Buy\u200d.example。com, Мінск") == "Buy.example.com, Мінск"
