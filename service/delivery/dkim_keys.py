"""The keys that sign for a domain: made, published, signing, resting, removed.

A new key waits until its record is seen in the DNS, or until staff say so; when it begins to sign, the one before it
stops. The record of a key that stopped stays in the DNS for some days: mails that it signed are still under way.
"""

import asyncio
import base64
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from service.auth import audit
from service.delivery import dkim
from service.delivery.headers import ascii_domain
from service.kit import clock, db, sealing
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence

PURPOSE = "dkim"
RESTS = timedelta(days=7)
_RSA_BITS = 2048
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class Algorithm(StrEnum):
    RSA = "rsa"
    ED25519 = "ed25519"


NAMES = {Algorithm.RSA: "RSA, 2048 bits", Algorithm.ED25519: "Ed25519"}


class KeyState(StrEnum):
    WAITING = "waits for its record"
    SIGNING = "signs"
    RESTING = "rests"
    SPENT = "can be removed"


class PublishedKey(msgspec.Struct, frozen=True):
    """A key as everybody may know it; `value` is the text of its record."""

    id: int
    domain: str
    selector: str
    algorithm: str
    state: KeyState
    value: str
    created_at: datetime
    signs_from: datetime | None
    retired_at: datetime | None

    @property
    def name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def spent_at(self) -> datetime | None:
        """When its record may leave the DNS."""
        return self.retired_at + RESTS if self.retired_at else None


class BadDomain(Problem):
    code = "bad_domain"
    status = 422
    sentence = Sentence("“{domain}” is no domain that mail could come from, such as example.org.")


class BadSelector(Problem):
    code = "bad_selector"
    status = 422
    sentence = Sentence("A selector has letters a to z, digits and hyphens, at most 63 of them.")


class BadAlgorithm(Problem):
    code = "bad_algorithm"
    status = 422
    sentence = Sentence("Please choose RSA or Ed25519.")


class SelectorTaken(Problem):
    code = "selector_taken"
    status = 409
    sentence = Sentence("There is a key {selector} for {domain} already. Choose another selector, or leave it to us.")


class AnotherWaits(Problem):
    code = "another_waits"
    status = 409
    sentence = Sentence("The key {selector} waits for its record already. Publish that one, or remove it first.")


class KeyNotFound(NotFound):
    code = "key_not_found"
    sentence = Sentence("This key does not exist any more.")


class StillNeeded(Problem):
    code = "still_needed"
    status = 409
    sentence = Sentence("Mails that it signed are still under way. It can be removed {days} days after it stopped.")


async def make(domain: str, algorithm: str, selector: str | None = None, by: int | None = None) -> PublishedKey:
    """A new key that waits. Raises BadDomain, BadSelector, BadAlgorithm, SelectorTaken or AnotherWaits."""
    domain = plain_domain(domain)
    selector = selector.strip().lower() if selector else None
    if algorithm not in list(Algorithm):
        raise BadAlgorithm
    if selector and not _SELECTOR.fullmatch(selector):
        raise BadSelector
    private = await asyncio.to_thread(_generated, algorithm)
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"dkim {domain}")
        known = await listing(domain)
        _refuse_second(known, domain, algorithm, selector)
        made = await db.fetch_value(
            "INSERT INTO dkim_key (domain, selector, algorithm, private, created_at) VALUES ($1, $2, $3, $4, $5)"
            " RETURNING id",
            domain,
            selector or _next_selector({key.selector for key in known}),
            algorithm,
            sealing.seal(PURPOSE, private),
            clock.now(),
        )
        key = await get(made)
        await _recorded(by, "made", key)
    return key


async def active(domain: str) -> list[dkim.Key]:
    """The keys that sign for `domain` now, RSA before Ed25519; empty where there are none."""
    rows = await db.fetch(
        "SELECT domain, selector, algorithm, private FROM dkim_key"
        " WHERE domain = $1 AND signs_from <= $2 AND retired_at IS NULL ORDER BY algorithm DESC",
        ascii_domain(domain),
        clock.now(),
    )
    return [_opened(*row) for row in rows]


async def listing(domain: str | None = None) -> list[PublishedKey]:
    """Those of `domain`, or all; the newest first."""
    rows = await db.fetch("SELECT * FROM dkim_key WHERE domain = coalesce($1, domain) ORDER BY id DESC", domain)
    return [_published(row) for row in rows]


async def get(key: int) -> PublishedKey:
    """Raises KeyNotFound."""
    row = await db.fetch_one("SELECT * FROM dkim_key WHERE id = $1::bigint", key)
    if row is None:
        raise KeyNotFound
    return _published(row)


