"""Mailings to invented people."""

from collections.abc import Mapping, Sequence

from service.delivery import outbox
from service.delivery.outbox import NewMailing
from service.kit import clock, db, sealing
from service.rendering.email import CompiledEdition
from service.rendering.inserts import NOBODY, Insert

EDITION = CompiledEdition(
    subject='News for {{ (first_name or "friends") }}',
    html='<html><body><p>Dear {{ (first_name or "friend") }},</p>'
    '<p><a href="{{ unsubscribe_url }}">Leave</a> <a href="{{ preferences_url }}">Settings</a></p></body></html>\n',
    text='Dear {{ (first_name or "friend") }},\n\nLeave: {{ unsubscribe_url }}\n',
)

NAMES = {1: "Maryna", 2: "Ales", 3: "Nasta", 4: "Yury", 5: "Volha"}


def naming(
    shared: Sequence[int] = (), own: Sequence[int] = (), names: Mapping[int, str] | None = None
) -> CompiledEdition:
    """A mail with a list that all readers share, and one in which each reader finds their own people."""
    called = names or NAMES
    lists = [(0, False, shared), (1, True, own)]
    return CompiledEdition(
        subject="News",
        html="<html><body><h1>New</h1>{{ list_0_html }}<h1>Yours</h1>{{ list_1_html }}"
        '<p><a href="{{ posted_url }}">I posted it</a> <a href="{{ unsubscribe_url }}">Leave</a></p></body></html>\n',
        text="New\n\n{{ list_0_text }}\n\nYours\n\n{{ list_1_text }}\n\n{{ posted_url }}\n{{ unsubscribe_url }}\n",
        inserts=tuple(
            Insert(place, personal, key, position, f"<p>{called.get(key, 'nobody')}</p>", called.get(key, "nobody"))
            for place, personal, keys in lists
            for position, key in enumerate([*keys, NOBODY])
        ),
    )


async def mailing(editions: dict[str, CompiledEdition] | None = None, **changes: str) -> int:
    """One that is still being frozen."""
    values = {
        "sender_name": "100xSolidarität",
        "sender_address": "news@example.org",
        "list_name": "Newsletter",
        "list_label": "newsletter",
    }
    return await outbox.create(NewMailing(**(values | changes)), editions or {"en": EDITION})  # type: ignore[arg-type]


async def audience(mailing: int, people: Sequence[tuple[int, str, str]], language: str = "en") -> None:
    """Freezes (subscriber, address, first name) into it."""
    await outbox.freeze(
        mailing,
        "SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[])"
        " AS s (subscriber, language, address, first_name, last_name)",
        [
            [subscriber for subscriber, _address, _name in people],
            [language] * len(people),
            [sealing.seal_address(address) for _subscriber, address, _name in people],
            [sealing.seal("first_name", name) if name else None for _subscriber, _address, name in people],
            [None] * len(people),
        ],
    )


def people(count: int) -> list[tuple[int, str, str]]:
    return [(number, f"reader{number}@example.net", f"Reader {number}") for number in range(1, count + 1)]


async def started(count: int = 3, **changes: str) -> int:
    """A mailing to reader1@example.net … that may be sent."""
    made = await mailing(**changes)
    await audience(made, people(count))
    await outbox.open(made)
    return made


async def state(mailing: int) -> str:
    found: str = await db.fetch_value("SELECT state FROM mailing WHERE id = $1", mailing)
    return found


async def states(mailing: int) -> dict[str, int]:
    """How many rows are in which state."""
    rows = await db.fetch("SELECT state, count(*) FROM delivery WHERE mailing = $1 GROUP BY state", mailing)
    return {row["state"]: row["count"] for row in rows}


async def due_now(mailing: int | None) -> None:
    """What was put off is due."""
    await db.execute(
        "UPDATE delivery SET due_at = $2 WHERE mailing IS NOT DISTINCT FROM $1 AND state = 'later'"
        " AND due_at < 'infinity'",
        mailing,
        clock.now(),
    )
