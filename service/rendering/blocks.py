"""The blocks that a campaign is made of, and what is wrong with the ones that staff wrote."""

import re
from collections.abc import Iterator
from typing import get_args

import msgspec
from msgspec import Struct

from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.kit.settings import settings
from service.rendering import markdown, personal

MOST_BLOCKS = 100
LONGEST = 150_000


class Heading(Struct, tag="heading", tag_field="type", forbid_unknown_fields=True):
    text: str = ""
    level: int = 2


class Text(Struct, tag="text", tag_field="type", forbid_unknown_fields=True):
    """`text` is Markdown."""

    text: str = ""


class Image(Struct, tag="image", tag_field="type", forbid_unknown_fields=True):
    """`src`: on our own origin, or a path of it. `width` in pixels; 0 is as wide as the mail."""

    src: str = ""
    alt: str = ""
    link: str = ""
    caption: str = ""
    width: int = 0


class Button(Struct, tag="button", tag_field="type", forbid_unknown_fields=True):
    label: str = ""
    url: str = ""


class Quote(Struct, tag="quote", tag_field="type", forbid_unknown_fields=True):
    text: str = ""
    source: str = ""


class Divider(Struct, tag="divider", tag_field="type", forbid_unknown_fields=True):
    pass


Simple = Heading | Text | Image | Button


class Columns(Struct, tag="columns", tag_field="type", forbid_unknown_fields=True):
    left: list[Simple] = []
    right: list[Simple] = []


class NewCases(Struct, tag="new_cases", tag_field="type", forbid_unknown_fields=True):
    """Whose case has become known since the last mail of that kind, at most so many, the newest first."""

    most: int = 10


class Birthdays(Struct, tag="birthdays", tag_field="type", forbid_unknown_fields=True):
    """`window`: how far it looks ahead, one of WINDOWS."""

    window: str = "month"


class OnePrisoner(Struct, tag="one_prisoner", tag_field="type", forbid_unknown_fields=True):
    """`key`: of the person's page."""

    key: str = ""


class YourPrisoners(Struct, tag="your_prisoners", tag_field="type", forbid_unknown_fields=True):
    """Each reader gets so many people of their own to write to."""

    count: int = 3


class FacilityAddress(Struct, tag="facility_address", tag_field="type", forbid_unknown_fields=True):
    facility: int = 0


class FromTheWall(Struct, tag="from_the_wall", tag_field="type", forbid_unknown_fields=True):
    """Photos and sentences of supporters: the chosen `posts` (keys of their pages), else the latest, `count` at most.

    `only_new`: of the latest those alone that came since the last mail with such a block.
    """

    count: int = 4
    posts: list[str] = []
    only_new: bool = False


class YourRepresentatives(Struct, tag="your_representatives", tag_field="type", forbid_unknown_fields=True):
    """Each reader sees to whom they can write in an action: their own members, where they said where they vote.

    `action`: the key of its page; empty: the action of the campaign, else the one that opened last.
    """

    action: str = ""


class ActionCard(Struct, tag="action_card", tag_field="type", forbid_unknown_fields=True):
    """What an action asks, how far it has come, and the way to take part. `action`: as in YourRepresentatives.

    `shows`: "ask", or "thanks" for what is said to those who took part, also when it is over.
    """

    action: str = ""
    shows: str = "ask"


# What fills itself when the mail is rendered, and is frozen when it is sent.
Living = (
    NewCases
    | Birthdays
    | OnePrisoner
    | YourPrisoners
    | FacilityAddress
    | FromTheWall
    | YourRepresentatives
    | ActionCard
)
# What of an action a card shows.
SHOWS = ("ask", "thanks")
# The key of an action.
ACTION = re.compile(r"[A-Za-z0-9_-]{0,32}")
# In days, the first one included.
WINDOWS = {"day": 1, "week": 7, "month": 31, "two_months": 62}
MOST_CASES = 50
MOST_OWN = 5
MOST_FACES = 12
# The key of a post of the wall.
POST = re.compile(r"[A-Za-z0-9_-]{1,32}")

