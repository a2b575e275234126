"""Reads of actions and of what they say in each language."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from service.advocacy.tables import ActionState as State
from service.advocacy.targets import Targets
from service.cases.publication import IN_FULL, PUBLIC
from service.kit import clock, db, sealing
from service.kit.errors import NotFound, Problem
from service.kit.i18n import FALLBACK
from service.kit.i18n import lazy as _
from service.organisation import queries as organisations

# Of `action a` and `prisoner p`: that a text has a part of the name, also one that a case changes at its end.
_NAMES = r"""EXISTS (
    SELECT FROM action_edition e, regexp_split_to_table(concat_ws(' ', p.name_be, p.name_ru, p.name_latin,
           array_to_string(p.other_names, ' ')), '[^[:alpha:]]+') AS part
     WHERE e.action = a.id AND length(part) > 3 AND replace(concat_ws(' ', e.title, e.lead, e.ask, e.subject,
           e.prompts, e.points, e.example, e.call, e.share, e.thanks), '\n', ' ') ~* ('\m' || left(part, -1)))"""
# Of `action a`: that one of those it is about may not be shown, or by initials alone while its texts say the name.
HIDDEN = f"""EXISTS (
    SELECT FROM unnest(a.prisoners) AS about (id) LEFT JOIN prisoner_merged ON was = about.id
      JOIN prisoner p ON p.id = coalesce(prisoner_merged.prisoner, about.id)
     WHERE NOT {PUBLIC} OR NOT {IN_FULL} AND {_NAMES})"""


class Closed(Problem):
    code = "action_closed"
    status = 410
    sentence = _("This action is over. Thank you to everybody who took part.")


class Frozen(Problem):
    code = "action_frozen"
    status = 409
    sentence = _("This action rests at the moment. Please come back a little later.")


class Point(msgspec.Struct, frozen=True):
    """A thing to say. `party`: whose members it is for, empty for everybody's."""

    text: str
    party: str = ""


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """What an action says in one language; see tables.ActionEdition. `version`: 0 for one that is not written yet."""

    language: str
    version: int = 0
    changed_at: datetime | None = None
    title: str = ""
    lead: str = ""
    ask: str = ""
    subject: str = ""
    prompts: list[str] = []
    points: list[Point] = []
    example: str = ""
    call: str = ""
    share: str = ""
    thanks: str = ""

    def points_for(self, party: str) -> list[str]:
        """Those of that party first, then those that are for everybody."""
        own = [point.text for point in self.points if point.party and point.party.casefold() == party.casefold()]
        return own + [point.text for point in self.points if not point.party]


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """`edition`: in the language that was asked for, else the nearest; `languages`: of which there are editions.

    `prisoners`: ids, read them with cases.queries.people, which knows who may be shown. `is_test`: whoever writes
    tries it out; everything goes to the test address. `is_hidden`: one of those it is about may not be shown any
    more, or by initials alone, and its texts may name them.
    """

    id: int
    key: str
    name: str
    state: State
    targets: Targets
    prisoners: list[int]
    opens_at: datetime | None
    closes_at: datetime | None
    goal: int
    per_hour: int
    from_hour: int
    until_hour: int
    spread: bool
    choose_again: bool
    trouble: str
    is_test: bool
    is_hidden: bool
    opened_at: datetime | None
    closed_at: datetime | None
    version: int
    languages: list[str]
    edition: Edition

    @property
    def is_over(self) -> bool:
        """Also between its last moment and the clock's next look at it."""
        return self.state == State.CLOSED or (self.closes_at is not None and self.closes_at <= clock.now())

    @property
    def last_moment(self) -> datetime | None:
        """Before midnight, so that its date is the last day for people."""
        return self.closes_at - timedelta(seconds=1) if self.closes_at else None

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN and not self.is_over and not self.is_hidden


async def open_action(key: str, language: str) -> Action:
    """In which one can take part now; a draft too while it is tried out. Raises NotFound, Closed, Frozen."""
    action = await _by_key(key, language)
    if action.is_over:
        raise Closed
    if action.state == State.FROZEN or action.is_hidden:
        raise Frozen
    return action


