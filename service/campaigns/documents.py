"""A campaign as a JSON document, for scripts.

    {"name": "News in June",
     "audience": {"lists": ["Everyone"], "topics": ["newsletter"], "languages": [], "countries": []},
     "archived": true,
     "editions": {"en": {"subject": "…", "preview_text": "…", "blocks": [{"type": "text", "text": "…"}]}},
     "info": {"id": 12, "state": "sent"}}

Lists go by name or id, countries by their two letters ("" for who named none), the action that one `took_part` in, or
`took_no_part`, by its id or the key of its page. Only `name` and `editions` are
needed; unfinished blocks pass, as in the composer.
`info` is what the service says of a campaign: given back, it is ignored.
"""

from typing import Any

import msgspec

from service.advocacy import in_campaigns
from service.campaigns import audience, compose
from service.campaigns.compose import Draft
from service.campaigns.queries import Audience, Campaign, Edition
from service.delivery.queries import Progress
from service.kit import countries, db
from service.kit.errors import Invalid
from service.kit.i18n import LANGUAGES, Sentence
from service.rendering import blocks, text
from service.subscribers import list_queries
from service.subscribers.tables import Topic


class EditionDocument(msgspec.Struct, forbid_unknown_fields=True):
    subject: str = ""
    preview_text: str = ""
    blocks: list[Any] = []


class AudienceDocument(msgspec.Struct, forbid_unknown_fields=True):
    lists: list[int | str] = []
    topics: list[str] = []
    languages: list[str] = []
    countries: list[str] = []
    took_part: int | str = 0
    took_no_part: int | str = 0


class Document(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    editions: dict[str, EditionDocument]
    audience: AudienceDocument = msgspec.field(default_factory=AudienceDocument)
    archived: bool = True
    info: Any = None


async def create(source: bytes, by: int | None = None) -> int:
    """A draft from a document. Raises Invalid with a sentence for each path, e.g. `editions.en.blocks[2].alt`."""
    document = _decoded(source)
    wrong = _wrong_languages(document)
    drafts = {}
    for language, edition in document.editions.items():
        try:
            drafts[language] = _draft(edition)
        except Invalid as problem:
            wrong |= {f"editions.{language}.{path}": told for path, told in problem.fields.items()}
    chosen, unknown = await _audience(document.audience)
    if wrong | unknown:
        raise Invalid(wrong | unknown)
    async with db.transaction():
        campaign = await compose.create(document.name, by, drafts)
        await audience.choose(campaign, chosen, by)
        await compose.show_in_archive(campaign, document.archived, by)
    return campaign


def shown(campaign: Campaign, editions: dict[str, Edition], progress: Progress | None = None) -> dict[str, Any]:
    """The same document, which `create` takes again, with state, times and books as its `info`."""
    return {
        "info": {
            "id": campaign.id,
            "state": progress.state if progress else campaign.state,
            "send_at": campaign.send_at.isoformat() if campaign.send_at else None,
            "send_at_local": campaign.send_at_local,
            "trouble": campaign.trouble,
            "mailing": msgspec.to_builtins(progress),
        },
        "name": campaign.name,
        "audience": msgspec.to_builtins(campaign.audience),
        "archived": campaign.archived,
        "editions": {
            language: {
                "subject": edition.subject,
                "preview_text": edition.preview_text,
                "blocks": msgspec.to_builtins(edition.blocks),
            }
            for language, edition in editions.items()
        },
    }


def _decoded(source: bytes) -> Document:
    try:
        # Cleaned after decoding: JSON's escapes can hide characters that no text here may hold.
        return msgspec.convert(text.cleaned(msgspec.json.decode(source)), Document)
    except msgspec.ValidationError as error:
        told, _, where = str(error).partition(" - at `$")
        raise Invalid({where.strip("`.") or "document": Sentence("{reason}.", reason=told)}) from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Invalid({"document": Sentence("This is not readable JSON: {reason}.", reason=error)}) from None


def _draft(edition: EditionDocument) -> Draft:
    return Draft(text.one_line(edition.subject), text.one_line(edition.preview_text), blocks.decode(edition.blocks))


def _wrong_languages(document: Document) -> dict[str, Sentence]:
    known = ", ".join(LANGUAGES)
    wrong = {
        f"editions.{language}": Sentence("“{language}” is not one of {known}.", language=language, known=known)
        for language in document.editions
        if language not in LANGUAGES
    }
    if not document.editions:
        wrong["editions"] = Sentence("A campaign has at least one edition.")
    return wrong


async def _audience(document: AudienceDocument) -> tuple[Audience, dict[str, Sentence]]:
    wrong: dict[str, Sentence] = {}
    lists = []
    known = {key: id for id, name in await list_queries.choices() for key in (id, name)}
    for number, wanted in enumerate(document.lists):
        if wanted in known:
            lists.append(known[wanted])
        else:
            wrong[f"audience.lists[{number}]"] = Sentence("There is no list “{wanted}”.", wanted=wanted)
    codes = {"": "", **countries.names("en")}
    for field, values, allowed, called in (
        ("topics", document.topics, list(Topic), ", ".join(Topic)),
        ("languages", document.languages, list(LANGUAGES), ", ".join(LANGUAGES)),
        ("countries", document.countries, codes, "the two letters of a country, such as CH"),
    ):
        for number, value in enumerate(values):
            if value not in allowed:
                wrong[f"audience.{field}[{number}]"] = Sentence(
                    "“{value}” is not one of {allowed}.", value=value, allowed=called
                )
    took, strange = await _taken_part(document)
    audience = Audience(lists, document.topics, document.languages, document.countries, **took)
    return audience, wrong | strange


async def _taken_part(document: AudienceDocument) -> tuple[dict[str, int], dict[str, Sentence]]:
    asked = {"took_part": document.took_part, "took_no_part": document.took_no_part}
    known: dict[int | str, int] = {0: 0, "": 0}
    for action in await in_campaigns.choices():
        known |= {action.id: action.id, action.key: action.id}
    wrong = {
        f"audience.{field}": Sentence("There is no action “{wanted}”.", wanted=wanted)
        for field, wanted in asked.items()
        if wanted not in known
    }
    return {field: known.get(wanted, 0) for field, wanted in asked.items()}, wrong
