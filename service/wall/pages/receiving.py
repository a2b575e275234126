"""Reading a form with a photo as it comes: the photo goes to a file without a name, and little is held in memory."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from service.kit.errors import Problem
from service.kit.web import Form, TooLarge
from service.wall import intake

PHOTO = "photo"
# Twice as much as a photo may have: who sends one that is too big hears so beside the field, and keeps the rest.
LARGEST_FORM = 2 * intake.LARGEST
_MOST_PARTS = 60
_LONGEST_TEXT = 40_000
_LARGEST_TEXTS = 1_000_000
_IN_MEMORY = 500_000


class Broken(Problem):
    """The form did not arrive whole."""


class Received(msgspec.Struct, frozen=True):
    """`photo`: None when no file was chosen; one that is too big is cut off just behind what is allowed."""

    form: Form
    photo: IO[bytes] | None


class _Part:
    """A text, or a file, on its way in."""

    def __init__(self, name: str, file: IO[bytes] | None) -> None:
        self.name = name
        self.file = file
        self._text = bytearray()

    def write(self, content: bytes) -> None:
        if self.file is None:
            self._text += content[: _LONGEST_TEXT - len(self._text)]
        else:
            self.file.write(content[: intake.LARGEST + 1 - self.file.tell()])

    @property
    def text(self) -> str:
        return self._text.decode("utf-8", "replace")


async def receive(request: Request, files: ExitStack) -> Received:
    """`files` closes the photo when nobody needs it any more. Raises Broken, or TooLarge for texts beyond reason."""
    kind, options = request.content_type
    if kind != RequestEncodingType.MULTI_PART:
        return Received(await _texts(request), None)
    parts = [part async for part in _parts(request, options.get("boundary", ""), files)]
    photos = [part.file for part in parts if part.file and part.name == PHOTO]
    texts = FormMultiDict([(part.name, part.text) for part in parts if part.file is None])
    return Received(Form(texts), photos[0] if photos else None)


def _file(files: ExitStack) -> IO[bytes]:
    return files.enter_context(SpooledTemporaryFile(_IN_MEMORY))


async def _texts(request: Request) -> Form:
    """A form without a file, as one sends it that was not told how."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_TEXTS:
            raise TooLarge
    try:
        return Form(FormMultiDict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_PARTS)))
    except ValueError:
        raise Broken from None


async def _parts(request: Request, boundary: str, files: ExitStack) -> AsyncIterator[_Part]:
    part: _Part | None = None
    try:
        with PushMultipartParser(boundary, max_segment_count=_MOST_PARTS) as parser:
            async for chunk in request.stream():
                for event in parser.parse(chunk) if chunk else ():
                    if isinstance(event, MultipartSegment):
                        part = _Part(event.name, _file(files) if event.filename else None)
                    elif event and part:
                        part.write(bytes(event))
                    elif part:
                        yield part
                        part = None
    except (MultipartError, ValueError):
        raise Broken from None
