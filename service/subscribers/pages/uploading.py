"""Receiving a file of any size: the body of the request goes into the sealed spool as it comes, never into memory."""

from collections.abc import AsyncIterator

import msgspec
from litestar import Request
from litestar.enums import RequestEncodingType
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from service.auth.guards import WrongForm
from service.kit.errors import Problem
from service.subscribers.intake import Intake, Taken

_LONGEST_FIELD = 1000
_MOST_PARTS = 10


class Broken(Problem):
    """The form did not arrive whole."""


class Sent(msgspec.Struct):
    """A form with a file. `taken` is None without one, or when it was refused: then `problem` says why."""

    fields: dict[str, str] = {}
    name: str = ""
    taken: Taken | None = None
    problem: Problem | None = None


async def receive(request: Request) -> Sent:
    """Reads the form to its end. Raises WrongForm when the guard had to read it first, or Broken."""
    if "csrf" not in request.query_params and "x-csrf-token" not in request.headers:
        raise WrongForm
    sent = Sent()
    part: _Field | _File | None = None
    try:
        async for event in _events(request):
            if isinstance(event, MultipartSegment):
                part = _File(sent, event.filename) if event.filename else _Field(sent, event.name)
            elif event is None and part is not None:
                part.end()
                part = None
            elif event and part is not None:
                part.write(bytes(event))
    finally:
        if part is not None:
            part.abandon()
    return sent


async def _events(request: Request) -> AsyncIterator[MultipartSegment | bytearray | None]:
    kind, options = request.content_type
    if kind != RequestEncodingType.MULTI_PART:
        raise Broken
    try:
        with PushMultipartParser(options.get("boundary", ""), max_segment_count=_MOST_PARTS) as parser:
            async for chunk in request.stream():
                for event in parser.parse(chunk) if chunk else ():
                    yield event
    except MultipartError as error:
        raise Broken from error


class _Field:
    def __init__(self, sent: Sent, name: str) -> None:
        self._sent, self._name, self._text = sent, name, bytearray()

    def write(self, part: bytes) -> None:
        self._text += part[: _LONGEST_FIELD - len(self._text)]

    def end(self) -> None:
        self._sent.fields[self._name] = self._text.decode("utf-8", "replace")

    def abandon(self) -> None:
        return None


class _File:
    """A file that is refused is still read to its end, so that the browser hears why."""

    def __init__(self, sent: Sent, name: str) -> None:
        if sent.name:
            raise Broken
        self._sent = sent
        self._intake: Intake | None = Intake()
        sent.name = name

    def write(self, part: bytes) -> None:
        try:
            if self._intake is not None:
                self._intake.write(part)
        except Problem as problem:
            self._sent.problem = problem
            self.abandon()

    def end(self) -> None:
        try:
            if self._intake is not None:
                self._sent.taken = self._intake.close()
        except Problem as problem:
            self._sent.problem = problem
            self.abandon()

    def abandon(self) -> None:
        if self._intake is not None:
            self._intake.abandon()
            self._intake = None
