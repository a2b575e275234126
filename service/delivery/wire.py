"""The bytes of a mail. What all readers share is encoded once; what is personal is encoded as it is filled in.

Both parts are quoted-printable. Each personal piece stands between soft line breaks, so that the literal text around
it never has to be broken again, and a line never begins with a dot.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from functools import lru_cache

from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import escape

from service.delivery import headers
from service.delivery.headers import Unmailable
from service.kit import clock
from service.kit.errors import Problem
from service.rendering import personal
from service.rendering.checks import check_subject
from service.rendering.email import CompiledEdition
from service.rendering.text import clean, one_line

_LINE = 76
_DOT = ord(".")
_SOFT = b"=\r\n"
_OCTETS = [bytes([o]) if 32 <= o < 127 and o != 61 else b"=%02X" % o for o in range(256)]
# One line of these, not a dot at its start nor a blank at its end, is its own quoted-printable.
_AS_IT_IS = re.compile(rb"[!-<>-~](?:[ -<>-~]{0,73}[!-<>-~])?")
_ONE_LONG_WORD = re.compile(rb"[!-<>-~]+")

# A literal as it goes out, or which of the edition's expressions stands here.
Piece = bytes | int


class Edition:
    """One language of a mailing, ready to be filled."""

    def __init__(self, compiled: CompiledEdition, shared: Mapping[str, str]) -> None:
        self._shared = dict(shared)
        self._expressions: list[_Expression] = []
        self._subject = self._readable(compiled.subject)
        text, html = self._part(compiled.text, escaped=False), self._part(compiled.html, escaped=True)
        boundary = _boundary(compiled.text, compiled.html)
        self.content_type = _content_type(boundary)
        self._body = _joined(
            [_opening(boundary, "plain"), *text, _opening(boundary, "html"), *html, _closing(boundary)]
        )
        self._wants_preferences = "preferences_url" in compiled.subject + compiled.text + compiled.html

    @property
    def wants_preferences(self) -> bool:
        """Whether `preferences_url` is needed to fill it."""
        return self._wants_preferences

    def fill(self, reader: Mapping[str, str]) -> tuple[str, bytes]:
        """The subject and the body's bytes for one reader. Raises Unmailable."""
        values = self._shared | {name: clean(value).replace("\n", " ") for name, value in reader.items()}
        try:
            found = [expression.value(values) for expression in self._expressions]
            subject = check_subject(
                one_line("".join(piece if isinstance(piece, str) else found[piece] for piece in self._subject))
            )
        except UndefinedError as error:
            raise Unmailable("content", str(error.message)) from None
        except Problem as problem:
            raise Unmailable("content", str(problem)) from None
        encoded: dict[int, bytes] = {}
        pieces = []
        for piece in self._body:
            if isinstance(piece, int):
                if piece not in encoded:
                    encoded[piece] = quoted(found[piece]) + _SOFT
                piece = encoded[piece]
            pieces.append(piece)
        return subject, b"".join(pieces)

    def _readable(self, source: str) -> list[str | int]:
        return [
            self._number(part, escaped=False) if is_expression else part
            for is_expression, part in personal.segments(source)
        ]

    def _part(self, source: str, escaped: bool) -> list[Piece]:
        """Quoted-printable pieces; a literal before an expression ends with a soft line break."""
        pieces: list[Piece] = []
        segments = personal.segments(source)
        for number, (is_expression, part) in enumerate(segments):
            if is_expression:
                pieces.append(self._number(part, escaped))
            else:
                last = number == len(segments) - 1
                pieces.append(quoted(part) + (b"" if last else _SOFT))
        return pieces

    def _number(self, source: str, escaped: bool) -> int:
        expression = _Expression(source, escaped)
        if expression not in self._expressions:
            self._expressions.append(expression)
        return self._expressions.index(expression)


class _Expression:
    """A Jinja expression over the reader's variables; most are nothing but a name."""

    def __init__(self, source: str, escaped: bool) -> None:
        self.key = (source, escaped)
        self._escaped = escaped
        self._find = _finder(source, escaped)

    def value(self, values: Mapping[str, str]) -> str:
        found = self._find(values)
        return str(escape(found)) if self._escaped else str(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Expression) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def plain(text: str, html: str) -> tuple[bytes, bytes]:
    """The Content-Type line and the body of a mail to one person."""
    boundary = _boundary(text, html)
    pieces = [_opening(boundary, "plain"), quoted(text), _opening(boundary, "html"), quoted(html), _closing(boundary)]
    return _content_type(boundary), b"".join(pieces)


def message(head: bytes, body: bytes) -> bytes:
    """The finished mail; `head` are whole header lines."""
    return head + b"\r\n" + body


def date() -> bytes:
    return _date(int(clock.now().timestamp()))


def quoted(text: str) -> bytes:
    """`text` as quoted-printable (RFC 2045) that begins at the start of a line; lines of at most 76 octets."""
    octets = text.encode()
    if _AS_IT_IS.fullmatch(octets) and octets[0] != _DOT:
        return octets
    if _ONE_LONG_WORD.fullmatch(octets):
        lines = [octets[start : start + _LINE - 1] for start in range(0, len(octets), _LINE - 1)]
        if not any(line[0] == _DOT for line in lines):
            return b"=\r\n".join(lines)
    return b"\r\n".join(_quoted_line(line) for line in octets.replace(b"\r\n", b"\n").split(b"\n"))


def _quoted_line(octets: bytes) -> bytes:
    lines: list[bytes] = []
    current: list[bytes] = []
    width = 0
    last = len(octets) - 1
    for position, octet in enumerate(octets):
        token = _OCTETS[octet]
        if (octet == _DOT and not width) or (octet in (32, 9) and position == last):
            token = b"=%02X" % octet
        if width + len(token) > (_LINE if position == last else _LINE - 1):
            lines.append(b"".join(current) + b"=")
            token = b"=2E" if octet == _DOT else token
            current, width = [], 0
        current.append(token)
        width += len(token)
    lines.append(b"".join(current))
    return b"\r\n".join(lines)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """The same with neighbouring literals made one."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _finder(source: str, escaped: bool) -> Callable[[Mapping[str, str]], object]:
    if source.isidentifier():
        return lambda values: values[source] if source in values else _missing(source)
    compiled = _ENVIRONMENTS[escaped].compile_expression(source, undefined_to_none=False)
    return lambda values: compiled(values)


def _missing(name: str) -> object:
    raise UndefinedError(f"'{name}' is undefined")


_ENVIRONMENTS = {
    escaped: Environment(undefined=StrictUndefined, autoescape=escaped)  # noqa: S701 - the text part is not HTML
    for escaped in (True, False)
}


def _boundary(*parts: str) -> bytes:
    # "=_" cannot stand in quoted-printable.
    return b"=_" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24].encode()


def _content_type(boundary: bytes) -> bytes:
    return b'Content-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n'


def _opening(boundary: bytes, kind: str) -> bytes:
    return (
        b"\r\n--"
        + boundary
        + f"\r\nContent-Type: text/{kind}; charset=utf-8\r\n".encode()
        + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )


def _closing(boundary: bytes) -> bytes:
    return b"\r\n--" + boundary + b"--\r\n"


@lru_cache(maxsize=4)
def _date(second: int) -> bytes:
    return headers.line("Date", format_datetime(clock.now().replace(microsecond=0)))
