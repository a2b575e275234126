"""Keys for each purpose, derived by HKDF from the secret that is kept outside the database."""

from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.kit.settings import settings


def current() -> int:
    """The version that new things are signed and sealed with."""
    return max(settings().secrets)


def versions() -> list[int]:
    """All versions that can still be read, the newest first."""
    return sorted(settings().secrets, reverse=True)


@cache
def derive(purpose: str, version: int, size: int) -> bytes:
    """`size` bytes of key for `purpose`. Raises KeyError for a version whose secret is gone."""
    secret = settings().secrets[version].encode()
    return HKDF(algorithm=SHA256(), length=size, salt=None, info=f"hundredfold:{purpose}".encode()).derive(secret)
