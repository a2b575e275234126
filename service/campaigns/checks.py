"""What stands between a draft and its readers: errors keep it back, warnings want to be seen."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import unescape
from urllib.parse import urlsplit

import msgspec

from service.campaigns import audience, filling, planning, preview, queries
from service.campaigns.audience import Reach
from service.campaigns.filling import Filled
from service.campaigns.queries import Campaign, Edition
from service.kit import clock
from service.kit.errors import Invalid, Problem
from service.kit.i18n import LANGUAGES
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.organisation.queries import Organisation
from service.rendering.blocks import Living
from service.rendering.checks import COMFORTABLE
from service.rendering.email import CompiledEdition, Letterhead
from service.subscribers import list_queries

# Phones show about 40 characters, and many programs cut a subject here.
LONG_SUBJECT = 78
_UNFINISHED = re.compile(
    r"lorem ipsum|\b(?-i:TO-?DO|TBD|FIX-?ME|X{3,})\b"
    r"|\[(?:your |votre |ihr )?(?:name|nom|date|datum|link|lien|title|titre|titel|texte?|place|lieu|ort)\](?!\()",
    re.IGNORECASE,
)
_LONELY_NAME = re.compile(r"\{\{\s*(first_name|last_name)\s*\}\}")
_NO_WORDS = (".src", ".url", ".link")
_HREF = re.compile(r'\shref="([^"]*)"')


class Finding(msgspec.Struct, frozen=True):
    """`link` leads to the place where it can be mended."""

    sentence: str
    link: str
    is_error: bool = True


async def run(campaign: Campaign) -> list[Finding]:
    """Everything found, the errors first."""
    found = [*await about_readers(campaign), *await about_texts(campaign)]
    return sorted(found, key=lambda finding: not finding.is_error)


async def about_readers(campaign: Campaign) -> list[Finding]:
    """Whether it can leave at all, and who would get it."""
    organisation = await organisations.required()
    editions = await queries.editions(campaign.id)
    who = await audience.reached(campaign.audience, editions, organisation.fallback_language)
    return [
        *_about_setup(organisation, settings().smtp_urls),
        *_about_audience(campaign, who, organisation),
        *await _about_lists(campaign),
    ]


async def about_texts(campaign: Campaign, lists: bool = True) -> list[Finding]:
    """Every edition, written once; without `lists` nothing of what stands in the lists at this moment."""
    organisation = await organisations.required()
    editions = await queries.editions(campaign.id)
    moments = await filling.moments(campaign, organisation)
    found = _about_days(campaign, editions, clock.now().astimezone(organisation.zone).date())
    for edition in editions.values():
        letter = preview.letterhead(organisation, campaign, edition.language)
        filled = await filling.fill(edition.blocks, edition.language, moments)
        if not lists:
            filled.noted.clear()
        page = f"/staff/campaigns/{campaign.id}/edit/{edition.language}"
        found += await asyncio.to_thread(_all_about, edition, letter, page, filled)
    found += _about_own_people(campaign.id, list(editions.values()))
    found += _about_copies(campaign.id, list(editions.values()))
    return found


def _all_about(edition: Edition, letter: Letterhead, page: str, filled: Filled) -> list[Finding]:
    return list(about_edition(edition, letter, page, filled))


def about_edition(edition: Edition, letter: Letterhead, page: str, filled: Filled) -> Iterator[Finding]:
    """What is wrong with one edition; `page` is where it is written, `filled` what its blocks would show."""
    name = LANGUAGES[edition.language]
    if edition.is_empty:
        yield Finding(f"{name}: this edition is still empty. Write it, or remove it.", page)
        return
    try:
        compiled = preview.compiled(edition, letter, filled)
    except Invalid as problem:
        for field, sentence in problem.fields.items():
            yield Finding(f"{name}{_where(field)}: {sentence}", f"{page}#{field_id(field)}")
    except Problem as problem:
        yield Finding(f"{name}: {problem}", page)
    else:
        yield from _about_mail(edition, compiled, name, page, filled.own(0))
    for field, told in filled.noted.items():
        yield Finding(f"{name}{_where(field)}: {told}", f"{page}#{field_id(field)}", False)
    yield from _about_words(edition, name, page)


def _about_own_people(campaign: int, editions: list[Edition]) -> Iterator[Finding]:
    """People are shared out among all readers at once, so each gets as many as the others."""
    for edition in editions[1:]:
        one, other = filling.own_list(editions[0].blocks), filling.own_list(edition.blocks)
        if one != other:
            yield Finding(
                f"{LANGUAGES[editions[0].language]} gives each reader {_own(one)} to write to, "
                f"{LANGUAGES[edition.language]} {_own(other)}. Make them equal: all readers get as many.",
                f"/staff/campaigns/{campaign}/edit/{edition.language}",
            )


def _about_days(campaign: Campaign, editions: Mapping[str, Edition], today: date) -> list[Finding]:
    """An automation's draft that waited until the birthdays in it were over."""
    if campaign.seen_from is None or planning.last_day(campaign.seen_from, editions.values()) >= today:
        return []
    sentence = "The birthdays in this mail are over: it waited too long. Delete it, the next one comes by itself."
    return [Finding(sentence, f"/staff/campaigns/{campaign.id}", False)]


def _about_copies(campaign: int, editions: list[Edition]) -> Iterator[Finding]:
    """Editions that were begun as a copy of another and never translated."""
    for number, edition in enumerate(editions):
        words = _words(edition)
        original = next((other for other in editions[:number] if words and _words(other) == words), None)
        if original:
            yield Finding(
                f"The {LANGUAGES[edition.language]} edition is word for word the {LANGUAGES[original.language]} one.",
                f"/staff/campaigns/{campaign}/edit/{edition.language}",
                False,
            )


