"""Sent campaigns as pages on the web: nobody's name in them, nothing of the reader."""

import asyncio

from service.campaigns import filling, preview, queries
from service.campaigns.preview import Reader
from service.campaigns.queries import Edition
from service.kit.i18n import LANGUAGES
from service.kit.i18n import lazy as _
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.organisation.queries import Organisation
from service.rendering import email, personal
from service.rendering.blocks import Block, Button, Divider, Text
from service.rendering.checks import Rendered
from service.rendering.email import CompiledEdition

_ANYBODY = Reader("", "")
OTHERS = _("Past mails")
SUBSCRIBE = _("Get our mails")


async def page(key: str, language: str) -> Rendered:
    """The mail as anybody may read it, in `language` or else the organisation's own. Raises NotFound."""
    campaign = await queries.by_archive_key(key)
    organisation = await organisations.required()
    editions = await queries.editions(campaign.id)
    edition = _best(editions, language, organisation.fallback_language)
    letter = preview.letterhead(organisation, campaign, edition.language)
    data = await filling.frozen(campaign, edition.blocks, edition.language, organisation)
    compiled = await asyncio.to_thread(
        email.compile_edition,
        [*edition.blocks, *_ways_on(key, language, edition.language, list(editions))],
        edition.subject,
        edition.preview_text,
        edition.language,
        letter,
        site=_site(language),
        data=data,
    )
    return preview.fill(compiled, _ANYBODY, f"{_site(language)}/")


async def index(language: str) -> list[tuple[str, queries.Page]]:
    """Title and page of every campaign that may be read on the web, the newest first."""
    organisation = await organisations.required()
    return [(_title(found, language, organisation), found) for found in await queries.archive()]


def _title(found: queries.Page, language: str, organisation: Organisation) -> str:
    """The subject in the best language, as somebody without a name would get it."""
    subject = found.subjects.get(language) or found.subjects.get(organisation.fallback_language)
    subject = subject or next(iter(found.subjects.values()))
    pieces = personal.Pieces(subject)
    shared = {"organisation": organisation.name, "archive_url": ""}
    source = pieces.put_back(pieces.take_out(subject), shared, escaped=False)
    return preview.fill(CompiledEdition(source, "", ""), _ANYBODY).subject


def _best(editions: dict[str, Edition], language: str, fallback: str) -> Edition:
    return editions.get(language) or editions.get(fallback) or next(iter(editions.values()))


def _ways_on(key: str, language: str, shown: str, editions: list[str]) -> list[Block]:
    """The way to subscribe, the same in other languages, and everything else that was sent; as part of the text."""
    origin = settings().origin
    others = [f"[{LANGUAGES[other]}]({origin}/{other}/archive/{key})" for other in editions if other != shown]
    index = f"[{OTHERS.into(language)}]({origin}/{language}/archive)"
    invitation = Button(SUBSCRIBE.into(language), f"{_site(language)}/subscribe")
    return [Divider(), invitation, Text(" · ".join([index, *others]))]


def _site(language: str) -> str:
    return f"{settings().origin}/{language}"
