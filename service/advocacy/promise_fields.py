"""What stands in an entry of the ledger: what staff type comes out clean, or with a sentence why not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from service.advocacy.tables import PromiseKind
from service.cases import fields
from service.cases.fields import Unfit
from service.kit.errors import Invalid
from service.kit.i18n import Sentence


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """`prisoner`: None for what was done for all of them. `statement`: by language."""

    representative: int
    prisoner: int | None
    kind: str
    statement: dict[str, str]
    source: str
    since: date | None
    until: date | None
    follow_up_on: date | None


def checked(values: Mapping[str, Any]) -> Fields:
    """Raises Invalid with a sentence for each field that does not fit."""
    clean, wrong = fields.checked_with(_CHECKS, values)
    if not wrong:
        wrong = _what_does_not_fit_together(clean)
    if wrong:
        raise Invalid(wrong)
    return Fields(**clean)


def _what_does_not_fit_together(clean: Mapping[str, Any]) -> dict[str, Sentence]:
    is_sponsorship = clean["kind"] == PromiseKind.SPONSORS
    if is_sponsorship and clean["prisoner"] is None:
        return {"prisoner": Sentence("Please choose whom they sponsor.")}
    if clean["until"] and not is_sponsorship:
        return {"until": Sentence("Only a sponsorship lasts. Leave this empty, or choose “Sponsors”.")}
    if clean["since"] and clean["until"] and clean["until"] < clean["since"]:
        return {"until": Sentence("This is before its first day. Please look at both.")}
    return {}


def _representative(value: Any) -> int:
    if isinstance(value, int) and value > 0:
        return value
    raise Unfit(why="Please look for a member and choose one.")


_CHECKS: fields.Checks = {
    "representative": _representative,
    "prisoner": lambda value: value or None,
    "kind": fields.one_of(PromiseKind),
    "statement": fields.texts,
    "source": fields.text(500),
    **dict.fromkeys(("since", "until", "follow_up_on"), fields.day),
}
