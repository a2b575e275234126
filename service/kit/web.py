"""Pages: rendering, forms, redirects, headers and what a failing request answers."""

import hashlib
import re
import secrets
from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import HTTPException
from msgspec import Struct, to_builtins

from service.kit import clock, db, formats, forms, log, paths, tokens
from service.kit.errors import NotFound, Problem
from service.kit.i18n import FALLBACK, LANGUAGES, Sentence, catalogue, known
from service.kit.i18n import lazy as _
from service.kit.settings import settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    # Whoever sits on the line cannot lead a browser that was here back to http; over http it is ignored.
    "Strict-Transport-Security": "max-age=31536000",
}
# Of a page that another site may show in a frame.
FRAMED = {"Content-Security-Policy": CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")}
FLASH = "hf_flash"
_IMPOSSIBLE = re.compile(r"\0|%00|/-?\d{19,}(?=[/?]|\Z)")

_log = log.logger("web")


class Unavailable(Problem):
    code = "unavailable"
    status = 503
    sentence = _("We cannot reach our records right now. Nothing is lost; please try again in a minute.")


class Unexpected(Problem):
    code = "unexpected"
    status = 500
    sentence = _(
        "Something went wrong on our side, and we have made a note of it. If you write to us, "
        "please mention the number {reference}."
    )


class TooLarge(Problem):
    code = "too_large"
    status = 413
    sentence = _("This is more than we can take at once. Please make it smaller and try again.")


class NotAllowed(Problem):
    code = "method_not_allowed"
    status = 405
    sentence = _("This address cannot be opened this way. Please use the form on its page.")


class Foreign(Problem):
    code = "foreign_origin"
    status = 403
    sentence = _("This form was sent from another site. Please open our page and send it from there.")


class Form:
    """A submitted form; every value is a text without control characters and of bounded length."""

    def __init__(self, data: FormMultiDict) -> None:
        self.data = data

    def text(self, name: str, limit: int = 1000) -> str:
        """The trimmed value on one line; empty when it is missing."""
        return " ".join(self.lines(name, limit).split())

    def lines(self, name: str, limit: int = 100_000) -> str:
        """The trimmed value with its line breaks as \\n."""
        value = self.data.get(name)
        if not isinstance(value, str):
            return ""
        plain = value.replace("\r\n", "\n").replace("\r", "\n")
        return "".join(c for c in plain if c in "\n\t" or (c >= " " and c != "\x7f"))[:limit].strip()

    def number(self, name: str, otherwise: int = 0) -> int:
        """The value as `number` takes it."""
        return number(self.text(name), otherwise)

    def all(self, name: str) -> list[str]:
        return [value for value in self.data.getall(name, []) if isinstance(value, str)]

    def checked(self, name: str) -> bool:
        return bool(self.text(name))

    def file(self, name: str) -> UploadFile | None:
        value = self.data.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None


async def form(request: Request) -> Form:
    """Raises forms.Broken."""
    return Form(await forms.read(request))


def number(text: str, otherwise: int = 0) -> int:
    """A whole number of at most 9 plain digits, so that it fits every column; else `otherwise`."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else otherwise


def download(name: str) -> dict[str, str]:
    """The headers of a file that is kept and not shown; `name` is our own."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def pdf(content: bytes, name: str) -> Response[bytes]:
    """A PDF to be kept; `name` as in `download`."""
    return Response(content, media_type="application/pdf", headers=download(name))


def html(request: Request, template: str, status: int = 200, **context: Any) -> Response[str]:
    """A page in the language of the request. `context` joins the globals that every template has."""
    language = language_of(request)
    page = {
        "organisation": None,
        **request.app.state.get("page", {}),
        "staff": None,
        "csrf": "",
        **request.state.dict().get("page", {}),
        "request_path": request.url.path,
        "language": language,
        "languages": LANGUAGES,
        "alternates": _alternates(request.url.path),
        "flash": _flash_of(request),
        "now": clock.now(),
        **context,
    }
    body = environment(language).get_template(template).render(page)
    headers = {**HEADERS, "Cache-Control": "no-store"}
    response = Response(body, status_code=status, media_type=MediaType.HTML, headers=headers)
    if FLASH in request.cookies:
        response.delete_cookie(FLASH, path="/")
    return response


def address(path: str, **chosen: Any) -> str:
    """`path` and what is chosen there; what is empty does not stand in it."""
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{path}?{query}" if query else path


def links(path: str, wanted: Struct) -> Callable[..., str]:
    """Makes the address of a list with other choices, from its beginning; what is as usual does not stand in it.

    `wanted`: what is chosen now; `page` or `after`, where it has one, says how far somebody has read.
    """
    usual = to_builtins(type(wanted)())
    beginning = to_builtins(wanted) | {name: usual[name] for name in ("page", "after") if name in usual}

    def link(**changes: Any) -> str:
        query = urlencode({name: value for name, value in (beginning | changes).items() if value != usual[name]})
        return f"{path}?{query}" if query else path

    return link


def redirect(to: str, flash: str = "", kind: str = "good") -> Response[None]:
    """303 to a path of our own, with a sentence for the next page: kind good, info or bad."""
    assert to.startswith("/") and not to.startswith("//"), to
    response: Response[None] = Response(None, status_code=303, headers={"Location": to, "Cache-Control": "no-store"})
    if flash:
        set_cookie(response, FLASH, tokens.make("flash", [kind, flash]), max_age=60)
    return response


def set_cookie(response: Response, name: str, value: str, max_age: int | None = None) -> None:
    response.set_cookie(name, value, max_age=max_age, path="/", httponly=True, samesite="lax", secure=is_https())


def is_https() -> bool:
    return settings().origin.startswith("https:")


def spoken(language: str) -> str:
    """The language in a public path. Raises NotFound for one that we do not speak."""
    if language not in LANGUAGES:
        raise NotFound
    return language


def language_of(request: Request) -> str:
    """By the path, then (public pages without one) by what the browser asks for. The console speaks English.

    A handler that knows its reader better says so in `request.state.language`.
    """
    if chosen := request.state.dict().get("language"):
        return str(chosen)
    first = request.url.path.split("/")[1]
    if first in LANGUAGES:
        return first
    if first in ("staff", "caught"):
        return FALLBACK
    return preferred(request.headers.get("accept-language", ""))


def client_of(request: Request) -> str:
    """Whom a limit counts, never kept: who connected, or whom a proxy of ours saw; of IPv6 the network."""
    peer = _network(request.client.host if request.client else "127.0.0.1")
    if peer is None or peer.is_global:
        return str(peer)
    # Only the last entry was written by the proxy; what stands before it was sent by anybody.
    forwarded = _network(request.headers.get("x-forwarded-for", "").rsplit(",", 1)[-1].strip())
    return str(forwarded or peer)


def _network(host: str) -> IPv4Network | IPv6Network | None:
    try:
        found = ip_address(host)
    except ValueError:
        return None
    found = getattr(found, "ipv4_mapped", None) or found
    return ip_network((found, 64 if found.version == 6 else 32), strict=False)


def preferred(header: str) -> str:
    """The best of our languages for an Accept-Language header."""
    best, quality = FALLBACK, 0.0
    for item in header[:500].split(","):
        tag, _semicolon, weight = item.strip().partition(";q=")
        value = float(weight) if weight.replace(".", "", 1).isdecimal() else 1.0
        if tag.split("-")[0].lower() in LANGUAGES and value > quality:
            best, quality = known(tag), value
    return best


@cache
def environment(language: str) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=FileSystemLoader(paths.TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        finalize=lambda value: value.into(language) if isinstance(value, Sentence) else value,
    )
    made.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.globals.update(static=static, url=lambda path: path, origin=settings().origin)
    made.filters.update(formats.filters(language))
    return made


@cache
def static(name: str) -> str:
    """The URL of a file in templates/static, with a hash of its content so that it may be cached for good."""
    digest = hashlib.sha256((paths.STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def problem_page(request: Request, problem: Problem) -> Response[Any]:
    """What a foreseen error answers: a page, or JSON where the client asked for it."""
    language = language_of(request)
    if "application/json" in request.headers.get("accept", ""):
        said = {"code": problem.code, "message": problem.into(language)}
        return Response(said, status_code=problem.status, headers=HEADERS)
    template = "staff/error.html" if request.url.path.startswith("/staff") else "public/error.html"
    response = html(request, template, problem.status, code=problem.status, sentence=problem.into(language))
    if problem.status in (429, 503):
        response.headers["Retry-After"] = "60"
    return response


def unforeseen(request: Request, error: Exception) -> Response[Any]:
    """A bug: logged under a number that the reader can quote."""
    if isinstance(error, db.AWAY):
        _log.warning("records_unreachable", error=type(error).__name__)
        return problem_page(request, Unavailable())
    reference = secrets.token_hex(4)
    _log.error("unforeseen", reference=reference, exc_info=error)
    return problem_page(request, Unexpected(reference=reference))


def http_problem(request: Request, error: HTTPException) -> Response[Any]:
    """Litestar's own refusals in our words."""
    if error.status_code >= 500:
        return unforeseen(request, error)
    known_problems: dict[int, type[Problem]] = {404: NotFound, 405: NotAllowed, 413: TooLarge}
    problem = known_problems.get(error.status_code, Problem)()
    problem.status = error.status_code
    return problem_page(request, problem)


def refuse_impossible(request: Request) -> None:
    """Raises NotFound for an address with a NUL, or with a number that no row can have."""
    if _IMPOSSIBLE.search(f"{request.scope['path']}?{request.url.query}"):
        raise NotFound


def refuse_foreign_forms(request: Request) -> None:
    """Raises Foreign for a form that a browser says comes from another site."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    came_from = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none") and came_from in (
        None,
        "null",
        settings().origin,
    ):
        return
    raise Foreign


def _alternates(path: str) -> dict[str, str]:
    first, _slash, rest = path[1:].partition("/")
    return {language: f"/{language}/{rest}" for language in LANGUAGES} if first in LANGUAGES else {}


def _flash_of(request: Request) -> list[Any]:
    try:
        return [tokens.read("flash", request.cookies[FLASH])] if FLASH in request.cookies else []
    except Problem:
        return []
