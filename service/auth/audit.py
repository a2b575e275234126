"""Who changed what. Written in the transaction of the change; names no subscriber."""

from typing import Any

import msgspec

from service.kit import clock, db


async def who_last(action: str) -> str | None:
    """The name of whoever did this last; None for nobody, a command or the machine itself."""
    found: str | None = await db.fetch_value(
        "SELECT a.name FROM audit e LEFT JOIN account a ON a.id = e.account WHERE e.action = $1"
        " ORDER BY e.id DESC LIMIT 1",
        action,
    )
    return found


async def last_by(action: str, subject: str) -> int | None:
    """Who did that last; None for the machine, a command, or nobody."""
    found: int | None = await db.fetch_value(
        "SELECT account FROM audit WHERE action = $1 AND subject = $2 ORDER BY id DESC LIMIT 1", action, subject
    )
    return found


async def record(account: int | None, action: str, subject: str = "", detail: dict[str, Any] | None = None) -> None:
    """`account`: who did it, None for the machine or a command. `action`: dotted, "campaign.scheduled"."""
    await db.execute(
        "INSERT INTO audit (at, account, action, subject, detail) VALUES ($1, $2, $3, $4, $5::jsonb)",
        clock.now(),
        account,
        action,
        subject,
        msgspec.json.encode(detail or {}).decode(),
    )
