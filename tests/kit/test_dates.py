from datetime import date

import pytest

from service.kit import dates


def test_a_day_is_read_as_a_date_field_sends_it() -> None:
    assert dates.typed("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2027-02-29", "20261201", "2026-W49-2", "2026-12-01T09:00", "٢٠٢٦-١٢-٠١", "0000-01-01"]
)
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert dates.typed(text) is None
