"""Refusals that are about us, and about no reader: when there are too many, the mailing pauses, for all workers.

They are counted in PostgreSQL, so that the workers count together. What is accepted costs nothing, and makes up for
some.
"""

from contextlib import suppress

from service.delivery.replies import Verdict
from service.delivery.turns import AWAY
from service.kit import db

# So many in a row pause a mailing; more than one in five does sooner or later.
MOST = 8.0
_MADE_UP = 0.25
# As long as the last word was a refusal, a worker tries with so many lanes.
CAREFUL_LANES = 2


class Strikes:
    """Those against one mailing (None: transactional mails, of which each run counts its own)."""

    def __init__(self, mailing: int | None) -> None:
        self._mailing = mailing
        self._count = 0.0
        self._accepted = 0
        # Also at the beginning: it may be that nothing is accepted.
        self.is_careful = True

    def accepted(self) -> None:
        self._accepted += 1
        self.is_careful = False

    async def refused(self) -> bool:
        """One more; whether there are too many now."""
        self.is_careful = True
        accepted, self._accepted = self._accepted, 0
        self._count = max(0.0, self._count - accepted * _MADE_UP) + 1
        if self._mailing is not None:
            with suppress(*AWAY):
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
    """For staff; `words` are redacted."""
    what = "this sender" if verdict is Verdict.SENDER else "this mail"
    return f"Too many refusals are about {what}, and not about readers: “{words}”. Nobody was marked because of them."