Block = Heading | Text | Image | Button | Quote | Divider | Columns | Living
KINDS: dict[str, type] = {str(kind.__struct_config__.tag): kind for kind in get_args(Block)}
# What may stand inside columns.
SIMPLE = [name for name, kind in KINDS.items() if kind in get_args(Simple)]


def decode(source: bytes | str | list[object]) -> list[Block]:
    """Blocks from JSON or a decoded list; unfinished ones pass. Raises Invalid with a sentence per field."""
    try:
        raw = msgspec.json.decode(source) if isinstance(source, bytes | str) else source
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Invalid({"blocks": Sentence("This is not readable JSON: {reason}.", reason=error)}) from None
    if not isinstance(raw, list) or len(raw) > MOST_BLOCKS:
        raise Invalid({"blocks": Sentence("Blocks are a list of at most {most}.", most=MOST_BLOCKS)})
    decoded = [_decoded(item, f"blocks[{number}]") for number, item in enumerate(raw)]
    wrong = dict(found for found in decoded if isinstance(found, tuple))
    if wrong:
        raise Invalid(wrong)
    return [found for found in decoded if not isinstance(found, tuple)]


def problems(blocks: list[Block]) -> dict[str, Sentence]:
    """What keeps the blocks from being sent: `{"blocks[3].alt": sentence}`, in the order of the mail."""
    if len(msgspec.json.encode(blocks)) > LONGEST:
        return {"blocks": Sentence("This mail is too long: at most {most} bytes. Please split it.", most=LONGEST)}
    found: dict[str, Sentence] = {}
    for path, block in _walk(blocks, "blocks"):
        for field, sentence in _wrong(block):
            found.setdefault(f"{path}.{field}" if field else path, sentence)
    own = [number for number, block in enumerate(blocks) if isinstance(block, YourPrisoners)]
    for number in own[1:]:
        found[f"blocks[{number}]"] = Sentence("A mail has one list of people for each reader. Remove this one.")
    return found


def _decoded(raw: object, path: str) -> Block | tuple[str, Sentence]:
    try:
        return msgspec.convert(raw, Block)
    except msgspec.ValidationError as error:
        told, _, where = str(error).partition(" - at `$")
        field = path + where.rstrip("`").removesuffix(".type")
        if "Invalid value '" in told or "`type`" in told:
            told = "A block here is one of " + ", ".join(SIMPLE if "[" in where else KINDS)
        return field, Sentence("{reason}.", reason=_EXPECTED.get(told.partition(",")[0], told))


_EXPECTED = {
    "Expected `str`": "Here belongs a text",
    "Expected `int`": "Here belongs a whole number",
    "Expected `bool`": "Here belongs true or false",
    "Expected `array`": "Here belongs a list of blocks",
    "Expected `object`": 'Here belongs a block, such as {"type": "text", "text": "Hello"}',
}


def _walk(blocks: list[Block] | list[Simple], path: str) -> Iterator[tuple[str, Block]]:
    for number, block in enumerate(blocks):
        yield f"{path}[{number}]", block
        if isinstance(block, Columns):
            yield from _walk(block.left, f"{path}[{number}].left")
            yield from _walk(block.right, f"{path}[{number}].right")


def _wrong(block: Block) -> Iterator[tuple[str, Sentence]]:
    yield from _personal_problems(block)
    match block:
        case Heading():
            yield from _needed(block, "text", "Write the heading, or remove it.")
            if block.level not in (1, 2, 3):
                yield "level", Sentence("A heading has the level 1, 2 or 3.")
        case Text():
            yield from _needed(block, "text", "Write something, or remove this text.")
            yield from _markdown_problems(block.text)
        case Image():
            yield from _image_problems(block)
        case Button():
            yield from _needed(block, "label", "Write on the button what it does.")
            yield from _needed(block, "url", "Say where the button leads.")
            yield from _link_problems("url", block.url)
        case Quote():
            yield from _needed(block, "text", "Write the quotation, or remove it.")
        case Columns():
            if not block.left or not block.right:
                yield "", Sentence("Put something into both columns, or use blocks without columns.")
        case YourRepresentatives() | ActionCard():
            yield from _action_problems(block)
        case NewCases() | Birthdays() | OnePrisoner() | YourPrisoners() | FacilityAddress() | FromTheWall():
            yield from _choice_problems(block)


