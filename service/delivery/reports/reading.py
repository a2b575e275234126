"""A mail's parts, whatever its bytes are: at most a megabyte, a few parts and a few levels of them are looked at.

The standard library's parser goes as deep as a mail asks it to, which a hostile mail asks for; this one does not.
"""

import base64
import html
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from functools import cached_property

import nh3

LARGEST = 1_000_000
_DEEPEST = 8
_MOST_PARTS = 40
_LONGEST_HEAD = 64_000
_LONGEST_VALUE = 2_000
_LONGEST_TEXT = 60_000
_KIND = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
_PARAMETER = r"\b{}\s*=\s*(?:\"([^\"]+)\"|([^\s;\"]+))"
_BOUNDARY = re.compile(_PARAMETER.format("boundary"), re.IGNORECASE)
_CHARSET = re.compile(_PARAMETER.format("charset"), re.IGNORECASE)
# Others of Python's codecs do things that no mail needs, or take long for it.
_SPOKEN = re.compile(
    r"(?:utf|us-|iso|windows|cp|koi|gb|hz|big5|shift|s?jis|euc|mac|latin|tis|ks_|ascii)[\w.:-]*", re.IGNORECASE
)
_JAPANESE = re.compile(rb"\x1b\$[@B]")


@dataclass(frozen=True)
class Part:
    """A leaf of the mail; `kind` is its content type in lower case."""

    kind: str
    head: Message
    content: bytes

    @cached_property
    def text(self) -> str:
        """Its content as a person reads it."""
        text = _decoded(_plain(self.content, self.value("content-transfer-encoding")), self.value("content-type"))
        if self.kind == "text/html":
            text = html.unescape(nh3.clean(_LINES.sub("\n<", text), tags=set()))
        return text

    def value(self, name: str) -> str:
        return value(self.head, name)


_LINES = re.compile(r"<(?=br|p\b|/p\b|div|/div|tr|/tr|li|h\d|pre)", re.IGNORECASE)


@dataclass(frozen=True)
class Mail:
    """One that came to us; `parts` are its leaves, in order."""

    head: Message
    parts: list[Part]

    def value(self, name: str) -> str:
        """A header as a person reads it, "" where there is none."""
        return value(self.head, name)

    def of(self, *kinds: str) -> list[Part]:
        return [part for part in self.parts if part.kind in kinds]


def read(raw: bytes) -> Mail:
    """Never raises: what cannot be read as it should be is read as plain text."""
    lines = raw[:LARGEST].replace(b"\0", b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    head, body = _split(lines)
    parts: list[Part] = []
    for part in _leaves(head, body, 0):
        parts.append(part)
        if len(parts) == _MOST_PARTS:
            break
    return Mail(head, parts)


def value(head: Message, name: str) -> str:
    """A header unfolded and decoded, "" where there is none."""
    found = str(head.get(name, ""))[:_LONGEST_VALUE]
    text = " ".join(found.encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, ValueError, LookupError):
        return text


def headers(block: bytes) -> Message:
    """The headers at the beginning of `block`."""
    return BytesHeaderParser().parsebytes(block[:_LONGEST_HEAD])


def _split(block: bytes) -> tuple[Message, bytes]:
    if block.startswith(b"\n"):
        return Message(), block[1:]
    head, _empty, body = block.partition(b"\n\n")
    return headers(head), body


def _leaves(head: Message, body: bytes, depth: int) -> Iterator[Part]:
    kind = _KIND.match(value(head, "content-type"))
    named = kind[1].lower() if kind else "text/plain"
    inner = _inner(value(head, "content-type"), body) if named.startswith("multipart/") else []
    if not inner or depth == _DEEPEST:
        yield Part("text/plain" if named.startswith("multipart/") else named, head, body)
        return
    for block in inner:
        yield from _leaves(*_split(block), depth + 1)


def _inner(content_type: str, body: bytes) -> list[bytes]:
    """The parts between the boundaries; none where the boundary is missing."""
    found = _BOUNDARY.search(content_type)
    if not found:
        return []
    boundary = re.escape((found[1] or found[2]).encode("utf-8", "replace"))
    line = re.compile(rb"^--" + boundary + rb"(--)?[ \t]*$\n?", re.MULTILINE)
    blocks: list[bytes] = []
    start: int | None = None
    for mark in line.finditer(body):
        if start is not None:
            blocks.append(body[start : mark.start()])
        start = mark.end()
        if mark[1] or len(blocks) == _MOST_PARTS:
            return blocks
    return blocks if start is None else [*blocks, body[start:]]


def _plain(content: bytes, encoding: str) -> bytes:
    match encoding.lower():
        case "base64":
            letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content[: 2 * _LONGEST_TEXT])
            whole = letters[: -1 if len(letters) % 4 == 1 else None]
            return base64.b64decode(whole + b"=" * (-len(whole) % 4))
        case "quoted-printable":
            return quopri.decodestring(content[: 3 * _LONGEST_TEXT])
        case _:
            return content


def _decoded(content: bytes, content_type: str) -> str:
    content = content[:_LONGEST_TEXT]
    found = _CHARSET.search(content_type)
    charset = (found[1] or found[2]) if found else ""
    if _JAPANESE.search(content):
        charset = "iso-2022-jp"
    if not _SPOKEN.fullmatch(charset) or charset.lower() == "us-ascii":
        charset = "utf-8"
    try:
        return content.decode(charset, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")
