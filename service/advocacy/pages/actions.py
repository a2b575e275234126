"""The actions, as everybody may see them: all of them, and one."""

from litestar import Request, Response, get
from litestar.params import FromPath

from service.advocacy import asking, counting, progress, queries, reached, share, whom
from service.advocacy.progress import Progress
from service.advocacy.queries import Action
from service.auth.guards import anyone
from service.cases import partial_dates
from service.cases import queries as cases
from service.kit import countries, web


@get("/{language:str}/actions", guards=[anyone])
async def listing(request: Request, language: FromPath[str]) -> Response[str]:
    actions = await queries.shown(web.spoken(language))
    return web.html(
        request,
        "public/advocacy/list.html",
        running=[action for action in actions if not action.is_over],
        past=[action for action in actions if action.is_over],
        progress=await _progress(actions),
    )


@get("/{language:str}/actions/{key:str}", guards=[anyone])
async def action(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[str]:
    found = await queries.shown_action(key, web.spoken(language))
    asked = await whom.of(found.targets, language)
    done = await reached.of(found, language)
    return web.html(
        request,
        "public/advocacy/action.html",
        action=found,
        page=share.page(found, language),
        count=(await counting.of([found.id]))[found.id],
        progress=(await _progress([found]))[found.id],
        whom=asked,
        countries={code: countries.name(code, language) for code in await asking.countries(found)},
        people=await cases.people(found.prisoners, language),
        sponsors=[each for each in done if each.deed.kind == "sponsors" and not each.deed.is_over],
        reached=[each for each in done if each.by_action],
        others=[other for other in await queries.open_ones(language) if other.id != found.id]
        if found.is_over
        else [],
        share_text=share.text(found, language),
        share_ways=share.ways(found, language),
        share_size=(share.WIDTH, share.HEIGHT),
        written=lambda partial: partial_dates.written(partial, language),
    )


async def _progress(actions: list[Action]) -> dict[int, Progress]:
    counts = await counting.of([action.id for action in actions])
    return {action.id: progress.of(action, counts[action.id]) for action in actions}


ROUTES = [listing, action]
