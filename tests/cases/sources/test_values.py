import pytest

from service.cases import fields
from service.cases.sources import values
from service.cases.sources.values import Unreadable


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("1984-06-02", "1984-06-02"),
        ("02.06.1984", "1984-06-02"),
        ("2.6.1984 г.", "1984-06-02"),
        ("06.1984", "1984-06"),
        ("??.06.1984", "1984-06"),
        ("??.??.1984", "1984"),
        ("1984-06", "1984-06"),
        ("1984-00-00", "1984"),
        ("1984", "1984"),
        ("--06-02", "--06-02"),
        ("2021-03-25T00:00:00Z", "2021-03-25"),
        ("2 июня 1984 года", "1984-06-02"),
        ("2 чэрвеня 1984", "1984-06-02"),
        ("3 сакавіка 2021", "2021-03-03"),
        ("7 кастрычніка 2020", "2020-10-07"),
        ("5 ліпеня 2020", "2020-07-05"),
        ("5 лістапада 2020", "2020-11-05"),
        ("2 June 1984", "1984-06-02"),
        ("March 2021", "2021-03"),
        ("неизвестно", ""),
        (" – ", ""),
    ],
)
def test_a_date_is_understood_however_it_is_written(cell: str, date: str) -> None:
    assert values.date(cell) == date


@pytest.mark.parametrize("cell", ["Сергеи\u0306 Ковальчук", "Kaval\u00adchuk", "Марина\rКовальчук", "Ян\u200b Ян"])
def test_a_list_says_nothing_otherwise_that_a_record_keeps_in_the_same_way(cell: str) -> None:
    assert fields.checked({"name_ru": cell}) == {"name_ru": values.name(cell)}
    assert fields.checked({"biography": {"ru": cell}})["biography"] == {"ru": values.text(cell)}


@pytest.mark.parametrize("cell", ["32.13.1984", "30.02.1984", "1784-01-01", "soon", "1984-06-02-11", "9" * 500])
def test_what_is_no_date_is_told(cell: str) -> None:
    with pytest.raises(Unreadable, match="is not a date"):
        values.date(cell)


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("active", "active"),
        ("политзаключённая", "active"),
        ("былы палітвязень", "former"),
        ("Бывший политзаключенный", "former"),
        ("former political prisoner", "former"),
        ("не признан политзаключённым", "np"),
        ("np", "np"),
        ("", ""),
    ],
)
def test_a_status_is_understood_in_three_languages(cell: str, status: str) -> None:
    assert values.designation(cell) == status


@pytest.mark.parametrize(
    "cell",
    ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "+375291234567", "https://example.org/x", "Anna {{ 7*7 }}"],
)
def test_markup_formulas_and_addresses_are_no_names(cell: str) -> None:
    with pytest.raises(Unreadable, match="is not a name"):
        values.name(cell)


@pytest.mark.parametrize("name", ["Марына Д’Аркур", "Jean-Luc O'Neil", "Анна-Мария (Аня) Жук", "Łukasz J. Žuk"])
def test_names_keep_their_own_signs(name: str) -> None:
    assert values.name(f"  {name}\u202e\n") == name


def test_articles_are_parted_and_stand_once() -> None:
    assert values.articles("342 ч. 1, 130 ч. 3; 342 ч. 1\n361") == ["342 ч. 1", "130 ч. 3", "361"]
    with pytest.raises(Unreadable):
        values.articles(",".join(str(n) for n in range(500)))


@pytest.mark.parametrize("cell", ["javascript:alert(1)", "data:text/html,x", "//example.org", "https://e.org/'><b>"])
def test_a_link_leads_to_the_web_alone(cell: str) -> None:
    with pytest.raises(Unreadable, match="is not a web address"):
        values.link(cell)
