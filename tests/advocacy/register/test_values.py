import json

import pytest

from service.advocacy.register import popolo, values
from service.advocacy.register.values import Unreadable
from tests.make import popolo as make


def test_half_a_letter_is_in_no_name_and_in_nothing_that_is_kept() -> None:
    assert values.line("Fraktion \ud83d der Mitte") == "Fraktion \ufffd der Mitte"
    assert values.line("Ґвінт 🎈") == "Ґвінт 🎈"
    with pytest.raises(Unreadable, match="is not a name"):
        values.name("Anna \udfff Probe")


def test_a_person_whose_name_has_half_a_letter_is_told() -> None:
    register = json.loads(make.file(make.register(3)))
    register["persons"][0]["name"] = "Anna \ud800 Probe"
    found = popolo.read(json.dumps(register).encode(), "ch-nr")
    assert len(found.members) == 2
    assert all(str(unread.why).encode() for unread in found.unread) and found.unread
