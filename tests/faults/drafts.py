"""Run as a process on the servers of the faults: everything that the tests will send, and somebody to send it.

Prints JSON: the session's key and csrf token of Olga, and id and version of each campaign by its name.
"""

import asyncio
import json

from service.auth import sessions
from service.campaigns import queries
from service.kit import clock, db, sealing
from tests.faults.measures import CAMPAIGNS
from tests.make import campaigns, staff, subscribers

_DOMAINS = 20


def address(campaign: str, number: int) -> str:
    return f"reader{number}@{campaign}{number % _DOMAINS}.example.net"


async def make() -> dict[str, object]:
    await campaigns.postal_address()
    made = {}
    for name, count in CAMPAIGNS.items():
        campaign = await campaigns.campaign(name=name, topics=(), lists=[await readers(name, count)])
        made[name] = {"id": campaign, "version": (await queries.find(campaign)).version}
    key = await sessions.begin((await staff.staff("Olga")).id)
    signed = await sessions.find(key)
    assert signed
    return {"key": key, "csrf": signed.csrf, "campaigns": made}


async def readers(campaign: str, count: int) -> int:
    """A list of so many confirmed people."""
    friends = await subscribers.mailing_list(campaign)
    await db.execute(
        "WITH person AS (INSERT INTO subscriber"
        " (address, language, state, topics, created_at, changed_at, confirmed_at, confirmations)"
        " SELECT address, 'en', 'confirmed', '{}', $2, $2, $2, 0 FROM unnest($1::bytea[]) AS address RETURNING id)"
        " INSERT INTO list_member (mailing_list, subscriber, added_at) SELECT $3, id, $2 FROM person",
        [sealing.seal_address(address(campaign, number)) for number in range(count)],
        clock.now(),
        friends,
    )
    return friends


async def main() -> None:
    await db.open_pool(2)
    print(json.dumps(await make()))
    await db.close_pool()


if __name__ == "__main__":
    asyncio.run(main())