def _choice_problems(block: Living) -> Iterator[tuple[str, Sentence]]:
    match block:
        case NewCases(most=most) if not 1 <= most <= MOST_CASES:
            yield "most", Sentence("Between 1 and {most} people.", most=MOST_CASES)
        case Birthdays(window=window) if window not in WINDOWS:
            yield "window", Sentence("Choose one of {windows}.", windows=", ".join(WINDOWS))
        case OnePrisoner(key=key) if not key:
            yield "key", Sentence("Choose whom this is about.")
        case YourPrisoners(count=count) if not 1 <= count <= MOST_OWN:
            yield "count", Sentence("Between 1 and {most} people for each reader.", most=MOST_OWN)
        case FacilityAddress(facility=facility) if not facility:
            yield "facility", Sentence("Choose whose address it is.")
        case FromTheWall(count=count, posts=posts):
            if not 1 <= count <= MOST_FACES:
                yield "count", Sentence("Between 1 and {most} photos.", most=MOST_FACES)
            if len(posts) > MOST_FACES:
                yield "posts", Sentence("Choose at most {most}.", most=MOST_FACES)
            if not all(POST.fullmatch(key) for key in posts):
                yield "posts", Sentence("One of these is no post of the wall. Choose again.")


def _action_problems(block: YourRepresentatives | ActionCard) -> Iterator[tuple[str, Sentence]]:
    if not ACTION.fullmatch(block.action):
        yield "action", Sentence("This is no action. Choose again.")
    if isinstance(block, ActionCard) and block.shows not in SHOWS:
        yield "shows", Sentence("Choose one of {choices}.", choices=", ".join(SHOWS))


def _image_problems(image: Image) -> Iterator[tuple[str, Sentence]]:
    yield from _needed(image, "src", "Choose a picture.")
    if not is_own(image.src):
        yield "src", Sentence("Upload the picture here: a picture from another site would tell that site who reads.")
    yield from _needed(image, "alt", "Describe the picture for people who can't see it.")
    yield from _link_problems("link", image.link)
    if image.width and not 16 <= image.width <= 600:
        yield "width", Sentence("A picture is between 16 and 600 pixels wide, or 0 for the full width.")


def is_own(src: str) -> bool:
    """Whether a picture is on our own origin: `/pictures/x.jpg` or with the origin before it."""
    path = src.removeprefix(settings().origin)
    return re.fullmatch(r"/(?!/)[A-Za-z0-9/_.~-]+", path) is not None and ".." not in path


def absolute(src: str) -> str:
    return settings().origin + src if src.startswith("/") else src


def _needed(block: Block, field: str, sentence: str) -> Iterator[tuple[str, Sentence]]:
    if not getattr(block, field).strip():
        yield field, Sentence(sentence)


def _personal_problems(block: Block) -> Iterator[tuple[str, Sentence]]:
    for field in block.__struct_fields__:
        value = getattr(block, field)
        if isinstance(value, str):
            try:
                personal.parse(value)
            except Problem as problem:
                yield field, problem.told


def _markdown_problems(text: str) -> Iterator[tuple[str, Sentence]]:
    try:
        markdown.html(personal.Pieces(text).take_out(text))
    except personal.NotPersonal:
        return
    except Problem as problem:
        yield "text", problem.told
    if re.search(r"(?<![\w/])http://", text.replace(settings().origin, "")):
        yield "text", Sentence("A link here begins with http://. Use https://, so that nobody can read along.")


def _link_problems(field: str, url: str) -> Iterator[tuple[str, Sentence]]:
    try:
        if url.strip():
            markdown.must_be_usable(personal.Pieces(url).take_out(url))
    except personal.NotPersonal:
        return
    except Problem as problem:
        yield field, problem.told
