"""What providers post, made up after what they document; and Amazon's host for certificates."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from service.kit import clock
from service.kit.settings import settings
from tests.make import certificates

TOPIC = "arn:aws:sns:eu-central-1:123456789012:bounces"
AMAZON = "sns.eu-central-1.amazonaws.com"
CERTIFICATE = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
SIGNING_KEY = "key-of-mailgun-for-tests"
LOGIN = "hundredfold:a-long-password"
TOKEN = "a-long-token-of-brevo"
ALL = f"ses={TOPIC} mailgun={SIGNING_KEY} postmark={LOGIN} sparkpost={LOGIN} brevo={TOKEN}"
BASIC = {"Authorization": "Basic " + base64.b64encode(LOGIN.encode()).decode()}
BEARER = {"Authorization": f"Bearer {TOKEN}"}
GONE = "550 5.1.1 <anna@example.net>: Recipient address rejected: User unknown"


@contextmanager
def configured(webhooks: str = ALL) -> Iterator[None]:
    """Inside the block BOUNCE_WEBHOOKS is this."""
    before = os.environ.get("BOUNCE_WEBHOOKS", "")
    os.environ["BOUNCE_WEBHOOKS"] = webhooks
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ["BOUNCE_WEBHOOKS"] = before
        settings.cache_clear()


def ses_bounce(path: str, kind: str = "Permanent", sub_type: str = "General", words: str = GONE) -> dict[str, Any]:
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": sub_type,
            "bouncedRecipients": [
                {
                    "emailAddress": "anna@example.net",
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": f"smtp; {words}",
                }
            ],
            "timestamp": "2026-11-22T10:00:00.000Z",
            "feedbackId": "0100017",
            "reportingMTA": "dsn; a1.smtp-out.example.com",
        },
        "mail": {
            "timestamp": "2026-11-22T09:59:00.000Z",
            "source": path,
            "messageId": "0100017",
            "destination": ["anna@example.net"],
        },
    }


def ses_complaint(path: str, kind: str | None = "abuse") -> dict[str, Any]:
    return {
        "eventType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": "anna@example.net"}],
            "timestamp": "2026-11-22T10:00:00.000Z",
            "feedbackId": "0100018",
            "complaintSubType": None,
            "complaintFeedbackType": kind,
        },
        "mail": {"source": path, "messageId": "0100017", "destination": ["anna@example.net"]},
    }


def sns(message: dict[str, Any] | str = "", version: str = "2", **changes: Any) -> dict[str, Any]:
    """Signed as Amazon signs; `changes` come before the signature, and None leaves a field out."""
    given: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": "2026-11-22T10:00:01.000Z",
        "SignatureVersion": version,
        "SigningCertURL": f"https://{AMAZON}{CERTIFICATE}",
        "UnsubscribeURL": f"https://{AMAZON}/?Action=Unsubscribe",
        **changes,
    }
    given = {name: value for name, value in given.items() if value is not None}
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    if given["Type"] == "Notification":
        names = [name for name in names if name not in ("SubscribeURL", "Token")]
    text = "".join(f"{name}\n{given[name]}\n" for name in names if name in given)
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = certificates.key().sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {**given, "Signature": base64.b64encode(signature).decode()}


def subscription(**changes: Any) -> dict[str, Any]:
    return sns(
        "You have chosen to subscribe",
        **{
            "Type": "SubscriptionConfirmation",
            "Token": "2336412f37fb687f5d51e6e2425",
            "SubscribeURL": "https://evil.example.net/?Action=ConfirmSubscription",
            **changes,
        },
    )


def postmark(path: str, kind: str = "HardBounce", record: str = "Bounce", words: str = GONE) -> dict[str, Any]:
    return {
        "RecordType": record,
        "ID": 42,
        "Type": kind,
        "TypeCode": 1,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"return": path.partition("@")[0]},
        "Description": "The server was unable to deliver your message.",
        "Details": f"smtp;{words}",
        "Email": "anna@example.net",
        "From": "news@example.org",
        "BouncedAt": "2026-11-22T10:00:00Z",
        "Inactive": True,
        "Subject": "News",
    }


def mailgun(
    path: str,
    event: str = "failed",
    severity: str = "permanent",
    reason: str = "bounce",
    token: str = "0" * 50,
    key: str = SIGNING_KEY,
    age: float = 0,
) -> dict[str, Any]:
    timestamp = str(int(clock.now().timestamp() - age))
    seal = hmac.new(key.encode(), (timestamp + token).encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": timestamp, "token": token, "signature": seal},
        "event-data": {
            "event": event,
            "severity": severity,
            "reason": reason,
            "id": "CCXMjJ7nQi2N3BPigGOdgQ",
            "timestamp": 1795341600.5,
            "recipient": "anna@example.net",
            "envelope": {"sender": path, "transport": "smtp", "targets": "anna@example.net"},
            "message": {"headers": {"message-id": "1@example.org"}, "size": 341},
            "delivery-status": {"code": 550, "message": "5.1.1 User unknown", "description": "", "attempt-no": 1},
        },
    }


def brevo(path: str, event: str = "hard_bounce", reason: str = GONE) -> dict[str, Any]:
    return {
        "event": event,
        "email": "anna@example.net",
        "id": 9999999,
        "date": "2026-11-22 11:00:00",
        "ts": 1795341600,
        "message-id": "<202611221100.1@smtp-relay.example.com>",
        "subject": "News",
        "X-Mailin-custom": path.partition("@")[0],
        "reason": reason,
    }


def sparkpost(path: str, kind: str = "bounce", number: str = "10", words: str = GONE) -> dict[str, Any]:
    return {
        "msys": {
            "message_event": {
                "type": kind,
                "bounce_class": number,
                "error_code": "550",
                "event_id": "84345317653491230",
                "msg_from": "msprvs1=18=abc@bounces.sparkpost.example.com",
                "raw_rcpt_to": "anna@example.net",
                "rcpt_to": "anna@example.net",
                "raw_reason": words,
                "rcpt_meta": {"return": path.partition("@")[0]},
                "timestamp": "1795341600",
            }
        }
    }


@dataclass
class Amazon:
    """`answers`: path → (status line, body)."""

    answers: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)


@asynccontextmanager
async def amazon(folder: Path) -> AsyncIterator[Amazon]:
    """Inside the block Amazon's host for eu-central-1 is this real TLS server; every other host is nobody."""
    made = Amazon({CERTIFICATE: ("200 OK", certificates.pem(AMAZON))})

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = head.split(" ")[1]
            made.asked.append(path)
            status, body = made.answers.get(path.partition("?")[0], ("404 Not Found", b""))
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
            )
            await writer.drain()
        writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=certificates.server_side(AMAZON, folder))
    port = server.sockets[0].getsockname()[1]
    connect = socket.create_connection

    def elsewhere(address: tuple[str, int], *given: Any, **more: Any) -> socket.socket:
        made.hosts.append(f"{address[0]}:{address[1]}")
        if address != (AMAZON, 443):
            raise OSError(f"nobody at {address}")
        return connect(("127.0.0.1", port), *given, **more)

    (folder / "trusted.pem").write_bytes(certificates.pem(AMAZON))
    socket.create_connection = elsewhere  # type: ignore[assignment]
    os.environ["SSL_CERT_FILE"] = str(folder / "trusted.pem")
    try:
        yield made
    finally:
        socket.create_connection = connect
        del os.environ["SSL_CERT_FILE"]
        server.close()
