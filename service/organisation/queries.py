"""The organisation of this installation."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from service.kit import clock, db, sealing
from service.kit.errors import Problem
from service.kit.i18n import lazy as _
from service.organisation.setup import PEPPER


class Ended(Problem):
    code = "ended"
    status = 410
    sentence = _(
        "Nothing more is sent. What was kept here of people was destroyed, and nobody can read it any more, we "
        "ourselves included. You need not do anything."
    )


class Organisation(msgspec.Struct, frozen=True):
    """What pages and mails need to know of it."""

    name: str
    postal_address: str
    website: str
    timezone: str
    languages: list[str]
    fallback_language: str
    sender_name: str
    sender_address: str
    reply_to: str
    contact_address: str
    # Since when all that was sealed is destroyed.
    destroyed_at: datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def speaks(self, language: str) -> str:
        """`language` if the organisation writes in it, else its fallback."""
        return language if language in self.languages else self.fallback_language


async def current() -> Organisation | None:
    """None before the first set-up."""
    row = await db.fetch_one("SELECT * FROM organisation WHERE id = 1")
    if row is None:
        return None
    values = {field: row[field] for field in Organisation.__struct_fields__ if field != "languages"}
    return Organisation(languages=msgspec.json.decode(row["languages"]), **values)


async def is_stopped() -> bool:
    """Whether an owner has stopped everything, so that nothing is handed over."""
    found: bool = await db.fetch_value("SELECT EXISTS (SELECT FROM organisation WHERE frozen_at IS NOT NULL)")
    return found


async def pepper() -> bytes:
    """32 random bytes for keyed hashes and keys that have to stay the same when the secret is changed."""
    sealed: bytes = await db.fetch_value("SELECT pepper FROM organisation WHERE id = 1")
    return bytes.fromhex(sealing.unseal(PEPPER, sealed))


async def required() -> Organisation:
    """The organisation; every installation has one after `migrate`."""
    found = await current()
    assert found, "`hundredfold migrate` makes the organisation"
    return found


async def today() -> date:
    """The day that it is where the organisation is."""
    return clock.now().astimezone((await required()).zone).date()