def field_id(path: str) -> str:
    """`blocks[3].left[0].alt` → the id of its field in the composer, `b.3.left.0.alt`."""
    return re.sub(r"\[(\d+)\]", r".\1", path).replace("blocks", "b", 1)


def _about_setup(organisation: Organisation, servers: tuple[str, ...]) -> Iterator[Finding]:
    if not servers:
        yield Finding(
            "No mail server is set up. Whoever runs this service sets SMTP_URL; until then nothing can leave.",
            "/staff/settings",
        )
    if "@" not in organisation.sender_address:
        yield Finding("Say in the settings which address your mails come from.", "/staff/settings")
    if not organisation.postal_address:
        yield Finding(
            "Your mails do not show a postal address yet. In many countries they must.", "/staff/settings", False
        )


def _about_audience(campaign: Campaign, who: Reach, organisation: Organisation) -> Iterator[Finding]:
    page = f"/staff/campaigns/{campaign.id}/audience"
    if not campaign.audience:
        yield Finding("Choose who gets it: at least one list or topic.", page)
    elif not who.total:
        yield Finding("Nobody who is confirmed is on these lists or follows these topics.", page)
    for language, people in who.without.items():
        yield Finding(
            f"{_people(people)} {LANGUAGES[language]}, and there is neither an edition in that language nor one in "
            f"{LANGUAGES[organisation.fallback_language]} for them. Write one, or leave them out of the audience.",
            f"/staff/campaigns/{campaign.id}#editions",
        )
    for language, people in who.falling_back.items():
        if language in organisation.languages:
            yield Finding(
                f"There is no edition in {LANGUAGES[language]}: {_people(people)} it and would get the one in "
                f"{LANGUAGES[organisation.fallback_language]}.",
                f"/staff/campaigns/{campaign.id}#editions",
                False,
            )


async def _about_lists(campaign: Campaign) -> list[Finding]:
    usable = dict(await list_queries.choices())
    if usable.keys() >= set(campaign.audience.lists):
        return []
    sentence = "A list that was chosen has been archived or removed since. Nobody is written to because of it."
    return [Finding(sentence, f"/staff/campaigns/{campaign.id}/audience", False)]


def _about_mail(
    edition: Edition, compiled: CompiledEdition, name: str, page: str, own: Sequence[int] = ()
) -> Iterator[Finding]:
    mail = preview.fill(compiled, preview.readers(edition.language)[0], keys=own)
    if "unsubscribe_url" not in compiled.html or "unsubscribe_url" not in compiled.text:
        yield Finding(f"{name}: the link to unsubscribe is missing from the layout.", page)
    size = len(mail.html.encode())
    if size > COMFORTABLE:
        yield Finding(
            f"{name}: with {size // 1000} kB this mail is so large that Gmail cuts its end off, the link to "
            "unsubscribe with it. 100 kB is the most that fits.",
            page,
            False,
        )
    for url in dict.fromkeys(unescape(found) for found in _HREF.findall(mail.html)):
        if is_broken(url):
            place = _place_of(url, edition)
            yield Finding(f"{name}{_where(place)}: the link “{url[:80]}” leads nowhere.", f"{page}#{field_id(place)}")


def _about_words(edition: Edition, name: str, page: str) -> Iterator[Finding]:
    if len(edition.subject) > LONG_SUBJECT:
        yield Finding(
            f"{name}: the subject has {len(edition.subject)} characters, and most programs cut it at about "
            f"{LONG_SUBJECT}. Put what matters first, or shorten it.",
            f"{page}#subject",
            False,
        )
    for place, text in _texts(edition):
        if left := _UNFINISHED.search(text):
            yield Finding(
                f"{name}{_where(place)}: “{left[0]}” looks like a gap to be filled.",
                f"{page}#{field_id(place)}",
                False,
            )
        if (lonely := _LONELY_NAME.search(text)) and "{%" not in text:
            yield Finding(
                f"{name}{_where(place)}: many readers gave no name, so {{{{ {lonely[1]} }}}} leaves a gap. Write "
                f'{{{{ {lonely[1]}|default("friend") }}}}.',
                f"{page}#{field_id(place)}",
                False,
            )


def is_broken(url: str) -> bool:
    """Whether a link of the right kind cannot work all the same: no host, two schemes, an address without its @."""
    if url.startswith(settings().origin):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    if parts.scheme == "mailto":
        return "@" not in parts.path
    host = parts.hostname or ""
    return "." not in host.strip(".") or host.startswith(("http.", "https.")) or "//http" in url[8:]


def _texts(edition: Edition) -> Iterator[tuple[str, str]]:
    """Every text that a reader sees, with the path of its field."""
    yield "subject", edition.subject
    yield "preview_text", edition.preview_text
    for number, block in enumerate(edition.blocks):
        if not isinstance(block, Living):
            yield from _within(msgspec.to_builtins(block), f"blocks[{number}]")


def _words(edition: Edition) -> list[str]:
    """What has to be translated: no address of a link or a picture, no size."""
    return [text.strip() for place, text in _texts(edition) if text.strip() and not place.endswith(_NO_WORDS)]


def _within(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _within(item, f"{path}[{number}]")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key != "type":
                yield from _within(item, f"{path}.{key}")


def _place_of(url: str, edition: Edition) -> str:
    return next((place for place, text in _texts(edition) if url in text), "subject")


def _where(path: str) -> str:
    """ ", block 4" for `blocks[3].alt`."""
    numbers = re.findall(r"\[(\d+)\]", path)
    return f", block {int(numbers[0]) + 1}" if numbers else ""


def _own(people: int) -> str:
    return "1 person" if people == 1 else f"{people or 'no'} people"


def _people(people: int) -> str:
    return "1 person reads" if people == 1 else f"{people} people read"
