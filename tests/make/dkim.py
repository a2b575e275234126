"""Keys of example.org, and the DNS that publishes them, without a network."""

import base64
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from service.delivery import dkim, dkim_keys
from service.kit import clock, db, sealing


@cache
def keys() -> list[dkim.Key]:
    """One of RSA, one of Ed25519."""
    return [
        dkim.Key("example.org", "spring", "rsa", rsa.generate_private_key(65537, 2048)),
        dkim.Key("example.org", "autumn", "ed25519", Ed25519PrivateKey.generate()),
    ]


def record(key: dkim.Key) -> str:
    public = key.private.public_key()
    octets = (
        public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        if key.algorithm == "ed25519"
        else public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    return f"v=DKIM1; k={key.algorithm}; p={base64.b64encode(octets).decode()}"


@cache
def records() -> dict[str, str]:
    """The TXT records by their names."""
    return {f"{key.selector}._domainkey.{key.domain}": record(key) for key in keys()}


def dns(name: bytes | str, timeout: int = 5) -> bytes:
    """For dkimpy."""
    asked = name.decode() if isinstance(name, bytes) else name
    return records().get(asked.rstrip("."), "").encode()


async def publish() -> None:
    """They sign from now on."""
    for key in keys():
        private = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        await db.execute(
            "INSERT INTO dkim_key (domain, selector, algorithm, private, created_at, signs_from)"
            " VALUES ($1, $2, $3, $4, $5, $5)",
            key.domain,
            key.selector,
            key.algorithm,
            sealing.seal(dkim_keys.PURPOSE, private),
            clock.now(),
        )
