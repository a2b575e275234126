"""What became of mails, written down as a worker does it."""

from datetime import timedelta

from service.delivery import places
from service.delivery.tables import BounceKind
from service.kit import clock, db, sealing
from tests.make import mailings


async def mailing_to(**domains: int) -> int:
    """One under way to so many people at each domain: `mailing_to(example_net=12)`."""
    made = await mailings.mailing()
    numbers = iter(range(1, 10_000_000))
    await mailings.audience(
        made,
        [
            (number := next(numbers), f"reader{number}@{named(domain)}", "")
            for domain, count in domains.items()
            for _each in range(count)
        ],
    )
    await db.execute("UPDATE mailing SET state = 'sending', started_at = $2 WHERE id = $1", made, clock.now())
    return made


async def settle(
    mailing: int, domain: str, state: str, count: int, reason: str = "", reply: str = "", server: str = "one:25"
) -> None:
    """The next `count` rows of people at that domain; those put off are due in five minutes."""
    later = state == "later"
    rows = await db.fetch(
        "UPDATE delivery SET state = $2, reason = $3, reply = $4, attempts = $5, server = $6, domain = $7,"
        " settled_at = $8, due_at = $9"
        " WHERE id IN (SELECT id FROM delivery WHERE mailing = $1 AND state = 'queued' AND domain IS NULL"
        " AND address = ANY($10::bytea[]) ORDER BY id LIMIT $11) RETURNING id",
        mailing,
        state,
        reason,
        reply,
        int(later),
        await places.server(server),
        (await places.domains([named(domain)]))[named(domain)],
        None if later else clock.now(),
        clock.now() + timedelta(minutes=5),
        await _addresses(mailing, named(domain)),
        count,
    )
    assert len(rows) == count, f"only {len(rows)} were queued at {domain}"


async def bounced(mailing: int, kind: BounceKind, count: int = 1) -> None:
    """That many of those sent came back, the first first."""
    await db.execute(
        "INSERT INTO bounce (delivery, mailing, domain, kind, source, at)"
        " SELECT id, mailing, domain, $2, 'lmtp', $3 FROM delivery"
        " WHERE mailing = $1 AND state = 'sent' ORDER BY id LIMIT $4",
        mailing,
        kind,
        clock.now(),
        count,
    )


def named(domain: str) -> str:
    return domain.replace("_", ".")


async def _addresses(mailing: int, domain: str) -> list[bytes]:
    rows = await db.fetch("SELECT address FROM delivery WHERE mailing = $1 AND address IS NOT NULL", mailing)
    return [row["address"] for row in rows if sealing.unseal_address(row["address"]).endswith(f"@{domain}")]
