"""The Jinja environment of our own mail templates, one per language."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError, select_autoescape
from markupsafe import Markup

from service.kit import formats, paths
from service.kit.errors import Problem
from service.kit.i18n import Sentence, catalogue
from service.rendering import blocks, markdown, palette, text


class MissingVariable(Problem):
    code = "mail_variable_missing"
    status = 422
    sentence = Sentence("This mail needs a value for “{name}”, and none was given.")


@cache
def environment(language: str) -> Environment:
    """Templates of `emails/`, in `language`; `.mjml` is escaped, `.txt` is not."""
    made = Environment(
        loader=FileSystemLoader(paths.EMAILS),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["mjml"]),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translations = catalogue(language)
    made.install_gettext_callables(translations.gettext, translations.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "language": language,
        "light": palette.LIGHT,
        "dark": palette.DARK,
        "sans": palette.SANS,
        "serif": palette.SERIF,
    }
    made.filters |= _filters(language)
    return made


def rendered(language: str, template: str, context: Mapping[str, object]) -> str:
    """The text of one template. Raises MissingVariable for a name that `context` lacks."""
    try:
        return environment(language).get_template(template).render(context)
    except UndefinedError as error:
        raise missing(error) from None


def missing(error: UndefinedError) -> MissingVariable:
    names = re.findall(r"'([^']+)'", error.message or "")
    return MissingVariable(name=names[-1] if names else "?")


def _filters(language: str) -> dict[str, Any]:
    return formats.filters(language) | {
        "markdown": lambda source: Markup(markdown.html(source)),  # noqa: S704 - sanitised by markdown.html
        "plain": markdown.plain,
        "lines": lambda value: Markup("<br />").join(str(value).splitlines()),
        "underlined": text.underlined,
        "quoted": text.quoted,
        "absolute": blocks.absolute,
    }
