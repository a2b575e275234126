"""The composer's form: from fields to blocks and back. A field is named by its place, e.g. `b.1.left.0.text`."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from service.campaigns import arrange, checks
from service.campaigns.compose import Draft
from service.kit.web import Form
from service.rendering import blocks, personal
from service.rendering.blocks import MOST_BLOCKS, Block, Columns, Image

KINDS = {
    "text": "Text",
    "heading": "Heading",
    "image": "Picture",
    "button": "Button",
    "quote": "Quotation",
    "columns": "Two columns",
    "divider": "Line",
    "new_cases": "New cases",
    "birthdays": "Birthdays",
    "your_prisoners": "People to write to",
    "one_prisoner": "One person",
    "facility_address": "Address of a facility",
    "from_the_wall": "From the wall",
    "action_card": "An action",
    "your_representatives": "Your representatives",
}
LIVING = [name for name, kind in blocks.KINDS.items() if issubclass(kind, blocks.Living)]
USABLE = [
    ('{{ first_name|default("friend") }}', "The first name; “friend” for who gave none"),
    ("{% if first_name %}Dear {{ first_name }}{% else %}Hello{% endif %}", "One or the other"),
    *((f"{{{{ {known.name} }}}}", known.description) for known in personal.PERSONAL.values()),
]
_LONG = ("text", "caption")
_WIDTHS = {"0", "300", "180"}
_NUMBERS = ("most", "count", "facility")


def read(sent: Form) -> Draft:
    """What was typed, finished or not."""
    return Draft(
        subject=sent.text("subject", 1000), preview_text=sent.text("preview_text", 1000), blocks=_row(sent, "b")
    )


def act(draft: Draft, wish: str, removed: dict | None) -> tuple[str, str, Draft]:
    """Carries out the button that was pressed: its word, the place to come back to, and the draft afterwards.

    Raises arrange.NoSuchPlace or arrange.TooMany.
    """
    content = draft.blocks
    word, _blank, rest = wish.partition(" ")
    match word:
        case "add":
            kind, _blank, after = rest.partition(" ")
            return word, arrange.add(content, after, kind), draft
        case "up" | "down":
            return word, arrange.move(content, rest, -1 if word == "up" else 1), draft
        case "duplicate":
            return word, arrange.duplicate(content, rest), draft
        case "remove":
            taken = arrange.as_removed(rest, arrange.remove(content, rest))
            return word, "", msgspec.structs.replace(draft, removed=taken)
        case "restore" if removed:
            return word, arrange.put_back(content, removed), draft
        case "upload" | "find":
            return word, rest if re.fullmatch(r"\d{1,4}(\.(left|right)\.\d{1,4})?", rest) else "", draft
    return "", "", draft


def wish(sent: Form) -> str:
    """The button that was pressed; who looked for a name and pressed Enter meant the button beside it."""
    asked = [
        number
        for number in range(MOST_BLOCKS)
        if sent.text(f"b.{number}.name", 120) not in ("", sent.text(f"b.{number}.asked", 120))
    ]
    return sent.text("do") or (f"find {asked[0]}" if asked else "")


def fields(draft: Draft) -> list[dict[str, Any]]:
    """The blocks as the page lays them out: place, kind, its name, values, and the rows inside columns."""
    return [_shown(block, str(number)) for number, block in enumerate(draft.blocks)]


def errors(draft: Draft) -> dict[str, str]:
    """What is missing or wrong, by field id."""
    return {checks.field_id(path): str(told) for path, told in blocks.problems(draft.blocks).items()}


def images(content: list[Block]) -> Iterator[tuple[Image, str]]:
    """Every picture with the name of its fields."""
    for number, block in enumerate(content):
        if isinstance(block, Image):
            yield block, f"b.{number}"
        elif isinstance(block, Columns):
            for side in ("left", "right"):
                for place, inner in enumerate(getattr(block, side)):
                    if isinstance(inner, Image):
                        yield inner, f"b.{number}.{side}.{place}"


def _row(sent: Form, prefix: str) -> list[Any]:
    found = []
    for number in range(MOST_BLOCKS):
        kind = sent.text(f"{prefix}.{number}.type", 20)
        if kind not in blocks.KINDS:
            break
        found.append(_block(sent, f"{prefix}.{number}", kind))
    return found


def _block(sent: Form, name: str, kind: str) -> Any:
    if kind == "columns":
        return Columns(left=_row(sent, f"{name}.left"), right=_row(sent, f"{name}.right"))
    made = blocks.KINDS[kind]()
    for field in made.__struct_fields__:
        setattr(made, field, _value(sent, name, kind, field))
    return made


def _value(sent: Form, name: str, kind: str, field: str) -> Any:
    if field == "level":
        level = sent.text(f"{name}.level", 1)
        return int(level) if level in ("1", "2", "3") else 2
    if field == "width":
        width = sent.text(f"{name}.width", 3)
        return int(width) if width in _WIDTHS else 0
    if field == "posts":
        keys = [key for key in sent.all(f"{name}.posts") if blocks.POST.fullmatch(key)]
        return list(dict.fromkeys(keys))[: 2 * blocks.MOST_FACES]
    if field == "shows":
        return shows if (shows := sent.text(f"{name}.shows", 10)) in blocks.SHOWS else blocks.SHOWS[0]
    if field == "only_new":
        return sent.checked(f"{name}.only_new")
    if field in _NUMBERS:
        return sent.number(f"{name}.{field}")
    if field in _LONG and kind != "heading":
        return sent.lines(f"{name}.{field}")
    return sent.text(f"{name}.{field}", 2000)


def _shown(block: Any, place: str) -> dict[str, Any]:
    values = msgspec.to_builtins(block)
    kind = values.pop("type")
    shown = {"place": place, "id": f"b.{place}", "kind": kind, "called": KINDS[kind], **values}
    if isinstance(block, Columns):
        for side in ("left", "right"):
            inner = getattr(block, side)
            shown[side] = [_shown(found, f"{place}.{side}.{number}") for number, found in enumerate(inner)]
    return shown
