"""Asking for the links of one's posts by e-mail: the page answers the same to all, and a job looks afterwards."""

from datetime import timedelta

from service.kit import clock, db, sealing
from service.kit.errors import Invalid
from service.kit.jobs import enqueue
from service.organisation import queries as organisations
from service.subscribers import addresses, requests
from service.wall import mail

# A queue that was away for a while delays an answer; one after a day would only puzzle.
_TOO_OLD = timedelta(days=1)
_LOST_AFTER = timedelta(minutes=1)
_MOST_AT_ONCE = 200


async def ask(typed: str, language: str, client: str) -> None:
    """Writes it down, whoever it is. Raises Invalid or TooMany."""
    try:
        address = addresses.normalise(typed)
    except addresses.BadAddress as problem:
        raise Invalid({"email": problem.told}) from None
    await requests.admit(client, address)
    async with db.transaction():
        id = await db.fetch_value(
            "INSERT INTO wall_links_asked (address, language, created_at) VALUES ($1, $2, $3) RETURNING id",
            sealing.seal_address(address),
            language,
            clock.now(),
        )
        enqueue("wall.mail_links", id)


async def answer(asked: int) -> None:
    """Mails the links of what was posted and confirmed with the address; nothing to anybody else."""
    async with db.transaction():
        row = await db.fetch_one("DELETE FROM wall_links_asked WHERE id = $1 RETURNING address, language", asked)
        if row is None:
            return
        address = sealing.unseal_address(row["address"])
        posts = await db.fetch(_POSTS, sealing.address_candidates(address))
        if posts and await requests.mailbox_has_room(address):
            zone = (await organisations.required()).zone
            days = [(post["id"], post["created_at"].astimezone(zone).date()) for post in posts]
            await mail.links_again(days, address, row["language"])


async def sweep() -> None:
    """Asks again for what the queue lost."""
    now = clock.now()
    await db.execute("DELETE FROM wall_links_asked WHERE created_at < $1", now - _TOO_OLD)
    rows = await db.fetch(
        "SELECT id FROM wall_links_asked WHERE created_at < $1 ORDER BY id LIMIT $2", now - _LOST_AFTER, _MOST_AT_ONCE
    )
    async with db.transaction():
        for row in rows:
            enqueue("wall.mail_links", row["id"])


_POSTS = """
    SELECT id, created_at FROM wall_post
     WHERE address = ANY($1::bytea[]) AND state NOT IN ('unconfirmed', 'withdrawn') ORDER BY id DESC LIMIT 50
"""
