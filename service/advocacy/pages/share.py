"""To pass an action on: a page with a text, a picture to share, and the count that mails carry."""

import re
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from service.advocacy import live_count, queries, share
from service.auth.guards import anyone
from service.kit import limits, revalidating, web
from service.kit.errors import NotFound
from service.organisation import queries as organisations

# To one reader in a minute: drawing costs more than asking.
MOST_PICTURES = 60
_COUNT = re.compile(r"count-([a-z]{2})\.png")


@get("/{language:str}/actions/{key:str}/share", guards=[anyone])
async def passing_on(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[str]:
    action = await queries.shown_action(key, web.spoken(language))
    return web.html(
        request,
        "public/advocacy/share.html",
        action=action,
        page=share.page(action, language),
        share_text=share.text(action, language),
        share_ways=share.ways(action, language),
        share_size=(share.WIDTH, share.HEIGHT),
    )


@get("/{language:str}/actions/{key:str}/share.png", guards=[anyone])
async def picture(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Any]:
    action = await queries.shown_action(key, web.spoken(language))
    shown = await share.picture(action, language, (await organisations.required()).name)
    if revalidating.has(request, shown.mark):
        return revalidating.unchanged(shown.mark)
    await limits.take("share_picture", web.client_of(request), MOST_PICTURES, 60)
    return revalidating.file(await share.drawn(shown), shown.mark, "image/png")


@get("/actions/{key:str}/{name:str}", guards=[anyone])
async def count(request: Request, key: FromPath[str], name: FromPath[str]) -> Response[Any]:
    """`name`: count-de.png. The same for everybody, so that it may be kept wherever it passes."""
    wanted = _COUNT.fullmatch(name)
    if wanted is None:
        raise NotFound
    shown = await live_count.shown(key, web.spoken(wanted[1]))
    mark = live_count.mark(shown)
    if revalidating.has(request, mark):
        return _kept(revalidating.unchanged(mark))
    return _kept(revalidating.file(await live_count.picture(shown), mark, "image/png"))


def _kept(answer: Response[Any]) -> Response[Any]:
    answer.headers["Cache-Control"] = f"public, max-age={int(live_count.KEPT_FOR.total_seconds())}"
    return answer


ROUTES = [passing_on, picture, count]
