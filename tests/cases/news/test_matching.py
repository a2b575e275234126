import pytest

from service.cases.news.matching import Matcher, named

PEOPLE = Matcher(
    [
        named(1, "Марына Кавальчук", "Марина Ковальчук", "Maryna Kavalchuk"),
        named(2, "Алесь Бандарчык", "Александр Бондарчик", "Ales Bandarchyk"),
        named(3, "Іван Коваль", "Иван Коваль", "Ivan Koval"),
        named(4, "Вольга Скарынская", "Ольга Скоринская", "Volha Skarynskaya"),
    ]
)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Maryna Kavalchuk has been sentenced", [1]),
        ("Суд над Мариной Ковальчук начался", [1]),
        ("Марыну Кавальчук перавялі", [1]),
        ("Marina Kovaltschuk wurde verurteilt", [1]),
        ("Бондарчика Александра отправили в колонию", [2]),
        ("Алесю Бандарчыку працягнулі тэрмін", [2]),
        ("Ивана Петровича Коваля и Ольгу Скоринскую", [3, 4]),
        ("KAVALCHUK MARYNA, 42", [1]),
        ("Мария Ковальчук получила премию", []),
        ("Марина уехала. Анна Ковальчук осталась", []),
        ("Иван Ковальчук", []),
        ("коваль иван по дереву", []),
        ("Kavalchuk", []),
        ("", []),
    ],
)
def test_news_find_their_people_in_any_script_and_case(text: str, about: list[int]) -> None:
    assert PEOPLE.about(text) == about


def test_long_texts_and_many_names_are_soon_through() -> None:
    assert PEOPLE.about("Марина Ковальчук " * 2000 + "A" * 10_000) == [1]
