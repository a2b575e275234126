"""The form of an entry of the ledger: what stands in its fields, and who can be chosen in it."""

from typing import Any

from service.advocacy import promise_queries
from service.advocacy.promise_queries import Entry, Somebody
from service.advocacy.tables import PromiseKind
from service.kit import web
from service.kit.i18n import LANGUAGES
from service.kit.web import Form

KINDS = {
    PromiseKind.SPONSORS: "Sponsors",
    PromiseKind.QUESTION: "Asked a question",
    PromiseKind.COMMITTEE: "Spoke in a committee",
    PromiseKind.SPOKE: "Spoke up in public",
}
# Ids of whom it is about; and the words with which somebody is looked for.
CHOSEN = ("representative", "prisoner")
LOOKED_FOR = ("who", "whom")
_DAYS = ("since", "until", "follow_up_on")
_STATEMENTS = {language: f"statement.{language}" for language in LANGUAGES}
FIELDS = (*CHOSEN, *LOOKED_FOR, "kind", "source", *_DAYS, *_STATEMENTS.values())
# Of the form with which a sponsorship is handed over.
HANDED = ("successor", "next", "on")


def sent(form: Form) -> dict[str, str]:
    lines = {name: form.text(name, 2000) for name in FIELDS}
    return lines | {name: form.lines(name) for name in _STATEMENTS.values()}


def typed(entry: Entry) -> dict[str, str]:
    return (
        {name: str(getattr(entry, name) or "") for name in (*CHOSEN, "kind", "source", *_DAYS)}
        | {name: entry.statement.get(language, "") for language, name in _STATEMENTS.items()}
        | dict.fromkeys(LOOKED_FOR, "")
    )


def values(texts: dict[str, str]) -> dict[str, Any]:
    """For promise_fields.py, which says what does not fit."""
    return (
        {name: web.number(texts[name]) for name in CHOSEN}
        | {name: texts[name] for name in ("kind", "source", *_DAYS)}
        | {"statement": {language: texts[name] for language, name in _STATEMENTS.items()}}
    )


async def choices(texts: dict[str, str]) -> dict[str, list[Somebody]]:
    """Whoever is chosen first, then those whose name is like what was typed."""
    return {
        "members": _together(
            await promise_queries.members([web.number(texts["representative"])]),
            await promise_queries.members_like(texts["who"]),
        ),
        "prisoners": _together(
            await promise_queries.prisoners([web.number(texts["prisoner"])]),
            await promise_queries.prisoners_like(texts["whom"]),
        ),
        "successors": _together(
            await promise_queries.members([web.number(texts["successor"])]),
            await promise_queries.members_like(texts["next"]),
        ),
    }


def _together(chosen: list[Somebody], like: list[Somebody]) -> list[Somebody]:
    return chosen + [one for one in like if one not in chosen]
