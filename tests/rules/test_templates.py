"""Templates: every one compiles in every language, says nothing untranslated, and calls no other host."""

import re
import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from service.kit import paths, web
from service.kit.i18n import FALLBACK, LANGUAGES

TEMPLATES = sorted(str(file.relative_to(paths.TEMPLATES)) for file in paths.TEMPLATES.rglob("*.html"))
# English only: the console, and the page for who tries the service out.
ENGLISH_ONLY = ("staff/", "public/caught/", "_staff.html")
TRANSLATED = [name for name in TEMPLATES if not name.startswith(ENGLISH_ONLY)]
NOT_WORDS = (
    r"\{#.*?#\}",
    r"\{%-?\s*trans.*?endtrans\s*-?%\}",
    r"\{% block robots %\}\w+\{% endblock %\}",
    r"\{%.*?%\}",
    r"\{\{.*?\}\}",
    r" [\w-]+=\"[^\"]*\"",
    r"<[^>]*>",
)
FOREIGN = [language for language in LANGUAGES if language != FALLBACK]

# What `make messages` reads.
MAPPINGS = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
METHODS = [(pattern, mapping["method"]) for mapping in MAPPINGS for pattern in mapping["pattern"]]
OPTIONS = {pattern: mapping for mapping in MAPPINGS for pattern in mapping["pattern"]}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy": None}


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_compiles(name: str, language: str) -> None:
    assert web.environment(language).get_template(name)


@pytest.mark.parametrize("name", TRANSLATED)
def test_no_word_stands_outside_a_translation(name: str) -> None:
    source = (paths.TEMPLATES / name).read_text()
    for pattern in NOT_WORDS:
        source = re.sub(pattern, " ", source, flags=re.DOTALL)
    assert re.findall(r"[^\W\d_]{2,}", source.replace("Hundredfold", "")) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_page_carries_a_script_or_a_style_of_its_own(name: str) -> None:
    source = (paths.TEMPLATES / name).read_text()
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=\"|javascript:", source)


def test_no_page_or_style_names_another_host() -> None:
    for file in [*paths.TEMPLATES.rglob("*.html"), *paths.STATIC.iterdir()]:
        found = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", file.read_text())
        assert [host for host in found if "w3.org" not in host and "example.org" not in host] == [], file


@cache
def _wanted() -> dict[str, str]:
    """Every sentence that a reader may see → where it stands."""
    found = extract_from_dir(
        str(paths.ROOT), METHODS, OPTIONS, keywords=KEYWORDS, directory_filter=lambda folder: "/." not in folder
    )
    return {
        (message[0] if isinstance(message, tuple) else message): f"{file}:{line}"
        for file, line, message, _comments, _context in found
        if message
    }


@pytest.mark.parametrize("language", FOREIGN)
def test_every_sentence_is_translated(language: str) -> None:
    catalogue = read_po(BytesIO((paths.LOCALE / f"{language}.po").read_bytes()), locale=language)
    missing = []
    for sentence, place in _wanted().items():
        message = catalogue.get(sentence)
        texts = message.string if message and isinstance(message.string, tuple) else (message and message.string,)
        if message is None or message.fuzzy or not all(texts):
            missing.append(f"{place}: {sentence[:80]}")
    assert missing == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    catalogue = read_po(BytesIO((paths.LOCALE / f"{language}.po").read_bytes()), locale=language)
    for message in catalogue:
        if message.id and isinstance(message.id, str) and message.string:
            assert _placeholders(message.id) == _placeholders(str(message.string)), message.id


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_has_the_signs_of_its_language(language: str) -> None:
    """No straight quotes; in French no space before a sign or inside guillemets where a line may break."""
    wrong = r"['\"]|  " + (r"| [;:!?»]|« " if language == "fr" else "")
    for message in read_po(BytesIO((paths.LOCALE / f"{language}.po").read_bytes()), locale=language):
        if message.id:
            texts = message.string if isinstance(message.string, tuple) else (str(message.string),)
            assert not re.search(wrong, "\n".join(texts)), message.id


def _placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s|\{\w+\}", text))


def test_the_names_of_templates_stand_on_disk() -> None:
    """`web.html(request, "public/…")` names a file that exists."""
    for file in Path(paths.ROOT / "service").rglob("*.py"):
        for name in re.findall(r"\"((?:public|staff)/[\w/-]+\.html)\"", file.read_text()):
            assert (paths.TEMPLATES / name).exists(), f"{file.name}: {name}"
