"""Errors that were foreseen: a code, an HTTP status and a sentence for the reader."""

from typing import Any

from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _


class Problem(Exception):
    """Subclass it beside the function that raises it; `sentence` may hold `{parameters}`.

    `fields`: what a form that comes back says beside each of its fields; its sentence beside `field`, "" for all.
    """

    code = "problem"
    status = 400
    sentence = _("That did not work. Please go back and try again.")
    field = ""

    def __init__(self, **parameters: Any) -> None:
        super().__init__(self.code)
        self.told = Sentence(self.sentence.english, **parameters) if parameters else self.sentence
        self.fields: dict[str, Sentence] = {self.field: self.told}

    def into(self, language: str) -> str:
        return self.told.into(language)

    def __str__(self) -> str:
        return str(self.told)


class Invalid(Problem):
    """A form that cannot be taken as it is: a sentence per field, in the order of the form."""

    code = "invalid"
    status = 422
    sentence = _("Please look at the marked fields.")

    def __init__(self, fields: dict[str, Sentence]) -> None:
        super().__init__()
        self.fields = fields


class NotFound(Problem):
    code = "not_found"
    status = 404
    sentence = _("There is nothing at this address. The page may have moved, or the link was cut short.")


class Forbidden(Problem):
    code = "forbidden"
    status = 403
    sentence = Sentence("Your role does not include this. Ask an owner if you need it.")
