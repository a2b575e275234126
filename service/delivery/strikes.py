"""Refusals that are about us, and about no reader: when there are too many, the mailing pauses, for all workers.

They are counted in PostgreSQL, so that the workers count together. What is accepted costs nothing, and makes up for
some.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress

from service.delivery import bounces
from service.delivery.replies import Verdict
from service.kit import db

# So many in a row pause a mailing; more than one in five does sooner or later.
MOST = 6.0
_MADE_UP = 0.25
# A worker begins with so many lanes until one mail is accepted, and has so many after a refusal until several are;
# and one more for each while of silence.
CAREFUL_LANES = 2
SEVERAL = 5
SILENCE_SECONDS = 0.5


class Strikes:
    """Those against one mailing (None: transactional mails, of which each run counts its own)."""

    def __init__(self, mailing: int | None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._mailing = mailing
        self._now = monotonic
        self._count = 0.0
        self._accepted = 0
        self._to_accept = 1
        self._careful_since = monotonic()

    @property
    def is_careful(self) -> bool:
        return self._to_accept > 0

    def lanes(self) -> int:
        """With how many it may be tried now, of as many as there are."""
        if not self.is_careful:
            return sys.maxsize
        return CAREFUL_LANES + int((self._now() - self._careful_since) / SILENCE_SECONDS)

    def accepted(self) -> None:
        self._accepted += 1
        self._to_accept -= 1

    async def refused(self) -> bool:
        """One more; whether there are too many now."""
        self._to_accept, self._careful_since = SEVERAL, self._now()
        accepted, self._accepted = self._accepted, 0
        self._count = max(0.0, self._count - accepted * _MADE_UP) + 1
        if self._mailing is not None:
            with suppress(*db.AWAY):
                self._count = await _counted(self._mailing, accepted * _MADE_UP) or self._count
        return self._count >= MOST


async def _counted(mailing: int, made_up: float) -> float | None:
    count: float | None = await db.fetch_value(
        "UPDATE mailing SET strikes = greatest(0, strikes - $2::real) + 1 WHERE id = $1 RETURNING strikes",
        mailing,
        made_up,
    )
    return count


def told(verdict: Verdict, words: str) -> str:
    """For staff, also by mail; `words` are redacted."""
    what = "this sender" if verdict is Verdict.SENDER else "this mail"
    said = bounces.quotable(words)
    return f"Too many refusals are about {what}, and not about readers: “{said}”. Nobody was marked because of them."
