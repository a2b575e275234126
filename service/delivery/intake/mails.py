"""A mail that came back, from wherever it was taken: read, and written down under the delivery of its return path.

The delivery comes from the envelope recipient alone, as our own server or mail server saw it: what stands in the mail
can be written by anybody.
"""

import asyncio
import re
from email.parser import BytesHeaderParser

from service.delivery import bounces, reports, verp
from service.delivery.reports import reading
from service.delivery.verp import NotOurs
from service.kit import db, log

LARGEST = 5_000_000
# More of it is not looked at, and need not be kept.
LOOKED_AT = reading.LARGEST
# What goes wrong while our records are away, and is over when they are back.
AWAY = db.FAILED
# Written on top by the mail server that delivered it, with the envelope recipient.
_ENVELOPE = ("delivered-to", "x-original-to", "envelope-to")
_MOST_HEADERS = 20
_LONGEST_HEAD = 65_536
_LONGEST_VALUE = 1_000
# Not the standard library's reader of addresses: brackets in brackets lead it astray.
_ADDRESS = re.compile(r"[^\s<>()\"',;:@]{1,64}@[^\s<>()\"',;:@]{1,255}")
_RECIPIENT = re.compile(
    rb"^(?:(?:(?:Final|Original)-Recipient:[ \t]*[\w-]+;|X-Failed-Recipients:)[ \t]*<?|[ \t]*<(?=[^\s<>]{1,64}@))"
    rb"([^\s<>,]{1,320})",
    re.IGNORECASE | re.MULTILINE,
)
_log = log.logger("bounces")


async def take(delivery: int, raw: bytes, source: str) -> bool:
    """Keeps what the mail reports of a delivery; whether it reports anything. Raises what AWAY names."""
    report = await asyncio.to_thread(reports.parse, raw)
    if report.kind is None:
        return False
    await bounces.record(delivery, report, source, _named(raw))
    return True


async def take_found(raw: bytes, source: str) -> bool:
    """The same for a mail in a mailbox: False when its envelope recipient is no return path of ours.

    Also for one that a fault of ours keeps us from reading: else it would keep all later ones waiting.
    """
    try:
        return await _take_found(raw, source)
    except AWAY:
        raise
    except Exception as error:
        _log.error("bounce_not_taken", error=type(error).__name__)
        return False


async def _take_found(raw: bytes, source: str) -> bool:
    for address in _envelope_recipients(raw):
        try:
            delivery = await verp.read(address)
        except NotOurs:
            continue
        await take(delivery, raw, source)
        return True
    return False


def _envelope_recipients(raw: bytes) -> list[str]:
    head = BytesHeaderParser().parsebytes(raw[:_LONGEST_HEAD])
    named = [str(value) for name, value in head.items() if name.lower() in _ENVELOPE]
    return [found[0] for value in named[:_MOST_HEADERS] if (found := _ADDRESS.search(value[:_LONGEST_VALUE]))]


def _named(raw: bytes) -> list[str]:
    """The recipients whom a report names, for its words to be kept without them."""
    return [found.decode(errors="replace") for found in _RECIPIENT.findall(raw[:LARGEST])[:_MOST_HEADERS]]
