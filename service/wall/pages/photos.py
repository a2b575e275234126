"""Photos of published posts for everybody, and all that have variants for whoever moderates."""

from litestar import Response, get
from litestar.params import FromPath

from service.auth.guards import anyone, can
from service.wall import photos

# No cache that several people share may keep what can be taken down; a reader's own may.
_KEPT = "private, max-age=604800, immutable"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    # Mails and the embedded strip are read on other sites.
    "Cross-Origin-Resource-Policy": "cross-origin",
    # A face alone, without the page that says what it stands for, is found by no search for pictures.
    "X-Robots-Tag": "noindex",
}


@get("/wall/photos/{folder:str}/{name:str}", guards=[anyone])
async def photo(folder: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    content, kind = await photos.content(folder, name)
    return Response(content, media_type=kind, headers={**_HEADERS, "Cache-Control": _KEPT})


@get("/staff/wall/photos/{folder:str}/{name:str}", guards=[can("wall.moderate")])
async def any_photo(folder: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Also of what nobody else sees yet, or any more."""
    content, kind = await photos.content_of(await photos.in_folder(folder), name)
    return Response(content, media_type=kind, headers={**_HEADERS, "Cache-Control": "no-store"})


ROUTES = [photo, any_photo]
