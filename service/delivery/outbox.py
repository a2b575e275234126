"""A mailing from its frozen audience to its end, as campaigns, subscribers and staff see it.

Every row of `delivery` is in one state, so that the books always balance:
audience = sent + refused + skipped + unknown + open.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from service.delivery import alerts, headers, inserts
from service.kit import clock, db, jobs
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.rendering.email import CompiledEdition

OUTBOX_LOCK = 0x0B07
CANCELLED = "cancelled"
ERASED = "erased"
NO_LONGER = "unsubscribed"


class NewMailing(msgspec.Struct, frozen=True, kw_only=True):
    """Who it comes from. `list_label`: the stable ASCII label of the List-Id; `shared`: the same for everybody."""

    sender_name: str
    sender_address: str
    list_name: str
    list_label: str
    reply_to: str = ""
    shared: Mapping[str, str] = {}


class EditionMissing(Problem):
    code = "edition_missing"
    status = 409
    sentence = Sentence(
        "Some readers have no edition in their language ({languages}). Add one, or choose who gets which."
    )


class NotPossibleNow(Problem):
    code = "mailing_state"
    status = 409
    sentence = Sentence("This mailing has moved on meanwhile. Please look at its present state and try again.")


async def create(new: NewMailing, editions: Mapping[str, CompiledEdition]) -> int:
    """A mailing that is still being frozen; returns its id. Raises BadSender."""
    headers.check_sender(new.sender_name, new.sender_address, new.reply_to, new.list_name, new.list_label)
    async with db.transaction():
        id: int = await db.fetch_value(
            "INSERT INTO mailing (state, pause_reason, sender_name, sender_address, reply_to, list_name, list_label,"
            " shared, audience, created_at) VALUES ('freezing', '', $1, $2, $3, $4, $5, $6, 0, $7) RETURNING id",
            new.sender_name,
            new.sender_address,
            new.reply_to,
            new.list_name,
            new.list_label,
            msgspec.json.encode(dict(new.shared)).decode(),
            clock.now(),
        )
        await db.execute_many(
            "INSERT INTO mailing_edition (mailing, language, subject, html, text) VALUES ($1, $2, $3, $4, $5)",
            [(id, language, text.subject, text.html, text.text) for language, text in editions.items()],
        )
        await inserts.keep(id, editions)
    return id


async def freeze(mailing: int, select_sql: str, args: Sequence[Any] = ()) -> int:
    """Adds the audience in one INSERT … SELECT; returns how many were new.

    The select yields subscriber, language, address, first_name, last_name (sealed columns as they are); its
    placeholders are $1 to $n for `args`. Somebody who is in the audience already is left alone.
    Raises EditionMissing, NotPossibleNow.
    """
    async with db.transaction():
        await _require(mailing, "freezing")
        n = len(args)
        added = await db.execute(
            "INSERT INTO delivery (mailing, state, due_at, attempts, reason, reply,"  # noqa: S608
            " subscriber, language, address, first_name, last_name)"
            f" SELECT ${n + 1}, 'queued', ${n + 2}, 0, '', '',"
            " s.subscriber, s.language, s.address, s.first_name, s.last_name"
            f" FROM ({select_sql}) s ON CONFLICT (subscriber, mailing) DO NOTHING",
            *args,
            mailing,
            clock.now(),
        )
        await _require_editions(mailing)
        await db.execute("UPDATE mailing SET audience = audience + $2 WHERE id = $1", mailing, added)
    return added


async def give(mailing: int, deliveries: Sequence[int], keys: Sequence[Sequence[int]]) -> None:
    """Whom the mail's own list shows, for each of these rows of a mailing that is being frozen."""
    await db.execute(
        "UPDATE delivery d SET inserts = given.keys::bigint[]"
        " FROM unnest($2::bigint[], $3::text[]) AS given (id, keys) WHERE d.mailing = $1 AND d.id = given.id",
        mailing,
        deliveries,
        ["{" + ",".join(map(str, shown)) + "}" for shown in keys],
    )


async def add_keys(mailing: int, languages: Sequence[str], select_sql: str, args: Sequence[Any] = ()) -> int:
    """One more key for each reader of these editions of whom the select yields one; returns how many those are.

    It yields subscriber and key, each subscriber once; its placeholders are $1 to $n for `args`.
    """
    n = len(args)
    return await db.execute(
        "UPDATE delivery d SET inserts = coalesce(d.inserts, '{}') || given.key"  # noqa: S608
        f" FROM ({select_sql}) AS given WHERE d.mailing = ${n + 1} AND d.subscriber = given.subscriber"
        f" AND d.language = ANY(${n + 2}::varchar[])",
        *args,
        mailing,
        languages,
    )


