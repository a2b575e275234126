"""A sending domain that the world does not know yet sends a little more each day, until it is known.

Campaigns keep to the plan; mails to one person are counted in it and never wait for it.
"""

from datetime import datetime, timedelta

import msgspec

from service.delivery import headers, quota
from service.delivery.headers import Unmailable
from service.kit import clock, db
from service.kit.errors import Problem
from service.kit.i18n import Sentence


class Plan(msgspec.Struct, frozen=True):
    """`first` mails on the first day, `growth` times as many on each further day; over when `last` is reached."""

    first: int = 200
    growth: float = 1.5
    last: int = 100_000

    def on_day(self, day: int) -> int | None:
        """How many on that day, the first being 1; None when the plan is over."""
        most = int(self.first * self.growth ** (day - 1))
        return most if most < self.last else None

    def days(self) -> int:
        day = 1
        while self.on_day(day):
            day += 1
        return day - 1


PLAN = Plan()
_DAY = timedelta(days=1)


class Standing(msgspec.Struct, frozen=True):
    """Where a domain stands in the plan: `used` of `most` in the last 24 hours, `tomorrow` of the next day.

    `tomorrow` is None on the last day; `next_day_at` is when the next day of the plan begins.
    """

    domain: str
    day: int
    days: int
    most: int
    used: int
    tomorrow: int | None
    next_day_at: datetime


class BadDomain(Problem):
    code = "bad_domain"
    status = 422
    sentence = Sentence("“{domain}” is not the name of a domain, like example.org.")


class NotWarming(Problem):
    code = "not_warming"
    status = 404
    sentence = Sentence("{domain} is not being warmed up.")


async def start(domain: str) -> Standing:
    """Begins the plan, also once more for a domain that had one; one that is under way goes on as it is.

    Raises BadDomain.
    """
    name = _checked(domain)
    await db.execute(
        "INSERT INTO warm_up AS w (domain, began_at) VALUES ($1, $2)"
        " ON CONFLICT (domain) DO UPDATE SET began_at = excluded.began_at, ended_at = NULL"
        " WHERE w.ended_at IS NOT NULL OR w.began_at <= $3",
        name,
        clock.now(),
        clock.now() - PLAN.days() * _DAY,
    )
    found = await standing(name)
    assert found, "it has just begun"
    return found


async def stop(domain: str) -> None:
    """From now on the domain sends as much as there is. Raises NotWarming."""
    stopped = await db.execute(
        "UPDATE warm_up SET ended_at = $2 WHERE domain = $1 AND ended_at IS NULL AND began_at > $3",
        domain.strip().lower(),
        clock.now(),
        clock.now() - PLAN.days() * _DAY,
    )
    if not stopped:
        raise NotWarming(domain=domain.strip())


async def standing(domain: str) -> Standing | None:
    """None for a domain that is not being warmed up, or is known by now."""
    return next((found for found in await standings() if found.domain == domain.lower()), None)


async def standings() -> list[Standing]:
    """All domains that are being warmed up."""
    return [await _standing(domain, began_at) for domain, began_at in (await under_way()).items()]


async def under_way() -> dict[str, datetime]:
    """All domains that are being warmed up, and since when."""
    rows = await db.fetch(
        "SELECT domain, began_at FROM warm_up WHERE ended_at IS NULL AND began_at > $1 ORDER BY domain",
        clock.now() - PLAN.days() * _DAY,
    )
    return {row["domain"]: row["began_at"] for row in rows}


def most_of(began_at: datetime) -> int | None:
    """How many mails the plan allows in 24 hours by now; None when it is over."""
    return PLAN.on_day(_day(began_at))


def quota_name(domain: str) -> str:
    return f"domain {domain}"


async def _standing(domain: str, began_at: datetime) -> Standing:
    day = _day(began_at)
    return Standing(
        domain,
        day,
        PLAN.days(),
        PLAN.on_day(day) or PLAN.last,
        await quota.used(quota_name(domain)),
        PLAN.on_day(day + 1),
        began_at + day * _DAY,
    )


def _day(began_at: datetime) -> int:
    # A clock that was set back does not lead before the first day.
    return max(0, (clock.now() - began_at) // _DAY) + 1


def _checked(domain: str) -> str:
    try:
        return headers.checked_address(f"news@{domain.strip()}").rpartition("@")[2]
    except Unmailable:
        raise BadDomain(domain=domain.strip()) from None
