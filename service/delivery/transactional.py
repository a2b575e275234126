"""Mails to one person because of what that person just did: confirmations, links, invitations."""

from collections.abc import Mapping

import msgspec

from service.kit import clock, db, jobs, sealing

CONTEXT = "context"


async def send(
    template: str, language: str, address: str, context: Mapping[str, object], subscriber: int | None = None
) -> int:
    """Puts a mail of `emails/<template>/` on its way when the caller's transaction commits; returns its id.

    It has its own queue and never waits behind a campaign.
    """
    id: int = await db.fetch_value(
        "INSERT INTO delivery (state, attempts, reason, reply,"
        " subscriber, language, address, template, context, due_at)"
        " VALUES ('queued', 0, '', '', $1, $2, $3, $4, $5, $6) RETURNING id",
        subscriber,
        language,
        sealing.seal_address(address),
        template,
        sealing.seal(CONTEXT, msgspec.json.encode(dict(context)).decode()),
        clock.now(),
    )
    jobs.enqueue("delivery.transactional")
    return id
