"""Who gets a campaign: lists ∪ topics, ∩ languages ∩ countries ∩ who took part, and of those only the confirmed."""

from collections.abc import Iterable
from typing import Any

import msgspec

from service.advocacy import in_campaigns
from service.auth import audit
from service.campaigns import compose
from service.campaigns.queries import Audience
from service.kit import db
from service.kit.i18n import LANGUAGES

# The only select of an audience: the live count, the freeze and the check before opening all stand on it.
# Whoever is suppressed is not confirmed any more: subscribers sees to it in the same transaction.
_WHO = f"""
    SELECT s.id AS subscriber,
           CASE WHEN s.language = ANY($1::varchar[]) THEN s.language ELSE $2::varchar END AS language,
           s.address, s.first_name, s.last_name
      FROM subscriber s
     WHERE s.state = 'confirmed'
       AND (cardinality($3::varchar[]) = 0 OR s.language = ANY($3::varchar[]))
       AND (s.topics && $4::varchar[]
            OR EXISTS (SELECT 1 FROM list_member m JOIN mailing_list l ON l.id = m.mailing_list
                        WHERE m.subscriber = s.id AND m.mailing_list = ANY($5::bigint[]) AND l.archived_at IS NULL))
       AND (cardinality($6::varchar[]) = 0 OR s.country = ANY($6::varchar[]))
       AND ($7::bigint = 0 OR {in_campaigns.TOOK_PART.format("$7")})
       AND ($8::bigint = 0 OR NOT {in_campaigns.TOOK_PART.format("$8")})
"""  # noqa: S608
_NARROWED = ("languages", "topics", "lists", "countries", "took_part", "took_no_part")


class Reach(msgspec.Struct, frozen=True):
    """`spoken`: people by their language; `editions`: by the edition they get.

    `falling_back`: by their language, those who get the fallback's edition; `without`: those who get none.
    """

    spoken: dict[str, int]
    editions: dict[str, int]
    falling_back: dict[str, int]
    without: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.spoken.values())


def select(audience: Audience, editions: list[str], fallback: str) -> tuple[str, list[Any]]:
    """SQL and arguments of the rows to freeze; `language` is that of the edition that they get."""
    return _WHO, [editions, fallback, *(getattr(audience, name) for name in _NARROWED)]


async def count(audience: Audience) -> dict[str, int]:
    """How many people, by the language that they speak, the most first."""
    who, arguments = select(audience, list(LANGUAGES), "")
    rows = await db.fetch(
        f"SELECT language, count(*) AS people FROM ({who}) AS who GROUP BY language ORDER BY 2 DESC, 1",  # noqa: S608
        *arguments,
    )
    return {row["language"]: row["people"] for row in rows}


async def posting_from() -> dict[str, int]:
    """How many confirmed people named each country as the one that they post letters from; "": none."""
    rows = await db.fetch(
        "SELECT country, count(*) AS people FROM subscriber WHERE state = 'confirmed' GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return {row["country"]: row["people"] for row in rows}


async def reached(audience: Audience, editions: Iterable[str], fallback: str) -> Reach:
    """Whom it reaches at this moment; nobody while nothing is chosen."""
    return reach(await count(audience) if audience else {}, list(editions), fallback)


def reach(spoken: dict[str, int], editions: list[str], fallback: str) -> Reach:
    """Who gets which edition; without one in their language people get the fallback's, if there is one."""
    got: dict[str, int] = {language: spoken.get(language, 0) for language in editions}
    others = {language: people for language, people in spoken.items() if language not in editions}
    if fallback not in editions:
        return Reach(spoken, got, {}, others)
    got[fallback] += sum(others.values())
    return Reach(spoken, got, others, {})


async def choose(campaign: int, audience: Audience, by: int | None) -> None:
    """Raises NotDraft or CampaignNotFound."""
    async with db.transaction():
        if (await compose.hold_draft(campaign)).audience == audience:
            return
        await db.execute(
            "UPDATE campaign SET audience = $2 WHERE id = $1", campaign, msgspec.json.encode(audience).decode()
        )
        await compose.touched(campaign)
        chosen = {name: value for name, value in msgspec.to_builtins(audience).items() if value}
        await audit.record(by, "campaign.audience_chosen", f"campaign {campaign}", chosen)


def no_longer(mailing: int, audience: Audience) -> tuple[str, list[Any]]:
    """SQL and arguments of those frozen into `mailing` who do not qualify any more."""
    who, arguments = select(audience, [], "")
    n = len(arguments) + 1
    # The planner takes rows just frozen for one and would ask again for each: MATERIALIZED makes it ask once.
    sql = (
        f"WITH gone AS MATERIALIZED (SELECT d.subscriber FROM delivery d WHERE d.mailing = ${n}"  # noqa: S608
        f" EXCEPT SELECT who.subscriber FROM ({who}) AS who) SELECT subscriber FROM gone"
    )
    return sql, [*arguments, mailing]
