"""Where providers report bounces and complaints; each proves by its own means who it is."""

from litestar import MediaType, Request, Response, post
from litestar.params import FromPath

from service.auth.guards import anyone
from service.delivery.intake import sns, webhooks
from service.kit import limits, web

_REFUSALS_A_MINUTE = 30


@post("/hooks/{provider:str}", guards=[anyone], request_max_body_size=webhooks.LARGEST)
async def report(request: Request, provider: FromPath[str]) -> Response[str]:
    """200 when all of it is written down, or means nothing to us."""
    try:
        await webhooks.take(provider, request.headers.get("authorization", ""), await request.body())
    except (webhooks.NotProven, sns.NotSigned):
        await limits.take("hook", web.client_of(request), _REFUSALS_A_MINUTE, 60)
        raise
    return Response("Taken", status_code=200, media_type=MediaType.TEXT)


ROUTES = [report]
