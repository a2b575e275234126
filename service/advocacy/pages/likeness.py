"""What a writer is told about letters that say the same, while they write. The text is compared and forgotten."""

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from service.advocacy import likeness, queries
from service.auth.guards import anyone
from service.kit import limits, web
from service.kit.errors import Problem
from service.kit.i18n import lazy as _

MOST_ASKED = (300, 600)
LARGEST = 100_000


class NotText(Problem):
    code = "not_a_text"
    status = 400
    sentence = _("We could not read your text. Nothing is lost: you can simply go on.")


class Written(msgspec.Struct):
    text: str


class Told(msgspec.Struct):
    """`alike`: how many others wrote nearly the same, 0 for so few that one could guess who; `sentence`: or empty."""

    alike: int
    sentence: str


@post("/{language:str}/actions/{key:str}/likeness", guards=[anyone], status_code=200)
async def look(request: Request, language: FromPath[str], key: FromPath[str]) -> Response[Told]:
    """JSON {text} → {alike, sentence}."""
    web.refuse_foreign_forms(request)
    action = await queries.open_action(key, web.spoken(language))
    await limits.take("likeness", web.client_of(request), *MOST_ASKED)
    text = await _text(request)
    others, sentence = await likeness.compared(action.id, text)
    told = Told(others, sentence.into(language) if sentence else "")
    return Response(told, headers={**web.HEADERS, "Cache-Control": "no-store"})


async def _text(request: Request) -> str:
    """Raises NotText, and web.TooLarge."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise web.TooLarge
    try:
        return msgspec.json.decode(body, type=Written).text
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotText from error


ROUTES = [look]
