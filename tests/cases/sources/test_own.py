import json
from typing import Any

import pytest

from service.cases.sources import own
from service.cases.sources.found import File, Listing, NotAList
from service.cases.sources.places import Places
from service.kit import clock


def read(content: str | bytes) -> Listing:
    return own.read(
        [File("own.json", content.encode() if isinstance(content, str) else content)], Places([], clock.now().date())
    )


def test_a_csv_with_our_columns_is_read() -> None:
    listing = read(
        "id;name_latin;name_ru;born;status;articles;place;sentence_en;biography_be\n"
        "a-1;Maryna Kavalchuk;Марина Ковальчук;1984;active;342, 130;at liberty before serving;2 years;Настаўніца\n"
    )
    [maryna] = listing.people
    assert (maryna.external_id, maryna.name_latin, maryna.name_ru, maryna.born) == (
        "a-1",
        "Maryna Kavalchuk",
        "Марина Ковальчук",
        "1984",
    )
    assert (maryna.articles, maryna.sentence, maryna.biography) == (
        ["342", "130"],
        {"en": "2 years"},
        {"be": "Настаўніца"},
    )
    assert maryna.place.kind == "at_liberty"


@pytest.mark.parametrize("wrapped", [True, False])
def test_json_may_give_texts_by_language_and_articles_as_an_array(wrapped: bool) -> None:
    people: Any = [
        {
            "id": 7,
            "name_latin": "Maryna Kavalchuk",
            "articles": ["342 ч. 1"],
            "sentence": {"en": "2 years", "xx": "?"},
            "died_on": True,
        },
        "nonsense",
        {"id": 8},
        {"id": 7, "name_latin": "Again"},
    ]
    listing = read(json.dumps({"people": people} if wrapped else people))
    [maryna] = listing.people
    assert (maryna.external_id, maryna.articles, maryna.sentence) == ("7", ["342 ч. 1"], {"en": "2 years"})
    assert (maryna.died, maryna.died_on) == (True, "")
    assert [trouble.line for trouble in listing.troubles.kept] == [2, 3, 4]


def test_a_status_of_former_alone_frees_nobody_where_a_list_knows_no_places() -> None:
    [maryna] = read(json.dumps([{"id": 1, "name_latin": "Maryna", "status": "former"}])).people
    assert not maryna.released


@pytest.mark.parametrize("content", ["{", "[" * 5000, '{"people": 7}', b"\xff[1]", '{"a": ' * 3000])
def test_what_is_no_json_of_people_is_refused(content: str | bytes) -> None:
    with pytest.raises(NotAList):
        read(content)
