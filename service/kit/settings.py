"""Everything that is decided outside the code, read once from the environment."""

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

SMALLEST_SECRET = 32
SHORTEST_TOKEN = 20
WEBHOOKS = ("ses", "postmark", "mailgun", "brevo", "sparkpost")
_SMALLEST_WEBHOOK_SECRET = 16
_DOMAIN = re.compile(
    r"(?=.{1,180}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*"
)


class SettingMissing(Exception):
    """A setting without which the process cannot start; the text is a sentence for the operator."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One frozen object; `deploy/env.example` says the same to the operator."""

    database_url: str
    broker_url: str
    limits_url: str
    smtp_urls: tuple[str, ...]
    bounce_domain: str
    bounce_urls: tuple[str, ...]
    bounce_webhooks: dict[str, str]
    dns_resolver: str
    metrics_token: str
    feed_hosts: tuple[str, ...]
    blobs: str
    s3: dict[str, str]
    origin: str
    secrets: dict[int, str]
    var: Path
    port: int
    caught: Path | None


VARIABLES = {
    "DATABASE_URL": "PostgreSQL, for example postgresql://user:password@host/database",
    "BROKER_URL": "Valkey, Redis or RabbitMQ: valkey://host:6379/0, unix:///path/to/valkey.sock or amqps://host/",
    "LIMITS_URL": "the Valkey or Redis of the shared limits, where BROKER_URL names a RabbitMQ: valkey://host:6379/0",
    "SMTP_URL": "outgoing servers, separated by blanks: smtp+starttls://user:password@host:587?weight=2",
    "BOUNCE_DOMAIN": "the domain of return paths, whose mail reaches this service: bounces.example.org",
    "DNS_RESOLVER": "the DNS server to ask about your own records; the system's if empty, none to ask nobody",
    "BOUNCE_URL": "where mails come back to, separated by blanks: lmtp://127.0.0.1:2424 maildir:///path imaps://...",
    "BOUNCE_WEBHOOKS": "providers that report bounces, with their secrets: mailgun=KEY postmark=USER:PASSWORD",
    "METRICS_TOKEN": "opens /metrics to whoever sends it, at least 20 characters; without it there is no such page",
    "FEED_HOSTS": "the hosts whose news feeds may be read, separated by blanks: spring96.org news.example.org",
    "BLOBS": "where pictures are kept, for example s3://bucket/folder; in the folder HUNDREDFOLD_VAR if empty",
    "AWS_ENDPOINT_URL": "the S3 store of BLOBS where it is not Amazon's: https://s3.example.org",
    "AWS_REGION": "the region of the S3 store of BLOBS; us-east-1 if empty",
    "AWS_ACCESS_KEY_ID": "the name of the key that opens the S3 store of BLOBS; the machine's own role if empty",
    "AWS_SECRET_ACCESS_KEY": "the key of the S3 store of BLOBS that belongs to this name",
    "HUNDREDFOLD_ORIGIN": "the public address of the site, for example https://news.example.org",
    "HUNDREDFOLD_SECRET": "at least 32 random characters; several as 2:NEW 1:OLD while `rekey` runs",
    "HUNDREDFOLD_VAR": "the folder for files, logs and the embedded servers; ./var if empty",
    "HUNDREDFOLD_PORT": "the port of the web process; 8000 if empty",
    "HUNDREDFOLD_CAUGHT": "set by `hundredfold up` alone: the folder in which the mail catcher keeps what was sent",
}


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from `environment`. Raises SettingMissing with a sentence."""
    port = _port(environment.get("HUNDREDFOLD_PORT") or "8000")
    caught = environment.get("HUNDREDFOLD_CAUGHT")
    database, broker = _required(environment, "DATABASE_URL"), _queue(_required(environment, "BROKER_URL"))
    return Settings(
        database_url=database,
        broker_url=broker,
        limits_url=_queue(_required(environment, "LIMITS_URL")) if is_rabbitmq(broker) else broker,
        smtp_urls=tuple(environment.get("SMTP_URL", "").split()),
        bounce_domain=_domain(environment.get("BOUNCE_DOMAIN", "").strip()),
        dns_resolver=environment.get("DNS_RESOLVER", "").strip(),
        bounce_urls=tuple(environment.get("BOUNCE_URL", "").split()),
        bounce_webhooks=_webhooks(environment.get("BOUNCE_WEBHOOKS", "")),
        metrics_token=_metrics_token(environment.get("METRICS_TOKEN", "").strip()),
        feed_hosts=_hosts(environment.get("FEED_HOSTS", "")),
        blobs=_blobs(environment.get("BLOBS", "").strip()),
        s3=_s3(environment),
        origin=(environment.get("HUNDREDFOLD_ORIGIN") or f"http://localhost:{port}").rstrip("/"),
        secrets=_secrets(_required(environment, "HUNDREDFOLD_SECRET")),
        var=Path(environment.get("HUNDREDFOLD_VAR") or "var").absolute(),
        port=port,
        caught=Path(caught) if caught else None,
    )


@cache
def settings() -> Settings:
    return read(os.environ)


def is_rabbitmq(url: str) -> bool:
    return url.startswith(("amqp://", "amqps://"))


def _queue(url: str) -> str:
    # The client knows Valkey by the name of its ancestor alone.
    return re.sub(r"^valkey(s?)://", r"redis\1://", url)


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        way_out = "Set it, or run this beside `hundredfold up`, its folder in HUNDREDFOLD_VAR if that is not var."
        raise SettingMissing(f"{name} is not set: {VARIABLES[name]}. {way_out}")
    return value


def _metrics_token(text: str) -> str:
    if text and len(text) < SHORTEST_TOKEN:
        raise SettingMissing("METRICS_TOKEN wants at least 20 characters, or none for no page of metrics.")
    return text


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingMissing("HUNDREDFOLD_PORT must be a number between 1 and 65535.")
    return int(text)


def _domain(text: str) -> str:
    if text and not _DOMAIN.fullmatch(text):
        raise SettingMissing("BOUNCE_DOMAIN must be a domain in plain letters, such as bounces.example.org.")
    return text.lower()


def _hosts(text: str) -> tuple[str, ...]:
    """`Spring96.org news.example.org:8443` → in small letters."""
    hosts = tuple(text.lower().split())
    for host in hosts:
        name, _colon, port = host.partition(":")
        if not _DOMAIN.fullmatch(name) or (
            ":" in host and not 0 < int(f"0{port}" if port.isdecimal() else 0) < 65536
        ):
            raise SettingMissing("FEED_HOSTS wants names of hosts alone, such as news.example.org, not addresses.")
    return hosts


def _blobs(text: str) -> str:
    if text and not re.fullmatch(r"s3://[A-Za-z0-9.-]{3,63}(/[a-z0-9/_-]+)?", text):
        raise SettingMissing("BLOBS wants s3://bucket or s3://bucket/folder, and what opens it in AWS_….")
    return text


def _s3(environment: Mapping[str, str]) -> dict[str, str]:
    given = {
        "endpoint": environment.get("AWS_ENDPOINT_URL", "").strip(),
        "region": environment.get("AWS_REGION", "").strip() or "us-east-1",
        "access_key_id": environment.get("AWS_ACCESS_KEY_ID", "").strip(),
        "secret_access_key": environment.get("AWS_SECRET_ACCESS_KEY", "").strip(),
    }
    return {name: value for name, value in given.items() if value}


def _secrets(text: str) -> dict[int, str]:
    """`2:NEW 1:OLD` → {2: NEW, 1: OLD}; a bare value is version 1."""
    secrets: dict[int, str] = {}
    for item in text.split():
        version, colon, value = item.partition(":")
        if not colon:
            version, value = "1", item
        if not version.isdecimal() or not 0 < int(version) < 256 or int(version) in secrets:
            raise SettingMissing(
                "HUNDREDFOLD_SECRET wants each version once, as a number from 1 to 255: 2:NEW 1:OLD."
            )
        if len(value) < SMALLEST_SECRET:
            raise SettingMissing("HUNDREDFOLD_SECRET wants at least 32 random characters for each version.")
        secrets[int(version)] = value
    return secrets


def _webhooks(text: str) -> dict[str, str]:
    """`mailgun=KEY brevo=TOKEN` → {name: secret}."""
    secrets = {name: secret for name, _equals, secret in (item.partition("=") for item in text.split())}
    for name, secret in secrets.items():
        if name not in WEBHOOKS:
            raise SettingMissing(f"BOUNCE_WEBHOOKS wants NAME=SECRET; the names are {', '.join(WEBHOOKS)}.")
        if len(secret) < _SMALLEST_WEBHOOK_SECRET:
            raise SettingMissing(f"BOUNCE_WEBHOOKS wants at least 16 characters after {name}=.")
    return secrets
