"""Languages and translated sentences. Catalogues: templates/locale/<language>.po."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from service.kit import formats, paths

LANGUAGES = {"en": "English", "fr": "Français", "de": "Deutsch", "ru": "Русский", "be": "Беларуская"}
FALLBACK = "en"


class Sentence:
    """An English sentence with `{parameters}`, translated only when it is shown."""

    __slots__ = ("english", "parameters")

    def __init__(self, english: str, **parameters: Any) -> None:
        self.english = english
        self.parameters = parameters

    def __str__(self) -> str:
        return self.into(FALLBACK)

    def into(self, language: str) -> str:
        text = translate(language, self.english)
        shown = {name: _shown(value, language) for name, value in self.parameters.items()}
        return text.format(**shown) if shown else text


class Counted(Sentence):
    """A sentence in the form that its number asks for; `{count}` is the number as the language writes it."""

    __slots__ = ("many", "number")

    def __init__(self, one: str, many: str, number: int, **parameters: Any) -> None:
        super().__init__(one, **parameters)
        self.many = many
        self.number = number

    def into(self, language: str) -> str:
        text = catalogue(language).ngettext(self.english, self.many, self.number)
        shown = {name: _shown(value, language) for name, value in self.parameters.items()}
        return text.format(count=formats.filters(language)["number"](self.number), **shown)


def lazy(english: str, **parameters: Any) -> Sentence:
    """Marks a sentence for translation: `from service.kit.i18n import lazy as _`."""
    return Sentence(english, **parameters)


def ngettext(one: str, many: str, number: int, **parameters: Any) -> Sentence:
    """Marks a sentence for translation that has forms for numbers: "{count} person", "{count} people"."""
    return Counted(one, many, number, **parameters)


def translate(language: str, english: str) -> str:
    return catalogue(language).gettext(english)


def known(language: str | None) -> str:
    """`language` if we speak it, else the fallback. `fr-CH` counts as `fr`."""
    short = (language or "").replace("_", "-").split("-")[0].lower()
    return short if short in LANGUAGES else FALLBACK


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of one language; English is its own catalogue."""
    source = paths.LOCALE / f"{language}.po"
    if language == FALLBACK or not source.exists():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _shown(value: Any, language: str) -> Any:
    return value.into(language) if isinstance(value, Sentence) else value