async def named(domain: str, selector: str) -> PublishedKey:
    """Raises KeyNotFound."""
    row = await db.fetch_one(
        "SELECT * FROM dkim_key WHERE domain = $1 AND selector = $2", ascii_domain(domain), selector
    )
    if row is None:
        raise KeyNotFound
    return _published(row)


async def start(key: int, by: int | None = None) -> None:
    """It signs from now on, and the other of its kind for the domain rests. Raises KeyNotFound."""
    async with db.transaction():
        chosen = await _locked(key)
        if chosen.state is KeyState.SIGNING:
            return
        await db.execute(
            "UPDATE dkim_key SET retired_at = $1 WHERE domain = $2 AND algorithm = $3 AND id <> $4"
            " AND signs_from IS NOT NULL AND retired_at IS NULL",
            clock.now(),
            chosen.domain,
            chosen.algorithm,
            key,
        )
        await db.execute("UPDATE dkim_key SET signs_from = $1, retired_at = NULL WHERE id = $2", clock.now(), key)
        await _recorded(by, "started", chosen)


async def retire(key: int, by: int | None = None) -> None:
    """It signs no more, and nothing follows it by itself. Raises KeyNotFound."""
    async with db.transaction():
        chosen = await _locked(key)
        if chosen.state is KeyState.SIGNING:
            await db.execute("UPDATE dkim_key SET retired_at = $1 WHERE id = $2", clock.now(), key)
            await _recorded(by, "retired", chosen)


async def remove(key: int, by: int | None = None) -> None:
    """For a key that never signed, or has rested long enough. Raises KeyNotFound or StillNeeded."""
    async with db.transaction():
        chosen = await _locked(key)
        if chosen.state in (KeyState.SIGNING, KeyState.RESTING):
            raise StillNeeded(days=RESTS.days)
        await db.execute("DELETE FROM dkim_key WHERE id = $1", key)
        await _recorded(by, "removed", chosen)


def plain_domain(domain: str) -> str:
    """In lower case and A-labels. Raises BadDomain."""
    plain = ascii_domain(domain.strip().removesuffix("."))
    if not _DOMAIN.fullmatch(plain):
        raise BadDomain(domain=domain[:253])
    return plain


def _refuse_second(known: Sequence[PublishedKey], domain: str, algorithm: str, selector: str | None) -> None:
    if selector in {key.selector for key in known}:
        raise SelectorTaken(selector=selector, domain=domain)
    for key in known:
        if key.algorithm == algorithm and key.state is KeyState.WAITING:
            raise AnotherWaits(selector=key.selector)


def _next_selector(taken: set[str]) -> str:
    """By the day, so that it tells its age and never comes back."""
    today = f"hf{clock.now():%Y%m%d}"
    return next(name for name in (today, *(f"{today}-{number}" for number in range(2, 1000))) if name not in taken)


def _generated(algorithm: str) -> str:
    """A private key as PEM."""
    private = (
        Ed25519PrivateKey.generate()
        if algorithm == Algorithm.ED25519
        else rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    )
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@lru_cache(maxsize=64)
def _opened(domain: str, selector: str, algorithm: str, sealed: bytes) -> dkim.Key:
    """Parsed once; RSA takes its time."""
    private = load_pem_private_key(sealing.unseal(PURPOSE, sealed).encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey | Ed25519PrivateKey)
    return dkim.Key(domain, selector, algorithm, private)


def _published(row: db.Record) -> PublishedKey:
    key = _opened(row["domain"], row["selector"], row["algorithm"], row["private"])
    return PublishedKey(
        id=row["id"],
        domain=row["domain"],
        selector=row["selector"],
        algorithm=row["algorithm"],
        state=_state(row["signs_from"], row["retired_at"]),
        value=_value(key),
        created_at=row["created_at"],
        signs_from=row["signs_from"],
        retired_at=row["retired_at"],
    )


def _state(signs_from: datetime | None, retired_at: datetime | None) -> KeyState:
    if retired_at:
        return KeyState.SPENT if retired_at + RESTS <= clock.now() else KeyState.RESTING
    return KeyState.SIGNING if signs_from else KeyState.WAITING


def _value(key: dkim.Key) -> str:
    """The text of the record; RFC 8463 wants the bare 32 octets of Ed25519."""
    public = key.private.public_key()
    octets = (
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if key.algorithm == Algorithm.RSA
        else public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    )
    return f"v=DKIM1; k={key.algorithm}; p={base64.b64encode(octets).decode()}"


async def _locked(key: int) -> PublishedKey:
    chosen = await get(key)
    await db.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"dkim {chosen.domain}")
    return await get(key)


async def _recorded(by: int | None, done: str, key: PublishedKey) -> None:
    await audit.record(by, f"dkim_key.{done}", subject=f"key {key.selector}", detail={"domain": key.domain})
