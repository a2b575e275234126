"""A file of people leaves by two owners: one asks and says why, another one allows it, and it is handed out once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from service.auth import accounts, audit
from service.auth.accounts import Account
from service.kit import clock, db
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.subscribers import exporting, mail, people_queries
from service.subscribers.people_queries import Selection
from service.subscribers.tables import ExportState

# To be allowed after it was asked for, and to be taken after it was allowed.
OPEN_FOR = timedelta(days=1)
# Or one owner could make a second one for it, and nobody would have had the time to wonder who that is.
SETTLED_AFTER = timedelta(days=7)
LONGEST_REASON = 300
_SHORTEST_REASON = 10
_SHOWN = 20


class Alone(Problem):
    code = "export_takes_two"
    status = 409
    sentence = Sentence(
        "An export takes two owners, and nobody else here has been one for a week. Please invite a second owner "
        "first, or wait until the week is over."
    )


class TooNew(Problem):
    code = "export_too_new"
    status = 403
    sentence = Sentence(
        "You have not been an owner for a week, so you cannot ask for an export yet. Another owner can, and you can "
        "when the week is over."
    )


class AskedAlready(Problem):
    code = "export_asked_already"
    status = 409
    sentence = Sentence("You have asked for an export already. Please wait for the answer, or take it back first.")


class OwnRequest(Problem):
    code = "own_export"
    status = 403
    sentence = Sentence("You have asked for this export yourself, so another owner has to allow it.")


class NewOwner(Problem):
    code = "owner_since_then"
    status = 403
    sentence = Sentence(
        "You had not been an owner for a week when this export was asked for, so you cannot allow it. Another owner "
        "can; or it is taken back and asked for anew."
    )


class TooLate(Problem):
    code = "export_over"
    status = 409
    sentence = Sentence(
        "This export is not open any more: it was decided, taken or taken back, its day is over, or one of the two "
        "is no owner any more."
    )


class ExportRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`who` and `decider` are names; `list_name` is empty for everybody.

    `state` is expired once its day is over, and void when one of the two is no owner any more.
    """

    id: int
    state: str
    mailing_list: int
    list_name: str
    topic: str
    language: str
    reason: str
    people: int
    asked_by: int
    who: str
    asked_at: datetime
    decider: str
    decided_at: datetime | None
    taken_at: datetime | None

    @property
    def until(self) -> datetime:
        return (
            self.decided_at if self.state == ExportState.ALLOWED and self.decided_at else self.asked_at
        ) + OPEN_FOR

    @property
    def is_open(self) -> bool:
        return self.state in (ExportState.ASKED, ExportState.ALLOWED)


async def ask(selection: Selection, reason: str, by: int) -> int:
    """Raises Invalid, Alone, TooNew or AskedAlready."""
    reason = " ".join(reason.split())
    if not _SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid(
            {"reason": Sentence("Please say in a sentence what the file is for, in at most 300 characters.")}
        )
    if not await deciders(by):
        raise Alone
    if not await is_settled(by):
        raise TooNew
    async with db.transaction():
        # Two tabs of one owner ask one after the other.
        await db.execute("SELECT FROM account WHERE id = $1 FOR UPDATE", by)
        if await open_of(by):
            raise AskedAlready
        people = await people_queries.count(selection)
        if not people:
            raise Invalid({"mailing_list": Sentence("Nobody of these gets mail, so there is nothing to export.")})
        id: int = await db.fetch_value(
            "INSERT INTO export_request (state, mailing_list, topic, language, reason, people, asked_by, asked_at)"
            " VALUES ('asked', $1, $2, $3, $4, $5, $6, $7) RETURNING id",
            *msgspec.structs.astuple(selection),
            reason,
            people,
            by,
            clock.now(),
        )
        told = {"reason": reason, "people": people, **exporting.in_words(selection)}
        await audit.record(by, "export.asked", f"export {id}", told)
        who = (await accounts.get(by)).name
        # Also those who cannot allow it: they see that somebody asks.
        for owner in await accounts.other_owners(by):
            await mail.export_asked(owner, who, OPEN_FOR)
    return id


async def deciders(account: int) -> list[Account]:
    """The other owners who could allow what this one asks for now."""
    return [owner for owner in await accounts.other_owners(account) if await is_settled(owner.id)]


async def is_settled(account: int) -> bool:
    """Whether an owner has been one for long enough to take part in an export that is asked for now."""
    return not await accounts.changed_since(account, clock.now() - SETTLED_AFTER)


async def allow(id: int, by: int) -> None:
    """Raises OwnRequest, NewOwner or TooLate."""
    await _decide(id, by, ExportState.ALLOWED)


