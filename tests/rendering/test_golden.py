"""Every mail as it was when somebody last looked at it. After a wanted change: `RECORD=1 pytest tests/rendering`."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from service.kit import paths
from service.kit.i18n import LANGUAGES
from service.rendering import email
from service.rendering.inserts import AREAS

GOLDEN = Path(__file__).parents[1] / "golden"
TRANSACTIONAL = sorted(
    sample.parent.relative_to(paths.EMAILS).as_posix() for sample in paths.EMAILS.glob("*/*/sample.json")
)
SPOKEN = [
    (name, language)
    for name in TRANSACTIONAL
    for language in (["en"] if name.startswith(("staff/", "delivery/", "campaigns/")) else list(LANGUAGES))
]


def compare(mail: email.Rendered, name: str, language: str) -> None:
    for part, ending in ((mail.subject + "\n", "subject"), (mail.text, "txt"), (_one_tag_a_line(mail.html), "html")):
        golden = GOLDEN / f"{name.replace('/', '.')}.{language}.{ending}"
        if os.environ.get("RECORD"):
            golden.write_text(part)
        assert part == golden.read_text(), f"{golden.name} has changed; look at it, then RECORD=1"


def _one_tag_a_line(html: str) -> str:
    return html.replace("><", ">\n<") + "\n"


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_each_mail_is_as_it_was_last_looked_at(name: str, language: str) -> None:
    sample = json.loads((paths.EMAILS / name / "sample.json").read_text())
    compare(email.render(name, language, sample), name, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_newsletter_is_as_it_was_last_looked_at(
    language: str, newsletter: Callable[..., email.CompiledEdition], anna: dict[str, str]
) -> None:
    compare(email.fill(newsletter(language), anna), "newsletter", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_of_people_is_as_it_was_last_looked_at(
    language: str, digest: Callable[..., email.CompiledEdition], anna: dict[str, str]
) -> None:
    compare(
        email.fill(digest(language), anna | {"posted_url": "https://news.example.org/p"}, [5, 1]), "people", language
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_of_the_wall_is_as_it_was_last_looked_at(
    language: str, wall: Callable[..., email.CompiledEdition], anna: dict[str, str]
) -> None:
    compare(email.fill(wall(language), anna), "wall", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_of_an_action_is_as_it_was_last_looked_at(
    language: str, call: Callable[..., email.CompiledEdition], anna: dict[str, str]
) -> None:
    compare(email.fill(call(language), anna, [AREAS + 12]), "actions", language)


def test_no_golden_mail_is_left_without_its_template() -> None:
    expected = {f"{name.replace('/', '.')}.{language}" for name, language in SPOKEN}
    expected |= {
        f"{sample}.{language}" for sample in ("newsletter", "people", "wall", "actions") for language in LANGUAGES
    }
    assert {golden.stem for golden in GOLDEN.iterdir()} == expected


@pytest.mark.parametrize("name", TRANSACTIONAL)
def test_each_value_of_a_sample_is_needed(name: str) -> None:
    sample = json.loads((paths.EMAILS / name / "sample.json").read_text())
    whole = email.render(name, "en", sample)
    for left_out in sample:
        less = {key: value for key, value in sample.items() if key != left_out}
        if left_out == "postal_address":
            assert email.render(name, "en", less) != whole
            continue
        with pytest.raises(email.environment.MissingVariable) as refused:
            email.render(name, "en", less)
        assert left_out in str(refused.value)
