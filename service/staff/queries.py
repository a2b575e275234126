"""Reads of the people on the staff and of the audit."""

from datetime import datetime
from typing import Any

import msgspec

from service.auth import accounts
from service.auth.accounts import Account
from service.kit import db

PAGE = 50


class Colleague(msgspec.Struct, frozen=True):
    """Somebody in the list of people; `state` is as `state_of` names it."""

    id: int
    name: str
    address: str
    role: str
    state: str
    has_second_factor: bool
    last_seen: datetime | None


class Entry(msgspec.Struct, frozen=True):
    """One line of the audit. `who` is None for a command or the machine itself."""

    id: int
    at: datetime
    who: str | None
    action: str
    subject: str
    detail: dict[str, Any]


def state_of(account: Account, last_seen: datetime | None) -> str:
    """deactivated, invited, no password yet (for who came by a link that works once) or active."""
    return "no password yet" if account.state == "invited" and last_seen else account.state


async def last_seen(account: int) -> datetime | None:
    found: datetime | None = await db.fetch_value(
        "SELECT max(seen_at) FROM staff_session WHERE account = $1", account
    )
    return found


async def inviter_of(account: int) -> str | None:
    """Who sent the latest invitation; None when a command did."""
    found: str | None = await db.fetch_value(
        "SELECT a.name FROM audit e LEFT JOIN account a ON a.id = e.account"
        " WHERE e.subject = $1 AND e.action IN ('staff.invited', 'staff.invited_again') ORDER BY e.id DESC LIMIT 1",
        f"account {account}",
    )
    return found


async def people() -> list[Colleague]:
    """Active and invited first, then deactivated; by name."""
    seen = {
        row["account"]: row["seen"]
        for row in await db.fetch("SELECT account, max(seen_at) AS seen FROM staff_session GROUP BY account")
    }
    return [
        Colleague(
            id=account.id,
            name=account.name,
            address=account.address,
            role=account.role,
            state=state_of(account, seen.get(account.id)),
            has_second_factor=account.totp_secret is not None,
            last_seen=seen.get(account.id),
        )
        for account in await accounts.everybody()
    ]


async def audit_page(action: str = "", account: int | None = None, before: int | None = None) -> list[Entry]:
    """Newest first, at most PAGE + 1 so that the caller knows whether there is more."""
    rows = await db.fetch(
        "SELECT e.id, e.at, a.name AS who, e.action, e.subject, e.detail FROM audit e"
        " LEFT JOIN account a ON a.id = e.account"
        " WHERE ($1 = '' OR e.action = $1) AND ($2::bigint IS NULL OR e.account = $2)"
        " AND ($3::bigint IS NULL OR e.id < $3) ORDER BY e.id DESC LIMIT $4",
        action,
        account,
        before,
        PAGE + 1,
    )
    return [Entry(**{**row, "detail": msgspec.json.decode(row["detail"])}) for row in rows]


async def actions() -> list[str]:
    """Every action that the audit holds."""
    return [row["action"] for row in await db.fetch("SELECT DISTINCT action FROM audit ORDER BY action")]


async def campaigns(subjects: list[str]) -> dict[str, tuple[int, str]]:
    """Id and name of those that still exist, by their subject ("campaign 12")."""
    rows = await db.fetch("SELECT id, name FROM campaign WHERE 'campaign ' || id = ANY($1)", subjects)
    return {f"campaign {row['id']}": (row["id"], row["name"]) for row in rows}


async def advocacy_actions(subjects: list[str]) -> dict[str, tuple[int, str]]:
    """The same of "action 12"."""
    rows = await db.fetch("SELECT id, name FROM action WHERE 'action ' || id = ANY($1)", subjects)
    return {f"action {row['id']}": (row["id"], row["name"]) for row in rows}


async def lists() -> dict[int, str]:
    """Names of all lists, the archived ones too."""
    return {row["id"]: row["name"] for row in await db.fetch("SELECT id, name FROM mailing_list")}


async def frozen_since() -> datetime | None:
    found: datetime | None = await db.fetch_value("SELECT frozen_at FROM organisation WHERE id = 1")
    return found
