"""The picture of a post that people pass on."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from service.auth.guards import anyone
from service.kit import limits, revalidating, web
from service.kit.errors import NotFound
from service.organisation import queries as organisations
from service.wall import share, showing

# To one reader in a minute: drawing costs more than asking.
MOST_PICTURES = 60


@get("/{language:str}/wall/faces/{key:str}/share.png", guards=[anyone])
async def picture(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Any]:
    face = await showing.face(key, web.spoken(language))
    if not face.on_social:
        raise NotFound
    organisation = (await organisations.required()).name
    said = await share.count(face.person)
    mark = share.mark(face, said, organisation)
    if revalidating.has(request, mark):
        return revalidating.unchanged(mark)
    await limits.take("share_picture", web.client_of(request), MOST_PICTURES, 60)
    answer = revalidating.file(await share.picture(face, said, organisation), mark, "image/png")
    if face.noindex:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


ROUTES = [picture]
