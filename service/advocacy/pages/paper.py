"""A letter to a member on paper. What is typed is in the file and nowhere else."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from service.advocacy import letter_paper, own_ways, queries
from service.advocacy.letter_paper import Words
from service.advocacy.queries import Action
from service.advocacy.representing import Member
from service.auth.guards import anyone
from service.kit import limits, typesetting, web
from service.kit.errors import Problem
from service.kit.web import Form

# To one client, and to all of them together.
MOST = (30, 600)
MOST_BY_ALL = (240, 60)
_LONGEST_LINE = 160
_LONGEST_TEXT = 8000
_PATH = "/{language:str}/actions/{key:str}/paper/{member:str}"


@get(_PATH, guards=[anyone])
async def paper(
    request: Request, language: FromPath[str], key: FromPath[str], member: FromPath[str]
) -> Response[str]:
    action = await queries.open_action(key, web.spoken(language))
    whom = await own_ways.member(action, member, language)
    return _page(request, action, whom, Words())


@post(_PATH, guards=[anyone], status_code=200)
async def letter(
    request: Request, language: FromPath[str], key: FromPath[str], member: FromPath[str]
) -> Response[Any]:
    """Where no file can be made now, the page keeps the letter for another try."""
    web.refuse_foreign_forms(request)
    words = _words(await web.form(request))
    action = await queries.shown_action(key, web.spoken(language))
    whom = await own_ways.member(action, member, language)
    try:
        await _admit(web.client_of(request))
        return web.pdf(await letter_paper.printed(whom, action.edition, words, language), "letter.pdf")
    except (limits.TooMany, typesetting.PrinterBusy, typesetting.NotPrinted) as problem:
        return _page(request, action, whom, words, problem)


async def _admit(client: str) -> None:
    await limits.take("advocacy paper", client, *MOST)
    await limits.take("advocacy paper by all", "", *MOST_BY_ALL)


def _words(form: Form) -> Words:
    lines = {name: form.text(name, _LONGEST_LINE) for name in Words.__struct_fields__ if name != "text"}
    return Words(**lines, text=form.lines("text", _LONGEST_TEXT))


def _page(
    request: Request, action: Action, member: Member, words: Words, problem: Problem | None = None
) -> Response[str]:
    return web.html(
        request,
        "public/advocacy/paper.html",
        problem.status if problem else 200,
        action=action,
        member=member,
        address=letter_paper.address(member),
        typed=msgspec.structs.asdict(words),
        area=web.number(request.query_params.get("area", "")),
        errors=problem.fields if problem else {},
    )


ROUTES = [paper, letter]
