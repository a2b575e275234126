"""Mails that were sent, and what came back of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.delivery import bounces, places
from service.delivery.reports import Report
from service.delivery.tables import BounceKind
from service.kit import clock, db
from tests.make import mailings

GONE = "550 5.1.1 <anna@example.net>: Recipient address rejected: User unknown"
FULL = "452 4.2.2 The mailbox is full"
BLOCKED = "554 5.7.1 Message rejected as spam by our filter"


async def sent(mailing: int | None, subscriber: int | None = None, domain: str = "") -> int:
    """A delivery that the mail server took just now; its id."""
    place = (await places.domains([domain]))[domain] if domain else None
    id: int = await db.fetch_value(
        "INSERT INTO delivery"
        " (mailing, subscriber, state, language, attempts, due_at, settled_at, domain, reason, reply)"
        " VALUES ($1, $2, 'sent', 'en', 0, $3, $3, $4, '', '') RETURNING id",
        mailing,
        subscriber,
        clock.now(),
        place,
    )
    return id


async def sent_by_mailing(subscriber: int | None = None, domain: str = "") -> int:
    """The same of a mailing of its own."""
    return await sent(await mailings.mailing(), subscriber, domain)


async def came_back(delivery: int, kind: BounceKind = BounceKind.HARD, words: str = GONE, status: str = "") -> bool:
    return await bounces.record(delivery, Report(kind, status or words.split()[1], words), "lmtp")


async def kept() -> list[db.Record]:
    return await db.fetch("SELECT * FROM bounce ORDER BY id")


@asynccontextmanager
async def records_away() -> AsyncIterator[None]:
    """Inside the block PostgreSQL refuses to write a report down."""
    await db.execute("ALTER TABLE bounce RENAME TO bounce_away")
    try:
        yield
    finally:
        await db.execute("ALTER TABLE bounce_away RENAME TO bounce")


def report(recipient: str = "anna@example.net", status: str = "5.1.1", words: str = "User unknown") -> bytes:
    """A report as a mail server writes it (RFC 3464)."""
    lines = f"""From: MAILER-DAEMON@mx.example.net
To: whoever@example.org
Subject: Undelivered Mail Returned to Sender
Date: Sun, 22 Nov 2026 10:00:00 +0000
Message-ID: <20261122100000.0001@mx.example.net>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<{recipient}>: host mx.example.net said: 550 {status} {words}

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{recipient}>: {words}

--b1--
"""
    return lines.replace("\n", "\r\n").encode()


def vacation() -> bytes:
    lines = """From: Anna <anna@example.net>
To: whoever@example.org
Subject: Out of office: News
Auto-Submitted: auto-replied (vacation)
Date: Sun, 22 Nov 2026 10:00:00 +0000

I am away until Monday.
"""
    return lines.replace("\n", "\r\n").encode()