async def shown_action(key: str, language: str) -> Action:
    """Also one that rests or is over. Raises NotFound, too for a hidden one and for a draft that nobody tries out."""
    action = await _by_key(key, language)
    if action.is_hidden:
        raise NotFound
    return action


async def shown(language: str) -> list[Action]:
    """All that ever opened: the open ones first, each group with the newest first."""
    order = "ORDER BY a.state = 'closed', a.opened_at DESC, a.id DESC"
    return await _read(f"WHERE a.state <> 'draft' AND NOT {HIDDEN} {order}", language)


async def open_ones(language: str) -> list[Action]:
    """In which one can take part now, the newest first."""
    where = f"WHERE a.state = 'open' AND NOT {HIDDEN} AND (a.closes_at IS NULL OR a.closes_at > $1)"
    return await _read(f"{where} ORDER BY a.opened_at DESC, a.id DESC", language, clock.now())


async def of_prisoner(prisoner: int, language: str) -> list[Action]:
    """The open actions about somebody, the newest first."""
    return [action for action in await open_ones(language) if prisoner in action.prisoners]


async def by_ids(ids: Sequence[int], language: str) -> dict[int, Action]:
    return {action.id: action for action in await _read("WHERE a.id = ANY($1)", language, list(ids))}


async def by_id(id: int, language: str) -> Action:
    """Whatever its state. Raises NotFound."""
    found = await by_ids([id], language)
    if id not in found:
        raise NotFound
    return found[id]


async def every(language: str) -> list[Action]:
    """For staff: drafts too, whatever was changed last first."""
    return await _read("ORDER BY a.state = 'closed', a.changed_at DESC, a.id DESC", language)


async def editions(action: int) -> dict[str, Edition]:
    rows = await db.fetch("SELECT e.* FROM action_edition e WHERE e.action = $1 ORDER BY e.language", action)
    return {row["language"]: _edition(row) for row in rows}


async def test_address(action: int) -> str:
    """Where everything goes while it is tried out; empty when it is not."""
    sealed = await db.fetch_value("SELECT test_address FROM action WHERE id = $1", action)
    return sealing.unseal_address(sealed) if sealed else ""


async def _by_key(key: str, language: str) -> Action:
    found = await _read("WHERE a.key = $1 AND (a.state <> 'draft' OR a.test_address IS NOT NULL)", language, key)
    if not found:
        raise NotFound
    return found[0]


async def _read(where: str, language: str, *args: Any) -> list[Action]:
    rows = await db.fetch(f"{_ACTIONS} {where}", *args)
    if not rows:
        return []
    texts = await db.fetch(_EDITIONS, [row["id"] for row in rows], await _order(language))
    said: dict[int, list[Edition]] = {}
    for text in texts:
        said.setdefault(text["action"], []).append(_edition(text))
    return [_action(row, said.get(row["id"], []), language) for row in rows]


async def _order(language: str) -> list[str]:
    """Which language is read first, when the reader's own is missing."""
    organisation = await organisations.current()
    return [language, organisation.fallback_language if organisation else FALLBACK, FALLBACK]


def _action(row: db.Record, said: list[Edition], language: str) -> Action:
    values = {name: row[name] for name in Action.__struct_fields__ if name in row}
    values["state"] = State(row["state"])
    values["targets"] = msgspec.json.decode(row["targets"], type=Targets)
    return Action(
        **values,
        is_test=row["test_address"] is not None,
        languages=sorted(edition.language for edition in said),
        edition=said[0] if said else Edition(language=language),
    )


def _edition(row: db.Record) -> Edition:
    values = {name: row[name] for name in Edition.__struct_fields__}
    values["prompts"] = msgspec.json.decode(row["prompts"])
    values["points"] = msgspec.json.decode(row["points"], type=list[Point])
    return Edition(**values)


_ACTIONS = f"SELECT a.*, {HIDDEN} AS is_hidden FROM action a"  # noqa: S608
_EDITIONS = """
    SELECT e.* FROM action_edition e WHERE e.action = ANY($1)
     ORDER BY e.action, coalesce(array_position($2::varchar[], e.language), 9), e.language
"""
