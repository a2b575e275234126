"""The console's figures of an action: what leaves, from where, to whom, and what came back."""

from litestar import Request, Response, get
from litestar.params import FromPath

from service.advocacy import columns, crowds, figures, queries
from service.auth.guards import can
from service.kit import web

OUTCOMES = {
    "answered": "They answered",
    "acknowledged": "Only a receipt came",
    "silence": "No answer came",
    "none_expected": "None was expected",
    "": "Nobody has said yet",
}
WAYS = {"mail": "Own mail program", "paper": "On paper", "phone": "By telephone"}


@get("/staff/actions/{action:int}/figures", guards=[can("actions.view")])
async def show(request: Request, action: FromPath[int]) -> Response[str]:
    found = await queries.by_id(action, "en")
    said = await figures.of(found)
    return web.html(
        request,
        "staff/advocacy/figures.html",
        action=found,
        figures=said,
        chart=columns.drawn(said.by_day),
        outcomes=OUTCOMES,
        own_ways=WAYS,
        fewest=crowds.FEWEST,
    )


ROUTES = [show]
