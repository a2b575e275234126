"""Return paths: an address of its own for each mail, to which a report of its failure comes back.

Its local part holds the delivery and the last day on which it counts, sealed with AES-SIV: nobody can read or make
one, and the same mail has the same one all day. The key comes from the organisation's pepper, which stays when the
secret is changed.
"""

import hmac
import re
import struct
from base64 import b32decode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from service.kit import clock
from service.kit.settings import settings
from service.organisation import queries as organisations

DAYS_VALID = 14
_DAY = 86_400
_INSIDE = struct.Struct(">QH")
_PURPOSE = [b"return path"]
_LOCAL = re.compile(r"[A-Za-z2-7]{42}")
_PADDING = "=" * 6
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(200, -1, -10)


class NotOurs(Exception):
    """Not a return path of this installation, or one whose days are over."""


class ReturnPaths:
    """Makes and reads them for one `pepper`, under settings().bounce_domain."""

    def __init__(self, pepper: bytes) -> None:
        self._cipher = AESSIV(hmac.digest(pepper, b"return path", "sha512"))
        self._domain = settings().bounce_domain

    def address(self, delivery: int) -> str | None:
        """The return path of one row: 42 letters and digits @ the domain; None where no domain is set."""
        if not self._domain:
            return None
        sealed = self._cipher.encrypt(_INSIDE.pack(delivery, _today() + DAYS_VALID), _PURPOSE)
        return f"{_spelt(sealed)}@{self._domain}"

    def read(self, address: str) -> int:
        """The delivery. Upper and lower case are the same. Raises NotOurs."""
        try:
            delivery, last_day = _INSIDE.unpack(self._cipher.decrypt(_sealed(address), _PURPOSE))
        except InvalidTag:
            raise NotOurs from None
        if last_day < _today():
            raise NotOurs
        return int(delivery)


async def address(delivery: int) -> str | None:
    """The return path of one row; None where BOUNCE_DOMAIN is not set."""
    return (await return_paths()).address(delivery)


async def read(address: str) -> int:
    """The delivery of a return path. Raises NotOurs."""
    # What has not even the form of one is not worth a look at the records: anybody may ask.
    _sealed(address)
    return (await return_paths()).read(address)


async def return_paths() -> ReturnPaths:
    return ReturnPaths(await organisations.pepper())


def _sealed(address: str) -> bytes:
    """What its local part holds. Raises NotOurs where it has not the form of ours."""
    local, _at, domain = address.strip().strip("<>").rpartition("@")
    if not domain or domain.lower() != settings().bounce_domain or not _LOCAL.fullmatch(local):
        raise NotOurs
    return b32decode(local.upper() + _PADDING)


def _spelt(sealed: bytes) -> str:
    """Base32 in small letters, without padding: in half the time that the library takes."""
    bits = int.from_bytes(sealed) << 2
    return "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])


def _today() -> int:
    return clock.second() // _DAY