async def open(
    mailing: int,
    select_gone: str = "",
    args: Sequence[Any] = (),
    select_gone_keys: str = "",
    key_args: Sequence[Any] = (),
) -> None:
    """Lets the sending begin. Raises NotPossibleNow.

    `select_gone` (placeholders $1 to $n for `args`) yields as `subscriber` who of the frozen no longer qualifies,
    also because the record is gone. It runs while nobody can withdraw: who leaves meanwhile does not slip through.
    `select_gone_keys`: the same for who stands in the mails, as `key` and `reason`.
    """
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock($1)", OUTBOX_LOCK)
        await _move(mailing, ("freezing",), "sending", "started_at = $3")
        if select_gone:
            n = len(args)
            await db.execute(
                "UPDATE delivery d SET state = 'skipped', "  # noqa: S608
                f"reason = '{NO_LONGER}', settled_at = ${n + 2}, {EMPTY}"
                f" FROM ({select_gone}) gone WHERE d.mailing = ${n + 1} AND d.state = 'queued'"
                " AND d.subscriber = gone.subscriber",
                *args,
                mailing,
                clock.now(),
            )
        for row in await db.fetch(select_gone_keys, *key_args) if select_gone_keys else []:
            await _take_out(mailing, row["key"], row["reason"])
        jobs.enqueue("delivery.work", mailing)


async def pause(mailing: int, reason: str = "") -> None:
    """Stops before the next mail; `reason` is a sentence for staff. Pausing twice is fine. Raises NotPossibleNow."""
    async with db.transaction():
        await _move(mailing, ("sending", "paused"), "paused", "pause_reason = $3", reason[:500])


async def resume(mailing: int) -> None:
    """Goes on where it stopped. Resuming twice is fine. Raises NotPossibleNow."""
    async with db.transaction():
        await _move(mailing, ("paused", "sending"), "sending", "strikes = 0, pause_reason = $3", "")
        jobs.enqueue("delivery.work", mailing)


async def cancel(mailing: int) -> int:
    """Ends it: whoever has not been written to is skipped; returns how many those are. Raises NotPossibleNow."""
    async with db.transaction():
        await _move(mailing, ("freezing", "sending", "paused", "cancelled"), "cancelled", "finished_at = $3")
        return await _take_back("mailing = $2", CANCELLED, mailing)


async def withdraw(subscriber: int, reason: str) -> int:
    """Nothing more of any mailing leaves for this person; returns how many mails that were.

    Call it in the transaction that makes the consent false. What is being handed over at this moment may still
    arrive, but is not tried again.
    """
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock_shared($1)", OUTBOX_LOCK)
        return await _take_back("subscriber = $2 AND mailing IS NOT NULL", reason, subscriber)


async def withdraw_key(key: int, reason: str) -> int:
    """Whoever is known by `key` stands in nothing that leaves from now on; returns from how many mails that was.

    Of what has left nothing is kept of them but the key.
    Call it in the transaction that changes the facts; `reason` is a word such as "released". A reader's own list
    shows somebody else of the same mailing instead; without anybody else there the mail is skipped. A mailing pauses
    when nobody is left in a list that all its readers share.
    """
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock_shared($1)", OUTBOX_LOCK)
        mails = sum([await _take_out(mailing, key, reason) for mailing in await inserts.unfinished_with([key])])
        await inserts.empty(key)
    return mails


async def forget(subscribers: Sequence[int]) -> None:
    """For an erasure: like withdraw, transactional mails too, and no row names these people any more."""
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock_shared($1)", OUTBOX_LOCK)
        await _take_back("subscriber = ANY($2::bigint[])", ERASED, subscribers)
        # A server's answer may name whom it does not know.
        await db.execute(
            "UPDATE delivery SET subscriber = NULL, reply = '' WHERE subscriber = ANY($1::bigint[])", subscribers
        )


async def forget_address(sealed: Sequence[bytes]) -> int:
    """The same for mails of no campaign to somebody who is no subscriber: in any form of the address.

    Mails that wait for an `until` are left: they are for somebody else, and whoever gave it looks after them.
    """
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock_shared($1)", OUTBOX_LOCK)
        where = "mailing IS NULL AND until IS NULL AND address = ANY($2::bytea[])"
        return await _take_back(where, ERASED, sealed)


