"""The sample newsletter, compiled in any language, and Anna who reads it."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from service.kit import paths
from service.rendering import blocks, email
from service.rendering.people import Filling

SAMPLE = json.loads((paths.EMAILS / "_layout" / "sample.json").read_text())
PEOPLE = json.loads((paths.EMAILS / "_layout" / "people.json").read_text())
WALL = json.loads((paths.EMAILS / "_layout" / "wall.json").read_text())
ACTIONS = json.loads((paths.EMAILS / "_layout" / "actions.json").read_text())
DATA, FACES, ACTS = [
    {int(number): msgspec.convert(filling, Filling) for number, filling in sample["data"].items()}
    for sample in (PEOPLE, WALL, ACTIONS)
]


@pytest.fixture
def letterhead() -> email.Letterhead:
    return email.Letterhead(**SAMPLE["letterhead"])


@pytest.fixture
def anna() -> dict[str, str]:
    return dict(SAMPLE["reader"])


@pytest.fixture
def newsletter(letterhead: email.Letterhead) -> Callable[..., email.CompiledEdition]:
    """`newsletter("fr", subject="…", blocks=[…])`: the sample, with what a test changes in it."""

    def compiled(language: str = "en", **changed: Any) -> email.CompiledEdition:
        return email.compile_edition(
            blocks.decode(changed.get("blocks", SAMPLE["blocks"])),
            changed.get("subject", SAMPLE["subject"]),
            changed.get("preview_text", SAMPLE["preview_text"]),
            language,
            changed.get("letterhead", letterhead),
            site=changed.get("site", ""),
            data=changed.get("data", {}),
        )

    return compiled


@pytest.fixture
def digest(newsletter: Callable[..., email.CompiledEdition]) -> Callable[..., email.CompiledEdition]:
    """The sample of blocks that fill themselves, with the people in it."""

    def compiled(language: str = "en", **changed: Any) -> email.CompiledEdition:
        return newsletter(language, **({"blocks": PEOPLE["blocks"], "data": DATA} | changed))

    return compiled


@pytest.fixture
def wall(newsletter: Callable[..., email.CompiledEdition]) -> Callable[..., email.CompiledEdition]:
    """The sample of faces from the wall."""

    def compiled(language: str = "en", **changed: Any) -> email.CompiledEdition:
        return newsletter(language, **({"blocks": WALL["blocks"], "data": FACES} | changed))

    return compiled


@pytest.fixture
def call(newsletter: Callable[..., email.CompiledEdition]) -> Callable[..., email.CompiledEdition]:
    """The sample of an action, with the members of some areas."""

    def compiled(language: str = "en", **changed: Any) -> email.CompiledEdition:
        return newsletter(language, **({"blocks": ACTIONS["blocks"], "data": ACTS} | changed))

    return compiled
