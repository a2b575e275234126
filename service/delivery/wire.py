"""The bytes of a mail. What all readers share is encoded once; what is personal is encoded as it is filled in.

Both parts are quoted-printable. Each personal piece stands between soft line breaks, so that the literal text around
it never has to be broken again, and a line never begins with a dot.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

import msgspec
from markupsafe import escape

from service.delivery import dkim, expressions, headers
from service.delivery.headers import Unmailable
from service.kit import clock
from service.kit.errors import Problem
from service.rendering import inserts, personal
from service.rendering.checks import check_subject
from service.rendering.email import CompiledEdition
from service.rendering.inserts import BETWEEN, NAME, OWN_AREA, Pool
from service.rendering.text import clean, one_line

_LINE = 76
_SOFT = b"=\r\n"
_SPECIAL = re.compile(rb"[^ -<>-~]")
# What stands for itself in quoted-printable and in HTML.
_PLAIN = bytes(octet for octet in range(ord(" "), ord("~") + 1) if octet not in b"=&<>'\"")

# A literal as it goes out; or the source of what stands here for each reader, and whether that is in HTML.
Piece = bytes | tuple[str, bool]


class Filled(msgspec.Struct, frozen=True):
    """The mail of one reader, of its head only the subject, also as a header line.

    `pieces`: the body; `body_hash`: SHA-256 of its relaxed form.
    """

    subject: str
    subject_line: bytes
    pieces: list[bytes]
    body_hash: bytes

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)


class Edition:
    """One language of a mailing, ready to be filled. `wants`: the reader's variables that stand in it.

    `pool`: whom its personal list can show; `is_own`: whether the keys that a reader was given change anything.
    """

    def __init__(self, compiled: CompiledEdition, shared: Mapping[str, str], signed: bool = False) -> None:
        self._shared = dict(shared)
        self._signed = signed
        self._inserts = compiled.inserts
        self.pool = Pool(compiled.inserts)
        self._lists: dict[str, _List] = {}
        self._subject = expressions.line(compiled.subject)
        text, html = self._part(compiled.text, escaped=False), self._part(compiled.html, escaped=True)
        boundary = _boundary(compiled.text, compiled.html)
        self.content_type = _content_type(boundary)
        self._body = _Body(
            [_opening(boundary, "plain"), *text, _opening(boundary, "html"), *html, _closing(boundary)]
        )
        places = self._body.places
        sources = [source for source in places if source not in self._lists]
        self._values = [(expressions.compiled(source), places[source]) for source in sources]
        self._own_lists = [(listed, places[source]) for source, listed in self._lists.items()]
        asked = [*sources, *(part for is_one, part in personal.segments(compiled.subject) if is_one)]
        self.wants = frozenset(re.findall(r"\w+", " ".join(asked))).difference(self._shared)
        self._leads_to_areas = OWN_AREA in self.wants
        self.is_own = self._leads_to_areas or any(insert.personal for insert in compiled.inserts)

    def fill(self, reader: Mapping[str, str], keys: Sequence[int] = ()) -> Filled:
        """`keys`: whom the reader's own lists show, of those in `pool`, and the area. Raises Unmailable."""
        values = {**self._shared, **reader}
        for name, value in reader.items():
            if not value.isprintable():
                values[name] = clean(value).replace("\n", " ")
        if self._leads_to_areas:
            values[OWN_AREA] = inserts.area_path(keys)
        try:
            subject, subject_line = _subject(self._subject(values))
            pieces = self._pieces(values, keys)
        except KeyError as unknown:
            raise Unmailable("content", f"{unknown} is undefined") from None
        except (Problem, ValueError) as problem:
            raise Unmailable("content", str(problem)) from None
        return Filled(subject, subject_line, pieces, self._body.hash(pieces) if self._signed else b"")

    def _pieces(self, values: Mapping[str, str], keys: Sequence[int]) -> list[bytes]:
        pieces = self._body.literals.copy()
        for value, places in self._values:
            in_both = _in_both(value(values))
            for place, escaped in places:
                pieces[place] = in_both[escaped]
        for own, places in self._own_lists:
            for place, _escaped in places:
                pieces[place] = own.joined(keys)
        return pieces

    def _part(self, source: str, escaped: bool) -> list[Piece]:
        """Quoted-printable pieces; a literal before an expression ends with a soft line break."""
        pieces: list[Piece] = []
        segments = personal.segments(source)
        for number, (is_expression, part) in enumerate(segments):
            if is_expression:
                listed = NAME.fullmatch(part)
                pieces.append(self._listed(part, *listed.groups()) if listed else (part, escaped))
            else:
                last = number == len(segments) - 1
                pieces.append(quoted(part) if last else _goes_on(part))
        return pieces

    def _listed(self, source: str, place: str, kind: str) -> Piece:
        """What all readers share is a literal; their own list is put together for each."""
        here = [insert for insert in self._inserts if insert.place == int(place)]
        listed = _List(inserts.pieces(here, int(place), kind), _goes_on(BETWEEN) if kind == "text" else b"")
        if not any(insert.personal for insert in here):
            return listed.joined(inserts.others(listed.texts))
        self._lists[source] = listed
        return source, False


