"""What an action brought about. Only what a server took counts as sent; tests count for nothing."""

from collections.abc import Sequence

import msgspec

from service.kit import db


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """`letters`: sent; `waiting`: confirmed, and not sent yet; `own_ways`: written or called without us.

    `people`: who took part through us.
    """

    letters: int = 0
    waiting: int = 0
    own_ways: int = 0
    people: int = 0

    @property
    def acts(self) -> int:
        """What the goal is measured against."""
        return self.letters + self.own_ways


async def of(ids: Sequence[int]) -> dict[int, Count]:
    """One for each of the actions `ids` that there is."""
    rows = await db.fetch(_COUNTS, list(dict.fromkeys(ids)))
    return {row["id"]: Count(**{name: row[name] for name in Count.__struct_fields__}) for row in rows}


_COUNTS = """
    SELECT i.id, l.letters, l.waiting,
           (SELECT count(*) FROM own_way w WHERE w.action = i.id) AS own_ways,
           a.forgotten + (SELECT count(*) FROM took_part t WHERE t.action = i.id) AS people
      FROM unnest($1::bigint[]) AS i (id) JOIN action a USING (id), LATERAL (
           SELECT count(*) FILTER (WHERE state = 'sent') AS letters,
                  count(*) FILTER (WHERE state <> 'sent') AS waiting
             FROM advocacy_letter
            WHERE action = i.id AND state IN ('sent', 'held', 'ready', 'leaving', 'unknown') AND NOT is_test
           ) AS l
"""
