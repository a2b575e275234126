"""Amazon's notification service: what it signed for one of our topics, and nothing else.

The certificate comes from the one host of the topic's region. A new subscription is confirmed at that host as well,
under an address that we make ourselves.
"""

import asyncio
import base64
import binascii
import re
from collections.abc import Sequence
from urllib.parse import quote

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from service.delivery.intake import fetching
from service.kit import clock, log
from service.kit.errors import Problem
from service.kit.i18n import Sentence

_ARN = re.compile(r"arn:aws(?:-us-gov)?:sns:([a-z0-9-]{5,30}):\d{12}:[A-Za-z0-9_-]{1,256}")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-zA-Z]{10,64}\.pem")
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_SUBSCRIPTION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_HASHES: dict[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303
_MOST_KEPT = 20
_PATIENCE = 20.0
_asking = asyncio.Lock()
_certificates: dict[str, x509.Certificate] = {}
_log = log.logger("bounces")


class NotSigned(Problem):
    code = "not_signed"
    status = 403
    sentence = Sentence("This is not signed by Amazon for a topic of ours.")


class Envelope(msgspec.Struct, frozen=True):
    """What Amazon puts around a message."""

    Type: str
    MessageId: str
    TopicArn: str
    Message: str
    Timestamp: str
    SignatureVersion: str
    Signature: str
    SigningCertURL: str
    Subject: str | None = None
    SubscribeURL: str | None = None
    Token: str | None = None

    def signed(self) -> bytes:
        names = _NOTIFICATION if self.Type == "Notification" else _SUBSCRIPTION
        given = [(name, getattr(self, name)) for name in names]
        return "".join(f"{name}\n{value}\n" for name, value in given if value is not None).encode()


async def message(body: bytes, topics: Sequence[str]) -> str | None:
    """The message inside; None for a subscription, which is confirmed, and whatever else is no message.

    Raises NotSigned, fetching.CouldNotFetch and msgspec.MsgspecError.
    """
    envelope = msgspec.json.decode(body, type=Envelope)
    host = _host(envelope, topics)
    await _check(envelope, host)
    if envelope.Type == "SubscriptionConfirmation" and envelope.Token:
        arn, token = quote(envelope.TopicArn, safe=""), quote(envelope.Token, safe="")
        await fetching.fetch(host, f"/?Action=ConfirmSubscription&TopicArn={arn}&Token={token}")
        _log.info("topic_subscribed")
    return envelope.Message if envelope.Type == "Notification" else None


def _host(envelope: Envelope, topics: Sequence[str]) -> str:
    """The only one that may speak for this topic. Raises NotSigned."""
    arn = _ARN.fullmatch(envelope.TopicArn)
    if not arn or envelope.TopicArn not in topics:
        raise NotSigned
    return f"sns.{arn[1]}.amazonaws.com"


async def _check(envelope: Envelope, host: str) -> None:
    certificate = await _certificate(envelope.SigningCertURL, host)
    key, now = certificate.public_key(), clock.now()
    algorithm = _HASHES.get(envelope.SignatureVersion)
    current = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
    if not current or algorithm is None or not isinstance(key, rsa.RSAPublicKey):
        raise NotSigned
    try:
        signature = base64.b64decode(envelope.Signature, validate=True)
        key.verify(signature, envelope.signed(), padding.PKCS1v15(), algorithm)
    except (binascii.Error, ValueError, InvalidSignature):
        raise NotSigned from None


async def _certificate(url: str, host: str) -> x509.Certificate:
    path = url.removeprefix(f"https://{host}")
    if not _CERTIFICATE.fullmatch(path):
        raise NotSigned
    if url not in _certificates:
        # One at a time: whoever knows the topic could have us ask for any number, in threads that others need.
        try:
            async with asyncio.timeout(_PATIENCE), _asking:
                await _ask(url, host, path)
        except TimeoutError:
            raise fetching.CouldNotFetch from None
    return _certificates[url]


async def _ask(url: str, host: str, path: str) -> None:
    if url in _certificates:
        return
    found = await fetching.fetch(host, path)
    if len(_certificates) >= _MOST_KEPT:
        _certificates.clear()
    try:
        _certificates[url] = x509.load_pem_x509_certificate(found)
    except ValueError:
        raise NotSigned from None