class _List(dict[int, bytes]):
    """Pieces as they go out, by key; each is encoded when it is first asked for."""

    def __init__(self, texts: Mapping[int, str], between: bytes) -> None:
        super().__init__()
        self.texts = texts
        self._between = between

    def __missing__(self, key: int) -> bytes:
        encoded = self[key] = _goes_on(self.texts[key]) if key in self.texts else b""
        return encoded

    def joined(self, keys: Sequence[int]) -> bytes:
        return self._between.join([self[key] for key in inserts.own(self.texts, keys)])


class _Body:
    """Literals and places to be filled, in turn. Each is of whole lines, so each has a relaxed form of its own.

    `places`: by source, where among the `literals` it stands, and whether in HTML.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        joined = _joined(pieces)
        self.literals = [piece if isinstance(piece, bytes) else b"" for piece in joined]
        self.places: dict[str, list[tuple[int, bool]]] = {}
        for place, piece in enumerate(joined):
            if isinstance(piece, tuple):
                self.places.setdefault(piece[0], []).append((place, piece[1]))
        first, *others = [dkim.relaxed_lines(literal) for literal in self.literals]
        self._begun, self._relaxed = hashlib.sha256(first), [b"", *others]

    def hash(self, filled: Sequence[bytes]) -> bytes:
        """The SHA-256 of the relaxed form."""
        pieces = self._relaxed.copy()
        for places in self.places.values():
            for place, _escaped in places:
                pieces[place] = dkim.relaxed_lines(filled[place])
        digest = self._begun.copy()
        for piece in pieces:
            digest.update(piece)
        return digest.digest()


def plain(text: str, html: str) -> tuple[bytes, bytes]:
    """The Content-Type line and the body of a mail to one person."""
    boundary = _boundary(text, html)
    pieces = [_opening(boundary, "plain"), quoted(text), _opening(boundary, "html"), quoted(html), _closing(boundary)]
    return _content_type(boundary), b"".join(pieces)


def message(head: bytes, *pieces: bytes) -> bytes:
    """The finished mail; `head` are whole header lines, `pieces` the body."""
    return b"".join((head, b"\r\n", *pieces))


def date() -> bytes:
    return _date(clock.second())


def quoted(text: str) -> bytes:
    """`text` as quoted-printable (RFC 2045) that begins at the start of a line; lines of at most 76 octets."""
    return b"\r\n".join(_quoted_line(line) for line in text.encode().replace(b"\r\n", b"\n").split(b"\n"))


def _in_both(text: str) -> tuple[bytes, bytes]:
    """How it stands in the text part and in the HTML part, with a soft line break behind it."""
    octets, lines = text.encode(), b""
    if octets.translate(None, _PLAIN) or octets[:1] == b"." or octets[-1:] == b" ":
        return _in_each(text)
    while len(octets) >= _LINE:
        lines += octets[: _LINE - 1] + _SOFT
        octets = octets[_LINE - 1 :]
    lines += octets + _SOFT
    return (lines, lines) if b"\n." not in lines else _in_each(text)


@lru_cache(maxsize=64)
def _in_each(text: str) -> tuple[bytes, bytes]:
    return _goes_on(text), _goes_on(str(escape(text)))


def _goes_on(text: str) -> bytes:
    """`text` as quoted-printable with a soft line break behind it."""
    octets = quoted(text)
    if len(octets) - octets.rfind(b"\n") - 1 == _LINE:
        token = 3 if octets[-3:-2] == b"=" else 1
        octets = octets[:-token] + _SOFT + octets[-token:].replace(b".", b"=2E")
    return octets + _SOFT


def _quoted_line(octets: bytes) -> bytes:
    text = _SPECIAL.sub(_escaped, octets)
    if text.endswith(b" "):
        text = text[:-1] + b"=20"
    lines, start = [], 0
    while True:
        lead = b"=2E" if text[start : start + 1] == b"." else b""
        start += bool(lead)
        if len(text) - start <= _LINE - len(lead):
            lines.append(lead + text[start:])
            return b"\r\n".join(lines)
        end = start + _LINE - len(lead) - 1
        # Never in the middle of an escape; each has the only "=" there is.
        if b"=" in text[end - 2 : end]:
            end = text.rindex(b"=", end - 2, end)
        lines.append(lead + text[start:end] + b"=")
        start = end


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"=%02X" % ord(found[0])


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The same with neighbouring literals made one."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


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
    return headers.line("Date", format_datetime(datetime.fromtimestamp(second, UTC)))


# Many have the same, also where it holds their first name.
@lru_cache(maxsize=64)
def _subject(written: str) -> tuple[str, bytes]:
    """As it is read, and as a header line. Raises UnfitMail."""
    subject = check_subject(one_line(written))
    return subject, headers.safe_line("Subject", subject)
