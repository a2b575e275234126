"""A form as it arrives: its texts are UTF-8 and bounded, and nothing of it is kept when the request is over."""

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, cast
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions.http_exceptions import InternalServerException, RequestEntityTooLarge
from litestar.types import Empty
from litestar.utils.scope.state import ScopeState
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from service.kit.errors import Problem

_MOST_FIELDS = 5000
# All texts of a form together; files are bounded by what the route takes.
_LARGEST_TEXTS = 5_000_000
_Found = defaultdict[str, list[str | UploadFile]]


class Broken(Problem):
    """The form did not arrive whole."""


async def read(request: Request) -> FormMultiDict:
    """Texts and UploadFiles by their names; empty for what is no form. Read once: a guard may have looked before.

    Litestar's own reader lets the sender choose the codec of a text, some of which take minutes for one, and keeps
    the last thousand forms; it closes the files when the answer is out. Raises Broken, RequestEntityTooLarge.
    """
    state = ScopeState.from_scope(request.scope)
    if state.form is Empty:
        found: _Found = defaultdict(list)
        state.form = cast("dict[str, Any]", found)
        kind, options = request.content_type
        if kind == RequestEncodingType.MULTI_PART:
            await _parts(request, options.get("boundary", ""), found)
        elif kind == RequestEncodingType.URL_ENCODED:
            await _fields(request, found)
    return await request.form()


async def _fields(request: Request, found: _Found) -> None:
    body = bytearray()
    async for chunk in _chunks(request):
        body += chunk
        _must_fit(len(body))
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Broken from None
    for name, text in fields:
        found[name].append(text)


async def _parts(request: Request, boundary: str, found: _Found) -> None:
    name, text, file, total = "", bytearray(), None, 0
    async for event in _events(request, boundary):
        if isinstance(event, MultipartSegment):
            name, text, file = event.name, bytearray(), None
            if event.filename:
                file = UploadFile(event.content_type or "", event.filename)
                found[name].append(file)
        elif event is None and file:
            await file.seek(0)
        elif event is None:
            found[name].append(text.decode("utf-8", "replace"))
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
            async for chunk in _chunks(request):
                for event in parser.parse(chunk) if chunk else ():
                    yield event
    except (MultipartError, ValueError):
        raise Broken from None


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    """Whoever goes away while they send has met no error of ours."""
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException:
        raise Broken from None


def _must_fit(size: int) -> None:
    if size > _LARGEST_TEXTS:
        raise RequestEntityTooLarge
