"""Events that providers post to /hooks/…: proven first, then read, then written down like any report.

Two things have to fit: the provider's own proof, and the sealed return path of the mail. A replay changes nothing.
"""

import base64
import hmac
from datetime import timedelta

import msgspec

from service.delivery import bounces, marks, verp
from service.delivery.intake import events, sns
from service.delivery.intake.events import Event
from service.delivery.verp import NotOurs, ReturnPaths
from service.kit import clock, db, limits
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence
from service.kit.settings import settings

LARGEST = 5_000_000
# Mailgun tries again for eight hours.
_FRESH = timedelta(hours=12)


class NotProven(Problem):
    code = "hook_not_proven"
    status = 403
    sentence = Sentence("This does not prove that it comes from {provider}. Please look at BOUNCE_WEBHOOKS.")


class NotUnderstood(Problem):
    code = "hook_not_understood"
    status = 400
    sentence = Sentence("This is not what {provider} documents for its events. Nothing was changed.")


class _Proof(msgspec.Struct):
    class Signature(msgspec.Struct):
        timestamp: str | int
        token: str
        signature: str

    signature: Signature


async def take(provider: str, authorization: str, body: bytes) -> int:
    """Writes down what `body` reports; how many reports were new.

    Raises NotFound (not configured), NotProven, sns.NotSigned, NotUnderstood and fetching.CouldNotFetch.
    """
    secret = settings().bounce_webhooks.get(provider)
    if secret is None:
        raise NotFound
    try:
        return await _take(provider, secret, authorization, body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NotUnderstood(provider=provider) from None


async def _take(provider: str, secret: str, authorization: str, body: bytes) -> int:
    if provider == "ses":
        message = await sns.message(body, secret.split(","))
        return await _keep(provider, events.ses(message)) if message is not None else 0
    if provider == "mailgun":
        return await _take_once(secret, body)
    if not hmac.compare_digest(_expected(secret), authorization.encode()):
        raise NotProven(provider=provider)
    return await _keep(provider, events.READERS[provider](body))


async def _take_once(secret: str, body: bytes) -> int:
    """Mailgun signs a moment and a token, which counts once; again after what went wrong here."""
    proof = msgspec.json.decode(body, type=_Proof).signature
    seal = hmac.digest(secret.encode(), f"{proof.timestamp}{proof.token}".encode(), "sha256").hex()
    if not hmac.compare_digest(seal.encode(), proof.signature.encode()) or not _is_fresh(str(proof.timestamp)):
        raise NotProven(provider="mailgun")
    seconds = int(_FRESH.total_seconds())
    if await limits.count("mailgun", proof.token, seconds) > 1:
        return 0
    try:
        return await _keep("mailgun", events.mailgun(body))
    except BaseException:
        await limits.forget("mailgun", proof.token, seconds)
        raise


def _is_fresh(timestamp: str) -> bool:
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    return abs(clock.now().timestamp() - int(timestamp)) <= _FRESH.total_seconds()


def _expected(secret: str) -> bytes:
    """USER:PASSWORD is basic authentication, anything else a bearer token."""
    if ":" in secret:
        return b"Basic " + base64.b64encode(secret.encode())
    return f"Bearer {secret}".encode()


async def _keep(provider: str, found: list[Event]) -> int:
    """All or, so that the provider sends it again, nothing."""
    async with db.transaction():
        paths = await verp.return_paths()
        return sum([await _keep_one(provider, event, paths) for event in found])


async def _keep_one(provider: str, event: Event, paths: ReturnPaths) -> bool:
    for path in filter(None, event.paths):
        try:
            delivery = paths.read(marks.return_path(path))
        except NotOurs:
            continue
        return await bounces.record(delivery, event.report(), provider, [event.recipient])
    return False
