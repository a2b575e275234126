"""Signed tokens for links: bound to a purpose, expiring, with versioned keys; and keys that say nothing at all.

Layout of a token, before base64url:
version (1) · expiry in minutes since 1970 (4, 0 for never) · payload (JSON) · mac (24).
"""

import base64
import binascii
import hashlib
import hmac
import struct
from datetime import timedelta
from functools import cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from service.kit import clock, keys
from service.kit.errors import Problem
from service.kit.i18n import lazy as _

_HEAD = struct.Struct(">BI")
_MAC = 24
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class BadToken(Problem):
    code = "bad_token"
    status = 400
    sentence = _("This link is not complete. Please open it again straight from the mail.")


class ExpiredToken(Problem):
    code = "expired_token"
    status = 410
    sentence = _("This link has expired. You can ask for a new one.")


def random_key() -> str:
    """A URL-safe key that nobody can guess, for something of which only `hash_of` is kept."""
    return base64.urlsafe_b64encode(clock.random_bytes(32)).rstrip(b"=").decode()


def hash_of(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def make(purpose: str, payload: Any, expires: timedelta | None = None) -> str:
    """A URL-safe token; `payload` is anything JSON can hold and must not be personal."""
    until = int((clock.now() + expires).timestamp() // 60) + 1 if expires else 0
    return Maker(purpose, until).make(payload)


class Maker:
    """Makes tokens of one purpose with the key that is the current one now: for many that are made in one go."""

    def __init__(self, purpose: str, until: int = 0) -> None:
        version = keys.current()
        self._head = _HEAD.pack(version, until)
        self._begun = _begun(purpose, version)

    def make(self, payload: Any) -> str:
        """As `make` above."""
        body = self._head + msgspec.json.encode(payload)
        return _spelt(body + _mac(self._begun, body))


def read(purpose: str, token: str) -> Any:
    """The payload. Raises BadToken or ExpiredToken."""
    body, mac = _split(token)
    version, until = _HEAD.unpack_from(body)
    if version not in keys.versions() or not hmac.compare_digest(mac, _mac(_begun(purpose, version), body)):
        raise BadToken
    if until and clock.now().timestamp() > until * 60:
        raise ExpiredToken
    return msgspec.json.decode(body[_HEAD.size :])


def _split(token: str) -> tuple[bytes, bytes]:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadToken from None
    # A changed last character can decode to the same bytes: only the canonical spelling counts.
    if len(raw) <= _HEAD.size + _MAC or _spelt(raw) != token:
        raise BadToken
    return raw[:-_MAC], raw[-_MAC:]


def _spelt(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=").decode()


def _mac(begun: HMAC, body: bytes) -> bytes:
    mac = begun.copy()
    mac.update(body)
    return mac.finalize()[:_MAC]


@cache
def _begun(purpose: str, version: int) -> HMAC:
    return HMAC(keys.derive(f"token:{purpose}", version, 32), SHA256())