async def resend_unknown(mailing: int) -> int:
    """Staff decided: those of whom nobody knows whether they got it get it again, with the same Message-ID.

    Returns how many; who left meanwhile is skipped instead, and whom the ledger has forgotten stays unknown.
    """
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock($1)", OUTBOX_LOCK)
        await _move(mailing, ("sending", "paused", "sent"), None)
        await _leave("due_at = 'infinity' AND mailing = $1", mailing, "state = 'skipped'")
        again = await db.execute(
            "UPDATE delivery SET state = 'queued', reason = '', reply = '', settled_at = NULL,"
            " due_at = $2 WHERE mailing = $1 AND state = 'unknown' AND address IS NOT NULL",
            mailing,
            clock.now(),
        )
        if again:
            await db.execute(
                "UPDATE mailing SET state = 'sending', finished_at = NULL WHERE id = $1 AND state = 'sent'", mailing
            )
        jobs.enqueue("delivery.work", mailing)
    return again


async def leave_unknown(mailing: int) -> int:
    """Staff decided: they stay counted as unknown and are not tried again; their addresses are emptied."""
    return await _leave("mailing = $1 AND address IS NOT NULL", mailing, "due_at = 'infinity', reason = 'left'")


EMPTY = "address = NULL, first_name = NULL, last_name = NULL, inserts = NULL, context = NULL"


async def _take_out(mailing: int, key: int, reason: str) -> int:
    taken = await inserts.take_out(mailing, key, reason)
    if taken.nobody_left:
        await _take_back("id = ANY($2::bigint[])", reason, await inserts.rows_with(mailing, taken.nobody_left))
    if taken.leaves_a_gap and not await alerts.paused(mailing, inserts.EMPTIED):
        # Whoever paused it before is told when they look at it.
        await db.execute(
            "UPDATE mailing SET pause_reason = $2 WHERE id = $1 AND state = 'paused'", mailing, inserts.EMPTIED
        )
    return taken.mails


async def _take_back(where: str, reason: str, whose: int | Sequence[int] | Sequence[bytes]) -> int:
    """Skips what is open and returns how many. Those under way now are not counted, and sent if they left.

    Unknown ones stay unknown, for good.
    """
    taken: int = await db.fetch_value(
        f"WITH back AS (UPDATE delivery SET state = 'skipped', reason = $1, settled_at = $3, {EMPTY}"  # noqa: S608
        f" WHERE {where} AND state IN ('queued', 'later') RETURNING id)"
        " SELECT count(*) FROM back WHERE id NOT IN (SELECT unnest(under_way) FROM delivery_run)",
        reason,
        whose,
        clock.now(),
    )
    await db.execute(
        f"UPDATE delivery SET due_at = 'infinity', reason = $1, {EMPTY} WHERE {where} AND state = 'unknown'",  # noqa: S608
        reason,
        whose,
    )
    return taken


async def _leave(where: str, mailing: int, change: str) -> int:
    return await db.execute(
        f"UPDATE delivery SET {change}, {EMPTY} WHERE state = 'unknown' AND {where}",  # noqa: S608
        mailing,
    )


async def _move(
    mailing: int, before: Sequence[str], after: str | None, change: str = "id = id", value: Any = None
) -> None:
    """Changes the state of a mailing that is in one of `before`; `change` may use $3. Raises NotPossibleNow."""
    parameter = [clock.now() if value is None else value] if "$3" in change else []
    state = f"state = '{after}', " if after else ""
    moved = await db.execute(
        f"UPDATE mailing SET {state}{change} WHERE id = $1 AND state = ANY($2)",  # noqa: S608
        mailing,
        list(before),
        *parameter,
    )
    if not moved:
        raise NotPossibleNow


async def _require(mailing: int, state: str) -> None:
    if await db.fetch_value("SELECT state FROM mailing WHERE id = $1 FOR UPDATE", mailing) != state:
        raise NotPossibleNow


async def _require_editions(mailing: int) -> None:
    rows = await db.fetch(
        "SELECT language FROM delivery d WHERE mailing = $1 GROUP BY language"
        " HAVING NOT EXISTS (SELECT 1 FROM mailing_edition e WHERE e.mailing = $1 AND e.language = d.language)",
        mailing,
    )
    if rows:
        raise EditionMissing(languages=", ".join(row["language"] for row in rows))
