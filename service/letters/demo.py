"""Letters that nobody wrote, for the demo: some people get many, some get none, and there was an evening."""

import random
from datetime import timedelta

from service.kit import db
from service.letters import allotting, evenings, posting
from service.organisation import queries as organisations

_FORGOTTEN = 5
_MONTHS = 8


async def seed() -> int:
    """For whoever can be written to, where no letter is known yet; returns how many letters there are."""
    async with db.transaction():
        people = [candidate.id for candidate in await allotting.candidates()]
        if not people or await db.fetch_value("SELECT EXISTS (SELECT FROM letters_posted)"):
            return 0
        today = await organisations.today()
        # Always the same figures.
        chance = random.Random(_MONTHS)
        for place, prisoner in enumerate(sorted(people)[:-_FORGOTTEN]):
            for _letter in range(chance.randrange(2, 9 + place)):
                day = today - timedelta(days=chance.randrange(3, 30 * _MONTHS))
                await posting.note({prisoner: 1}, day, posting.READER)
        first = await evenings.plan("Library in Basel", today - timedelta(days=12), "de", 3, None)
        await evenings.log(first, None, None)
        letters: int = await db.fetch_value("SELECT sum(letters) FROM letters_posted")
    return letters
