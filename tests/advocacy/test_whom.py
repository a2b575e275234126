import pytest

from service.advocacy import whom
from service.advocacy.targets import Targets
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")


async def test_everybody_who_is_asked_is_named_in_the_readers_language() -> None:
    council = await advocacy.parliament()
    rosa = await advocacy.representative(council, await advocacy.area(), "Rosa Beispiel")
    foreign_affairs = await advocacy.committee(council, rosa)
    asked = await whom.of(Targets(parliaments=[council], committees=[foreign_affairs], people=[rosa]), "de")
    assert asked.parliaments == ["Nationalrat"]
    assert asked.committees == ["Foreign Affairs (Nationalrat)"]
    assert asked.people == ["Rosa Beispiel"]


async def test_an_action_for_sponsors_names_nobody() -> None:
    asked = await whom.of(Targets(sponsors=True), "en")
    assert asked.sponsors and not (asked.parliaments or asked.committees or asked.people)
