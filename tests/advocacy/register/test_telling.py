import pytest

from service.advocacy.register import values
from service.advocacy.register.telling import MOST_TOLD, Entry, Telling
from service.kit.i18n import Sentence


def test_the_first_thousand_are_told_and_the_others_counted() -> None:
    telling = Telling()
    for line in range(1, MOST_TOLD + 8):
        telling.add(line, Sentence("There is no id."))
    told = telling.all()
    assert (len(told), told[-1].line, str(told[-1].why)) == (MOST_TOLD + 1, 0, "7 more could not be read.")


def test_an_entry_is_named_once_its_id_is_known_and_tells_nothing_twice() -> None:
    telling = Telling()
    entry = Entry(telling, 12, "PA1.json")
    entry.who = "PA{1}"
    assert [entry.read(lambda: values.email("anna at {example.org}"), "") for _turn in range(2)] == ["", ""]
    [told] = telling.all()
    assert (told.line, told.file) == (12, "PA1.json")
    assert str(told.why) == "PA{1}: “anna at {example.org}” is not an e-mail address."


@pytest.mark.parametrize("said", ["2024-02-30", "30.02.2024", "2024", "02/2024", "tomorrow", "2024-2-3", "9" * 500])
def test_half_a_date_is_none_and_told(said: str) -> None:
    with pytest.raises(values.Unreadable, match="is not a"):
        values.day(said)


@pytest.mark.parametrize("said", ["2024-02-03", "03.02.2024", "3.2.2024", "03/02/2024", "2024-02-03T00:00:00+01:00"])
def test_a_day_is_read_as_each_parliament_writes_it(said: str) -> None:
    day = values.day(said)
    assert day and day.isoformat() == "2024-02-03"


def test_a_long_text_has_the_same_code_each_time_and_another_one_for_another() -> None:
    one, other = ("Ausschuss für Menschenrechte und humanitäre " + end for end in ("Hilfe", "Fragen"))
    assert values.code(one, 40) == values.code(one, 40) != values.code(other, 40)
    assert len(values.code(one, 40)) <= 40 and values.code("ZH") == "ZH"
