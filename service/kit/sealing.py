"""Sealing what is personal, with AES-SIV (RFC 5297) and keys that the database does not hold.

An address is sealed deterministically, so that equality and uniqueness still work; everything else with a nonce.
Layout: version (1) · nonce (16, absent for addresses) · ciphertext with its synthetic IV.
"""

from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from service.kit import clock, keys

_NONCE = 16
_AFTER_NONCE = 1 + _NONCE
ADDRESS = "address"
_OF_ADDRESSES = [ADDRESS.encode()]


class Unsealable(Exception):
    """The key is gone, or these bytes were not sealed for this purpose."""


def seal(purpose: str, text: str) -> bytes:
    """`text` sealed for `purpose`; equal texts give different bytes."""
    version, nonce = keys.current(), clock.random_bytes(_NONCE)
    return bytes([version]) + nonce + _cipher(version).encrypt(text.encode(), [purpose.encode(), nonce])


def unseal(purpose: str, sealed: bytes) -> str:
    """The text. Raises Unsealable."""
    return _decrypt(sealed[0], sealed[_AFTER_NONCE:], [purpose.encode(), sealed[1:_AFTER_NONCE]])


def seal_address(address: str) -> bytes:
    """Equal addresses (already normalised) give equal bytes under one version of the key."""
    return _seal_address(keys.current(), address)


def address_candidates(address: str) -> list[bytes]:
    """How `address` may stand in the database while `rekey` is under way: one form per version."""
    return [_seal_address(version, address) for version in keys.versions()]


def unseal_address(sealed: bytes) -> str:
    """The address. Raises Unsealable."""
    return _decrypt(sealed[0], sealed[1:], _OF_ADDRESSES)


def _seal_address(version: int, address: str) -> bytes:
    return bytes([version]) + _cipher(version).encrypt(address.encode(), _OF_ADDRESSES)


def _decrypt(version: int, body: bytes, associated: list[bytes]) -> str:
    try:
        return _cipher(version).decrypt(body, associated).decode()
    except (KeyError, InvalidTag) as error:
        raise Unsealable(f"sealed with key version {version}") from error


@cache
def _cipher(version: int) -> AESSIV:
    return AESSIV(keys.derive("sealing", version, 64))
