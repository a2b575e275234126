"""Run as a process on the servers of the faults: members, and people who have written to them.

Arguments: how many members and letters to each in Zürich, the same in Tokyo, and how many an hour may leave to one.
"""

import asyncio
import sys
from datetime import timedelta

from service.kit import clock, db
from tests.faults.measures import OPENS_AT
from tests.make import advocacy

COUNCILS = {"zurich": ("a-council", "CH", "Europe/Zurich"), "tokyo": ("b-council", "JP", "Asia/Tokyo")}


async def make(members: int, letters: int, others: int, their_letters: int, per_hour: int) -> None:
    # They wrote in the night before.
    with clock.at(OPENS_AT - timedelta(hours=9)):
        action = await advocacy.action(per_hour=per_hour)
        for place, count, each in (("zurich", members, letters), ("tokyo", others, their_letters)):
            council = await advocacy.parliament(*COUNCILS[place])
            for number in range(count):
                email = f"member{number}@{place}.example.net"
                member = await advocacy.representative(council, name=f"Member {number}", email=email)
                for writer in range(each):
                    await advocacy.letter(action, member, address=f"writer{writer}@{place}.example.org")


async def main() -> None:
    await db.open_pool(2)
    await make(*map(int, sys.argv[1:]))
    await db.close_pool()


if __name__ == "__main__":
    asyncio.run(main())
