"""The form for a photo and a sentence: what it shows, and what comes back as it was typed."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from service.auth.guards import anyone
from service.kit import countries, web
from service.organisation import queries as organisations
from service.wall import consent, standing_by

TEXTS = ("sentence", "name", "role", "town", "country", "prisoner", "who", "email", "crop", "covers", "shape")
TICKED = ("adult", "agreed", "on_site", "in_mails", "on_social", "noindex")


@get("/{language:str}/wall/stand", guards=[anyone])
async def form(request: Request, language: FromPath[str], prisoner: FromQuery[str] = "") -> Response[str]:
    web.spoken(language)
    return await page(request, {"prisoner": prisoner[:32]})


async def page(
    request: Request, values: dict[str, str], status: int = 200, errors: Any = None, kept: str = ""
) -> Response[str]:
    """The form with these values.

    `values`: every name of TEXTS and TICKED ("yes" or ""). `kept`: the token of the photo that is here already.
    `choices`: prisoners to choose from by their key, the chosen one first; the button "find" looks for `who`.
    """
    language = web.language_of(request)
    values = dict.fromkeys((*TEXTS, *TICKED), "") | values
    return web.html(
        request,
        "public/wall/stand.html",
        status,
        values=values,
        errors=errors or {},
        kept=kept,
        choices=await standing_by.choices(values["prisoner"], values["who"], language),
        countries=countries.names(language),
        consents=consent.asked((await organisations.required()).name),
        purpose=consent.purpose((await organisations.required()).name),
    )


ROUTES = [form]
