"""Who changed what. Written in the transaction of the change; names no subscriber."""

from typing import Any

import msgspec

from service.kit import clock, db


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
