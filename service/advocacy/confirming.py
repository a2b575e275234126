"""The click in the mail: what was written with an address is its owner's, and leaves or is looked at first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from service.advocacy import holding, mail, pacing, queries, representing, states
from service.advocacy.queries import Action
from service.advocacy.tables import ActionState
from service.advocacy.tables import AdvocacyState as State
from service.kit import clock, db, sealing, tokens
from service.kit.tokens import ExpiredToken

# Somebody may write to all members of a large canton before they look into their mailbox.
MOST_AT_ONCE = 100


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One that waits. `version`: of what is shown, so that nothing else is confirmed; `in_office`: its member.

    `of_link`: the one that the link was mailed for; the others anybody may have written who knows the address.
    """

    id: int
    version: str
    to: str
    representative_key: str
    subject: str
    text: str
    in_office: bool
    of_link: bool

    @property
    def value(self) -> str:
        return f"{self.id}:{self.version}"


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What one link stands for. `letters`: that wait for the click, of this writer in this action, the link's first.

    `has_left`: the link's own; `ready` and `held`: how many are confirmed and still here; `expected`: when the first
    of them leaves, where that is known.
    """

    action: Action
    has_left: bool
    areas: list[int]
    letters: list[Letter]
    ready: int
    held: int
    expected: datetime | None

    @property
    def can_leave(self) -> bool:
        return takes_letters(self.action)


def takes_letters(action: Action) -> bool:
    """Also one that is tried out before it opens."""
    return action.is_open or (action.is_test and action.state == ActionState.DRAFT)


async def waiting(token: str, language: str) -> Waiting:
    """Changes nothing. Raises BadToken, or ExpiredToken for what was not confirmed in time."""
    row = await _of(token)
    action = await queries.by_id(row["action"], language)
    rows = await _of_writer(row)
    mine = [one for one in rows if one["state"] == State.UNCONFIRMED]
    ready = [one for one in rows if one["state"] == State.READY]
    return Waiting(
        action=action,
        has_left=row["state"] in (State.LEAVING, State.SENT, State.UNKNOWN),
        areas=[row["area"]] if row["area"] else [],
        letters=await _shown(mine, row["id"], language),
        ready=len(ready),
        held=sum(one["state"] == State.HELD for one in rows),
        expected=await pacing.expected(*(one["id"] for one in ready)),
    )


async def confirm(token: str, chosen: Sequence[str], client: str, language: str) -> int:
    """How many of `chosen`, as Letter.value names them, are confirmed now. The second click changes nothing.

    What was written anew since it was shown stays, and so does what is written to who is out of office.
    Raises BadToken, ExpiredToken.
    """
    row = await _of(token)
    if not takes_letters(await queries.by_id(row["action"], language)):
        return 0
    rows = {value_of(one): one for one in await _of_writer(row) if one["state"] == State.UNCONFIRMED}
    picked = [rows[value] for value in dict.fromkeys(chosen) if value in rows]
    present = {member.id for member in await _members(picked, language)}
    done = 0
    for one in picked:
        if one["representative"] in present:
            done += await _confirm(one["id"], _version(one), client)
    return done


async def _confirm(letter: int, version: str, client: str) -> bool:
    async with db.transaction():
        row = await db.fetch_one("SELECT * FROM advocacy_letter WHERE id = $1 FOR UPDATE", letter)
        if row is None or row["state"] != State.UNCONFIRMED or _version(row) != version:
            return False
        why = await holding.reasons(row, f"{_opened(row, 'subject')}\n\n{_opened(row, 'body')}", client)
        await states.move([letter], State.HELD if why else State.READY, held_for=why)
        if not row["is_test"]:
            await take_part(row["action"], row["address"], clock.now())
    return True


async def take_part(action: int, address: bytes, at: datetime) -> None:
    """`address`: sealed. Of the moment only the day is kept."""
    # The moment would tell of a subscriber, for years, which of the letters was theirs.
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    await db.execute(_TOOK_PART, action, address, day)


async def _of(token: str) -> db.Record:
    [letter] = tokens.read(mail.CONFIRM, token)
    row = await db.fetch_one("SELECT * FROM advocacy_letter WHERE id = $1", letter)
    if row is None or row["state"] == State.DROPPED or (row["state"] == State.UNCONFIRMED and not row["body"]):
        raise ExpiredToken
    return row


async def _of_writer(row: db.Record) -> list[db.Record]:
    """The letter of a link and what else its writer has on the way in the action; it alone when it is scrubbed."""
    if row["address"] is None:
        return [row]
    candidates = sealing.address_candidates(sealing.unseal_address(row["address"]))
    rows = await db.fetch(_OF_WRITER, row["action"], candidates, row["id"], MOST_AT_ONCE)
    return list(rows)


async def _shown(rows: Sequence[db.Record], of_link: int, language: str) -> list[Letter]:
    members = {member.id: member for member in await _members(rows, language)}
    return [
        Letter(
            id=row["id"],
            version=_version(row),
            to=row["representative_name"],
            representative_key=row["representative_key"],
            subject=_opened(row, "subject"),
            text=_opened(row, "body"),
            in_office=row["representative"] in members,
            of_link=row["id"] == of_link,
        )
        for row in rows
    ]


async def _members(rows: Sequence[db.Record], language: str) -> list[representing.Member]:
    return await representing.members(language, people=[row["representative"] for row in rows])


def _opened(row: Mapping[str, Any], name: str) -> str:
    return sealing.unseal(f"advocacy {name}", row[name]) if row[name] else ""


def value_of(row: Mapping[str, Any]) -> str:
    return f"{row['id']}:{_version(row)}"


def _version(row: Mapping[str, Any]) -> str:
    """Another one whenever the letter was written anew."""
    return f"{int(row['created_at'].timestamp() * 1_000_000):x}"


_OF_WRITER = """
    SELECT l.*, r.key AS representative_key, r.name AS representative_name
      FROM advocacy_letter l JOIN representative r ON r.id = l.representative
     WHERE l.action = $1 AND l.state IN ('unconfirmed', 'held', 'ready') AND l.address = ANY($2::bytea[])
     ORDER BY l.id <> $3, l.id LIMIT $4
"""
_TOOK_PART = """
    INSERT INTO took_part (action, address, at) VALUES ($1, $2, $3) ON CONFLICT (action, address) DO NOTHING
"""
