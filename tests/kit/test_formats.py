from datetime import UTC, date, datetime

from service.kit.formats import filters


def test_hanna_in_zurich_reads_the_hour_of_her_own_clock_before_and_after_the_change():
    local = filters("en")["local"]
    assert local(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "Europe/Zurich") == "29 Mar 2026, 01:30"
    assert local(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "Europe/Zurich") == "29 Mar 2026, 03:30"


def test_each_language_writes_a_birthday_and_a_count_its_own_way():
    assert filters("en")["day"](date(2026, 5, 2)) == "2 May 2026"
    assert filters("fr")["day"](date(2026, 5, 2)) == "2 mai 2026"
    assert filters("be")["day"](date(2026, 5, 2)).startswith("2 мая 2026")
    assert filters("en")["number"](4812) == "4,812"
    assert filters("de")["number"](4812) == "4.812"