async def decline(id: int, by: int) -> None:
    """Also what was allowed, until it is taken. Raises OwnRequest or TooLate."""
    await _decide(id, by, ExportState.DECLINED)


async def withdraw(id: int, by: int) -> None:
    """By whoever asked, also once it was allowed. Raises TooLate."""
    async with db.transaction():
        taken_back = await db.execute(
            "UPDATE export_request SET state = 'withdrawn', decided_by = $2, decided_at = $3"
            " WHERE id = $1 AND asked_by = $2 AND state IN ('asked', 'allowed')",
            id,
            by,
            clock.now(),
        )
        if not taken_back:
            raise TooLate
        await audit.record(by, "export.withdrawn", f"export {id}")


async def take(id: int, by: int) -> Selection:
    """Whom the file is to hold: for whoever asked, and once. Raises TooLate."""
    async with db.transaction():
        row = await db.fetch_one(_TAKE, id, by, clock.now(), clock.now() - OPEN_FOR)
        if row is None:
            raise TooLate
        selection = Selection(row["mailing_list"], row["topic"], row["language"])
        await exporting.record(selection, by, f"export {id}")
    return selection


async def open_of(account: int) -> ExportRequest | None:
    """What somebody asked for that still waits, or waits to be taken."""
    found = await _shown("e.asked_by = $2 AND e.state IN ('asked', 'allowed')", account)
    return next((request for request in found if request.is_open), None)


async def to_decide(account: int) -> list[ExportRequest]:
    """What others ask for and nobody has decided."""
    return [each for each in await _shown("e.asked_by <> $2 AND e.state = 'asked'", account) if each.is_open]


async def to_stop(account: int) -> list[ExportRequest]:
    """What others may take, and have not taken."""
    return [each for each in await _shown("e.asked_by <> $2 AND e.state = 'allowed'", account) if each.is_open]


async def past() -> list[ExportRequest]:
    """The latest ones that are over."""
    return [request for request in await _shown("true") if not request.is_open]


async def _decide(id: int, by: int, decision: ExportState) -> None:
    async with db.transaction():
        row = await db.fetch_one(
            "SELECT asked_by, asked_at FROM export_request WHERE id = $1 AND (state = 'asked' AND asked_at > $2"
            " OR state = 'allowed' AND decided_at > $2 AND $3) FOR UPDATE",
            id,
            clock.now() - OPEN_FOR,
            decision == ExportState.DECLINED,
        )
        if row is None:
            raise TooLate
        if row["asked_by"] == by:
            raise OwnRequest
        settled = row["asked_at"] - SETTLED_AFTER
        if decision == ExportState.ALLOWED and await accounts.changed_since(by, settled):
            raise NewOwner
        await db.execute(
            "UPDATE export_request SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1",
            id,
            decision.value,
            by,
            clock.now(),
        )
        await audit.record(by, f"export.{decision}", f"export {id}")


async def _shown(where: str, *args: Any) -> list[ExportRequest]:
    """Newest first; `where` may use $2 and on."""
    rows: Sequence[db.Record] = await db.fetch(_SHOW.format(where=where), clock.now() - OPEN_FOR, *args)
    return [ExportRequest(**row) for row in rows]


_OWNERS = "(SELECT id FROM account WHERE role = 'owner' AND deactivated_at IS NULL)"
_TAKE = f"""
    UPDATE export_request SET state = 'taken', taken_at = $3
     WHERE id = $1 AND asked_by = $2 AND state = 'allowed' AND decided_at > $4 AND decided_by IN {_OWNERS}
    RETURNING mailing_list, topic, language
"""  # noqa: S608
_SHOW = f"""
    SELECT e.id, CASE WHEN e.state = 'asked' AND e.asked_at <= $1 OR e.state = 'allowed' AND e.decided_at <= $1
                      THEN 'expired'
                      WHEN e.state IN ('asked', 'allowed') AND e.asked_by NOT IN {_OWNERS}
                        OR e.state = 'allowed' AND e.decided_by NOT IN {_OWNERS}
                      THEN 'void' ELSE e.state END AS state,
           e.mailing_list, coalesce(l.name, '') AS list_name, e.topic, e.language, e.reason, e.people,
           e.asked_by, coalesce(a.name, '') AS who, e.asked_at, coalesce(d.name, '') AS decider, e.decided_at,
           e.taken_at
      FROM export_request e LEFT JOIN account a ON a.id = e.asked_by LEFT JOIN account d ON d.id = e.decided_by
      LEFT JOIN mailing_list l ON l.id = e.mailing_list
     WHERE {{where}} ORDER BY e.id DESC LIMIT {_SHOWN}
"""  # noqa: S608
