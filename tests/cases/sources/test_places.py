from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.cases.records import Facility
from service.cases.sources.places import Places

TODAY = date(2026, 11, 22)


def facility(id: int, name: str, street: str, postcode: str, **others: Any) -> Facility:
    values = {"latin": "", "kind": "colony", "town": "г. Гомель", "reply_punished": None, "parcels": "", "rules": {}}
    values |= {"aliases": [], "valid_from": None, "valid_until": None, "checked_on": None, "source": "", "version": 1}
    values |= {"id": id, "name": name, "street": street, "postcode": postcode, "changed_at": datetime.now(UTC)}
    return Facility(**values | others)


HOMEL = facility(1, "ИК №4", "ул. Антошкина, 3", "246035", latin="Penal colony No. 4, Homel")
MINSK = facility(2, "СИЗО-1", "ул. Володарского, 2", "220030", aliases=["valadarka"])
CLINIC = facility(3, "Больница", "ул. Кальварийская, 36", "220030")
CLOSED = facility(4, "ИК №99", "д. Лесная", "222222", valid_until=date(2020, 1, 1))
OURS = Places([HOMEL, MINSK, CLINIC, CLOSED], TODAY)


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("ИК №4\nул. Антошкина, 3, 246035, г. Гомель", 1),
        ("ИК-4; ул. Антошкина;", 1),
        ("ик № 4", 1),
        ("Penal colony No. 4, Homel", 1),
        ("Женская колония в Гомеле; ул. Антошкина, 3, 246035;", 1),
        ("СІЗА-1; вул. Валадарскага, 2;", 2),
        ("Валадарка", 2),
        ("Минская тюрьма\r\nул. Володарского, 2, 220030", 2),
        ("Госпиталь; ул. Кальварийская, 36, 220030;", 3),
    ],
)
def test_a_facility_is_known_by_name_alias_or_address(words: str, id: int) -> None:
    assert OURS.of(words).facility == id


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("освобождён", "released"),
        ("Вызвалены", "released"),
        ("Released; ;", "released"),
        ("неизвестно", "unknown"),
        ("Невядома", "unknown"),
        ("unknown", "unknown"),
        ("–", "unknown"),
        ("at liberty before serving", "at_liberty"),
        ("на свободе до отбытия наказания", "at_liberty"),
        ("На волі да адбыцця пакарання", "at_liberty"),
        ("ИК №99\nд. Лесная", "unmatched"),
        ("220030, г. Минск", "unmatched"),
        ("", ""),
    ],
)
def test_other_words_say_what_they_say(words: str, kind: str) -> None:
    place = OURS.of(words)
    assert (place.kind, place.facility) == (kind, None)


def test_an_unknown_place_keeps_its_words_on_one_line() -> None:
    assert OURS.of("ИУОТ №99; д. Лесная;\r\n").text == "ИУОТ №99; д. Лесная"
