"""DKIM signatures (RFC 6376, 8301, 8463): relaxed/relaxed, rsa-sha256 and ed25519-sha256, several keys at once.

Every header line that a reader or a filter goes by is signed, and those of which a second one would deceive are
signed once more than they stand there, so that none can be added on the way.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from service.kit import clock

_WIDTH = 76
_OVERSIGNED = (
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"reply-to",
    b"message-id",
    b"mime-version",
    b"content-type",
)
_SIGNED = re.compile(
    rb"from|to|cc|subject|date|message-id|reply-to|sender|in-reply-to|references|mime-version|content-.+|list-.+"
    rb"|feedback-id|auto-submitted"
)
_EMPTY_END = re.compile(rb"(?:\r\n)*\Z")
_PADDING, _HASHED = PKCS1v15(), Prehashed(SHA256())


class Key(msgspec.Struct, frozen=True):
    """A private key of `domain`, whose public one stands in the DNS under `selector`; `algorithm`: rsa or ed25519."""

    domain: str
    selector: str
    algorithm: str
    private: RSAPrivateKey | Ed25519PrivateKey


class Head(msgspec.Struct, frozen=True):
    """Header lines as they are signed: the last first, as RFC 6376 has it where a name stands twice."""

    names: tuple[bytes, ...]
    canonical: bytes

    def after(self, earlier: "Head") -> "Head":
        """`earlier` with these lines behind it."""
        return Head(self.names + earlier.names, self.canonical + earlier.canonical)


class Signer:
    """Signs with all `keys`, one DKIM-Signature each; without keys nothing is signed."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._keys = tuple(keys)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def sign(self, head: bytes, body: bytes) -> bytes:
        """The lines to put in front. `head`: whole header lines; `body`: what comes after the empty line."""
        return self.signatures(relaxed_head(head), hashlib.sha256(relaxed_body(body)).digest())

    def signatures(self, head: Head, body_hash: bytes) -> bytes:
        """The same for what is in its relaxed form already; `body_hash`: the SHA-256 of the relaxed body."""
        shared = hashlib.sha256(head.canonical)
        hashed, second = b64encode(body_hash), clock.second()
        return b"".join(_signature(key, head.names, second, hashed, shared) for key in self._keys)


def relaxed_head(head: bytes) -> Head:
    """The lines of `head` that get signed."""
    names, lines = [], []
    for line in reversed(_unfolded(head).split(b"\r\n")):
        name, _colon, value = line.partition(b":")
        if signed := _signed_name(name):
            names.append(signed)
            lines.append(b"%s:%s\r\n" % (signed, _one_blank(value).strip(b" ")))
    return Head(tuple(names), b"".join(lines))


def relaxed_body(body: bytes) -> bytes:
    """The whole body in its relaxed form; the same object where it has it already."""
    if body and not body.endswith(b"\r\n"):
        body += b"\r\n"
    body = relaxed_lines(body)
    if body.endswith(b"\r\n\r\n") or body == b"\r\n":
        end = _EMPTY_END.search(body, len(body.rstrip(b"\r\n")))
        assert end, "an empty end is one too"
        return body[: end.start()] + b"\r\n" if end.start() else b""
    return body


def relaxed_lines(lines: bytes) -> bytes:
    """Whole lines of a body, not its end: one blank for several, none at the end of a line."""
    lines = _one_blank(lines)
    return lines.replace(b" \r\n", b"\r\n") if b" \r\n" in lines else lines


@lru_cache(maxsize=128)
def _signed_name(name: bytes) -> bytes | None:
    """As it stands in `h=`; None for a line that may change on the way."""
    lowered = name.strip(b" ").lower()
    return lowered if _SIGNED.fullmatch(lowered) else None


def _signature(key: Key, names: tuple[bytes, ...], second: int, hashed: bytes, shared: "hashlib._Hash") -> bytes:
    written, canonical = _opening(key.domain, key.selector, key.algorithm, names, second)
    whole = shared.copy()
    whole.update(canonical + b" bh=" + hashed + b"; b=")
    signed = b64encode(_signed(key.private, whole.digest()))
    return written + b"\r\n bh=" + hashed + b";\r\n b=" + _cut(signed) + b"\r\n"


def _signed(private: RSAPrivateKey | Ed25519PrivateKey, digest: bytes) -> bytes:
    if isinstance(private, Ed25519PrivateKey):
        return private.sign(digest)
    return private.sign(digest, _PADDING, _HASHED)


@lru_cache(maxsize=64)
def _opening(
    domain: str, selector: str, algorithm: str, names: tuple[bytes, ...], second: int
) -> tuple[bytes, bytes]:
    """The field up to `bh`, folded as it is written and relaxed as it is signed."""
    signed = [name.decode() for name in (*names, *_OVERSIGNED)]
    words = [
        "v=1;",
        f"a={algorithm}-sha256;",
        "c=relaxed/relaxed;",
        f"d={domain};",
        f"s={selector};",
        f"t={second};",
        *_fitting(f"h={signed[0]}:", [f"{name}:" for name in signed[1:-1]] + [f"{signed[-1]};"]),
    ]
    lines = _fitting("DKIM-Signature:", [f" {word}" for word in words])
    return "\r\n".join(lines).encode(), ("dkim-signature:" + " ".join(words)).encode()


def _fitting(line: str, words: Sequence[str]) -> list[str]:
    """Lines of at most 76 characters, where the words allow it."""
    lines = []
    for word in words:
        if len(line) + len(word) > _WIDTH:
            lines.append(line)
            line = ""
        line += word
    return [*lines, line]


def _cut(signed: bytes) -> bytes:
    first = _WIDTH - len(" b=")
    later = [signed[start : start + _WIDTH - 1] for start in range(first, len(signed), _WIDTH - 1)]
    return b"\r\n ".join([signed[:first], *later])


def _unfolded(head: bytes) -> bytes:
    return head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").removesuffix(b"\r\n")


def _one_blank(octets: bytes) -> bytes:
    """Each run of blanks and tabs as one blank; a run of n takes log n passes, and each is quick."""
    if b"\t" in octets:
        octets = octets.replace(b"\t", b" ")
    while b"  " in octets:
        octets = octets.replace(b"  ", b" ")
    return octets
