"""Files about people may be kept by whoever asks again before each use, so that nobody is shown who is hidden now."""

import hashlib
from typing import Any

from litestar import Request, Response


def has(request: Request, mark: str) -> bool:
    """Whether the reader already holds what this mark stands for."""
    sent = request.headers.get("if-none-match", "")
    return any(one.strip().removeprefix("W/") in (f'"{mark}"', "*") for one in sent.split(","))


def unchanged(mark: str) -> Response[Any]:
    return Response(None, status_code=304, headers=_headers(mark))


def file(content: bytes, mark: str, media_type: str) -> Response[Any]:
    return Response(content, media_type=media_type, headers=_headers(mark))


def fresh(request: Request, content: bytes, media_type: str) -> Response[Any]:
    """A text that was made anew, and is sent only to whoever holds another one."""
    mark = digest(content)
    return unchanged(mark) if has(request, mark) else file(content, mark, f"{media_type}; charset=utf-8")


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _headers(mark: str) -> dict[str, str]:
    # Weak, for it is the same compressed and not.
    return {"ETag": f'W/"{mark}"', "Cache-Control": "no-cache"}
