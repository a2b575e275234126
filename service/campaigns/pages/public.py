"""What readers see: the archive, and the pictures of mails."""

from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath

from service.auth.guards import anyone
from service.campaigns import archive, pictures
from service.kit import web

# A mail has styles of its own; nothing else in it may load, run or be framed.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_FOR_GOOD = "public, max-age=31536000, immutable"


@get("/{language:str}/archive", guards=[anyone])
async def index(request: Request, language: FromPath[str]) -> Response[str]:
    web.spoken(language)
    return web.html(request, "public/archive/index.html", mails=await archive.index(language))


@get("/{language:str}/archive/{key:str}", guards=[anyone])
async def mail(language: FromPath[str], key: FromPath[str]) -> Response[str]:
    shown = await archive.page(key, web.spoken(language))
    # Whoever is hidden meanwhile is in no copy that somebody kept.
    headers = {"Content-Security-Policy": _MAIL_POLICY, "Cache-Control": "no-store"}
    return Response(shown.html, media_type=MediaType.HTML, headers=headers)


@get("/media/{key:str}", guards=[anyone])
async def picture(key: FromPath[str]) -> Response[Any]:
    media_type, content = await pictures.read(key)
    return Response(content, media_type=media_type, headers={"Cache-Control": _FOR_GOOD})


ROUTES = [index, mail, picture]
