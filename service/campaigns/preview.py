"""Looking at an edition before anybody gets it: with the one rendering function, as an invented reader."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from service.campaigns.compose import Draft
from service.campaigns.filling import Filled
from service.campaigns.queries import Campaign, Edition
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.kit.settings import settings
from service.organisation.queries import Organisation
from service.rendering import blocks, email, personal
from service.rendering.blocks import Block, Columns, Image, Simple, Text
from service.rendering.checks import Rendered
from service.rendering.email import CompiledEdition, Letterhead

_PATH = re.compile(r"blocks\[(\d+)\](?:\.(left|right)\[(\d+)\])?")


class Reader(msgspec.Struct, frozen=True):
    """Somebody invented."""

    first_name: str
    last_name: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or "Somebody without a name"


class Look(msgspec.Struct, frozen=True):
    """`missing`: what is not finished yet, a sentence by field. `mail` is None when nothing can be shown."""

    mail: Rendered | None
    missing: dict[str, str]


_NAMELESS = Reader("", "")
READERS: dict[str, list[Reader]] = {
    "en": [Reader("Anna", "Keller"), _NAMELESS, Reader("Siobhán", "O’Brien-Fitzgerald")],
    "fr": [Reader("Zoé", "Lefèvre"), _NAMELESS, Reader("Jean-François", "de la Tour")],
    "de": [Reader("Jürg", "Müller"), _NAMELESS, Reader("Anneliese", "Großenbacher")],
    "ru": [Reader("Ольга", "Соколова"), _NAMELESS, Reader("Пётр", "Ёлкин")],
    "be": [Reader("Алеся", "Каваленка"), _NAMELESS, Reader("Янка", "Ўладыка")],
}


def readers(language: str) -> list[Reader]:
    return READERS.get(language, READERS["en"])


def letterhead(organisation: Organisation, campaign: Campaign, language: str) -> Letterhead:
    """With the address of its page on the web, where the campaign may be read there."""
    page = f"{settings().origin}/{language}/archive/{campaign.archive_key}"
    return Letterhead(
        organisation=organisation.name,
        postal_address=organisation.postal_address,
        website=organisation.website,
        archive_url=page if campaign.archived else "",
    )


def compiled(edition: Edition, letter: Letterhead, filled: Filled) -> CompiledEdition:
    """Raises what `email.compile_edition` raises, and Invalid for what the records do not give (any more)."""
    if filled.missing:
        raise Invalid({path: Sentence("{reason}", reason=told) for path, told in filled.missing.items()})
    return email.compile_edition(
        edition.blocks, edition.subject, edition.preview_text, edition.language, letter, data=filled.data
    )


def look(draft: Draft, language: str, letter: Letterhead, reader: Reader, filled: Filled, number: int = 0) -> Look:
    """The mail as `reader`, the example of that `number`, gets it; the unfinished shows as a note in its place."""
    missing = {field: str(sentence) for field, sentence in blocks.problems(draft.blocks).items()}
    missing |= {field: told for field, told in filled.missing.items() if field not in missing}
    shown = shown_unfinished(draft.blocks, missing) or [Text("*Nothing here yet. Add a first block.*")]
    words = {"subject": draft.subject.strip() or "(no subject yet)", "preview_text": draft.preview_text}
    for field, text in words.items():
        if unreadable := _unreadable(text):
            missing[field], words[field] = unreadable, "(cannot be shown yet)"
    try:
        edition = email.compile_edition(
            shown, words["subject"], words["preview_text"], language, letter, data=filled.data
        )
        return Look(fill(edition, reader, keys=filled.own(number)), missing)
    except Problem as problem:
        return Look(None, missing | {"": str(problem)})


def fill(edition: CompiledEdition, reader: Reader, own_page: str = "", keys: Sequence[int] = ()) -> Rendered:
    """The reader's own links lead to `own_page`: nobody of that name has subscribed. `keys`: people of their own."""
    own_page = own_page or f"{settings().origin}/"
    links = dict.fromkeys(("unsubscribe_url", "preferences_url", "posted_url"), own_page)
    return email.fill(edition, {"first_name": reader.first_name, "last_name": reader.last_name, **links}, keys)


def shown_unfinished(content: Sequence[Block], missing: dict[str, str]) -> list[Block]:
    """The blocks, with a note in the place of each that cannot be shown yet."""
    wrong: dict[str, list[tuple[str, str]]] = {}
    for field, sentence in missing.items():
        if place := _PATH.match(field):
            wrong.setdefault(place[0], []).append((field[place.end() :].lstrip("."), sentence))
    return [_shown(block, f"blocks[{number}]", wrong) for number, block in enumerate(content)]


def _shown(block: Block, path: str, wrong: dict[str, list[tuple[str, str]]]) -> Any:
    if isinstance(block, Columns):
        left, right = ([*_column(getattr(block, side), f"{path}.{side}", wrong)] for side in ("left", "right"))
        return Columns(left, right)
    found = wrong.get(path, [])
    if isinstance(block, Image) and [field for field, _sentence in found] == ["alt"]:
        return msgspec.structs.replace(block, alt="…")
    return _note([sentence for _field, sentence in found]) if found else block


def _column(column: Sequence[Simple], path: str, wrong: dict[str, list[tuple[str, str]]]) -> Iterator[Simple]:
    if not column:
        yield _note(["this column is empty."])
    for number, block in enumerate(column):
        yield _shown(block, f"{path}[{number}]", wrong)


def _note(sentences: list[str]) -> Text:
    # The sentences quote what was typed: nothing of it may be read as Markdown or as braces again.
    plain = " ".join(re.sub(r"[^\w\s.,:;’“”()…–-]", "", sentence) for sentence in sentences)
    return Text(f"*Not shown yet: {plain}*")


def _unreadable(text: str) -> str:
    try:
        personal.parse(text)
    except personal.NotPersonal as problem:
        return str(problem)
    return ""
