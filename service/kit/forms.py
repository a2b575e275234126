"""A form as it arrives: its texts are UTF-8 and bounded, and nothing of it is kept when the request is over."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from service.kit.errors import Problem

_MOST_FIELDS = 5000
# All texts of a form together; files are bounded by what the route takes.
_LARGEST_TEXTS = 5_000_000


class Broken(Problem):
    """The form did not arrive whole."""


async def read(request: Request) -> FormMultiDict:
    """Texts and UploadFiles by their names; empty for what is no form.

    Litestar's own reader lets the sender choose the codec of a text, some of which take minutes for one, and keeps
    the last thousand forms. Raises Broken, RequestEntityTooLarge.
    """
    kind, options = request.content_type
    if kind == RequestEncodingType.MULTI_PART:
        return FormMultiDict([field async for field in _parts(request, options.get("boundary", ""))])
    if kind == RequestEncodingType.URL_ENCODED:
        return FormMultiDict(await _fields(request))
    return FormMultiDict()


async def _fields(request: Request) -> list[tuple[str, str]]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        _must_fit(len(body))
    try:
        text = body.decode("utf-8", "replace")
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Broken from None


async def _parts(request: Request, boundary: str) -> AsyncIterator[tuple[str, str | UploadFile]]:
    name, text, file, total = "", bytearray(), None, 0
    async for event in _events(request, boundary):
        if isinstance(event, MultipartSegment):
            name, text = event.name, bytearray()
            file = UploadFile(event.content_type or "", event.filename) if event.filename else None
        elif event is None and file:
            await file.seek(0)
            yield name, file
        elif event is None:
            yield name, text.decode("utf-8", "replace")
        elif file:
            await file.write(event)
        else:
            text += event
            total += len(event)
            _must_fit(total)


async def _events(request: Request, boundary: str) -> AsyncIterator[MultipartSegment | bytearray | None]:
    """A segment where a part begins, its content in pieces, None where it ends."""
    try:
        with PushMultipartParser(boundary, max_segment_count=_MOST_FIELDS) as parser:
            async for chunk in request.stream():
                for event in parser.parse(chunk) if chunk else ():
                    yield event
    except (MultipartError, ValueError):
        raise Broken from None


def _must_fit(size: int) -> None:
    if size > _LARGEST_TEXTS:
        raise RequestEntityTooLarge
