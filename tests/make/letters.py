"""Letters that were given out and posted, of nobody."""

from collections.abc import Sequence
from datetime import date, timedelta

from service.kit import clock, db


async def allotment(
    prisoner: int, reserved: int = 1, batch: str = "mailing 1", days: int = 21, posted: int = 0
) -> None:
    """Reserved for `days` from now."""
    await db.execute(
        "INSERT INTO allotment (batch, prisoner, reserved, posted, made_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        *(batch, prisoner, reserved, posted, clock.now(), clock.now() + timedelta(days=days)),
    )


async def posted(prisoner: int, letters: int = 1, day: date | None = None, said_by: str = "reader") -> None:
    await db.execute(
        "INSERT INTO letters_posted (prisoner, day, said_by, letters) VALUES ($1, $2, $3, $4)",
        *(prisoner, day or clock.now().date(), said_by, letters),
    )


async def pieces(mailing: int, prisoners: Sequence[int], languages: Sequence[str] = ("en",)) -> None:
    """The prisoners stand in the personal list of the mailing."""
    await db.execute(
        "INSERT INTO mailing_insert (mailing, language, place, personal, key, position, html, text)"
        " SELECT $1, language, 0, true, key, 0, '<p>' || key || '</p>', key::text"
        " FROM unnest($2::bigint[]) AS key, unnest($3::text[]) AS language",
        *(mailing, list(prisoners), list(languages)),
    )


async def stay(prisoner: int, facility: int, days_ago: int = 0) -> None:
    """The prisoner is held there, as we learned that many days ago."""
    await db.execute(
        "INSERT INTO prisoner_stay (prisoner, facility, since, until, noted_at) VALUES ($1, $2, '', '', $3)",
        *(prisoner, facility, clock.now() - timedelta(days=days_ago)),
    )
