"""A day as the date field of a form sends it."""

import re
from datetime import date

from service.kit.i18n import Sentence

# What stands beside the field; only the console has such fields.
NOT_A_DAY = Sentence("Please write the day like 2026-12-01.")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def typed(text: str) -> date | None:
    """None for what is no day."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
