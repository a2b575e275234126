"""Mails from templates and blocks: `Input → Rendered`, the same for preview, test send and the real send."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec
from jinja2 import Environment, StrictUndefined, Template, UndefinedError

from service.kit import paths
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence, known
from service.kit.settings import settings
from service.rendering import blocks, environment, inserts, mjml, people, personal, text
from service.rendering.checks import Rendered, check, check_subject
from service.rendering.inserts import NOBODY, OWN_AREA, Insert
from service.rendering.people import NOTHING, Data, Filling

READER = ("first_name", "last_name", "unsubscribe_url", "preferences_url")
# Only our own layout has it: where a reader says that a letter was posted.
POSTED = "posted_url"


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on every campaign mail. Without `archive_url` there is no line to view it on the web."""

    organisation: str
    postal_address: str = ""
    website: str = ""
    archive_url: str = ""


class CompiledEdition(msgspec.Struct, frozen=True):
    """Three Jinja sources of text and `{{ expression }}` over READER, POSTED, OWN_AREA and the lists.

    See personal.segments.

    `inserts`: what stands in the lists, see inserts.py.
    """

    subject: str
    html: str
    text: str
    inserts: tuple[Insert, ...] = ()


class UnknownMail(Problem):
    code = "mail_unknown"
    status = 404
    sentence = Sentence("There is no mail template called “{name}”.")


def render(name: str, language: str, context: Mapping[str, object]) -> Rendered:
    """A transactional mail of `emails/<name>/`. Raises UnknownMail, MissingVariable or UnfitMail."""
    if not (paths.EMAILS / name / "body.mjml").is_file() or ".." in name:
        raise UnknownMail(name=name)
    language = known(language)
    values = text.cleaned(dict(context))
    subject = text.one_line(environment.rendered(language, f"{name}/subject.txt", values))
    values["subject"] = subject
    mail = Rendered(
        subject=subject,
        html=mjml.compile(environment.rendered(language, f"{name}/body.mjml", values)),
        text=text.tidy(environment.rendered(language, f"{name}/text.txt", values)),
    )
    return check(mail, settings().origin, given=repr(values))


def compile_edition(
    content: Sequence[blocks.Block],
    subject: str,
    preview_text: str,
    language: str,
    letterhead: Letterhead,
    site: str = "",
    data: Data = NOTHING,
) -> CompiledEdition:
    """A campaign in one language, compiled once.

    `data`: what the blocks that fill themselves show.
    `site`: for the web archive, the front page that it belongs to; the reader's own links are left out.

    Raises Invalid with a sentence per field (`subject`, `preview_text`, `blocks[3].alt`), or a Problem of the whole.
    """
    _must_be_complete(content, subject, preview_text)
    language = known(language)
    written = msgspec.to_builtins([text.clean(subject), text.clean(preview_text), *content])
    pieces = personal.Pieces(msgspec.json.encode(written).decode())
    subject, preview_text, *taken = _taken_out(written, pieces)
    lists = tuple(_lists(content, data, language, bool(site)))
    addresses = _filled(taken, lists, data, pieces)
    shared = {"organisation": letterhead.organisation, "archive_url": letterhead.archive_url, **addresses}
    values = {
        **msgspec.structs.asdict(letterhead),
        **{name: pieces.marker(name) for name in (*READER, POSTED, OWN_AREA)},
        "subject": subject,
        "preview_text": preview_text,
        "sections": _sections(taken),
        "site": site,
        "has_people": bool(lists or addresses),
        "has_faces": any(filling.faces for filling in data.values()),
        "has_acts": any(filling.act for filling in data.values()),
        "mine_url": people.mine_url(language),
    }
    compiled = CompiledEdition(
        subject=pieces.put_back(text.one_line(subject), shared, escaped=False),
        html=pieces.put_back(
            mjml.compile(environment.rendered(language, "_layout/edition.mjml", values)), shared, escaped=True
        ),
        text=pieces.put_back(
            text.tidy(environment.rendered(language, "_layout/edition.txt", values)), shared, escaped=False
        ),
        inserts=lists,
    )
    given = [subject, preview_text, taken, msgspec.to_builtins(data)]
    check(fill(compiled, _SAMPLE, _example(lists, content)), settings().origin, given=str(given))
    return compiled


def fill(compiled: CompiledEdition, reader: Mapping[str, str], keys: Sequence[int] = ()) -> Rendered:
    """The mail of one reader, whose own list shows `keys`; `reader` may hold more than READER.

    Raises MissingVariable or UnfitMail.
    """
    values = {name: text.clean(value).replace("\n", " ") for name, value in reader.items()}
    values |= inserts.values(compiled.inserts, keys) | {OWN_AREA: inserts.area_path(keys)}
    try:
        return Rendered(
            subject=check_subject(text.one_line(_template(compiled.subject, False).render(values))),
            html=_template(compiled.html, True).render(values),
            text=_template(compiled.text, False).render(values),
        )
    except UndefinedError as error:
        raise environment.missing(error) from None


def seen_in(html: str, scheme: str) -> str:
    """The document as a `light` or `dark` screen shows it, whatever the screen is; for previews only."""
    return html.replace("(prefers-color-scheme: dark)", "all" if scheme == "dark" else "not all")


_SAMPLE = {
    "first_name": "Anna",
    "last_name": "Keller",
    "unsubscribe_url": "https://example.org/leave",
    "preferences_url": "https://example.org/settings",
    "posted_url": "https://example.org/posted",
}
_SOURCES = {
    escaped: Environment(undefined=StrictUndefined, autoescape=escaped, keep_trailing_newline=True)  # noqa: S701
    for escaped in (True, False)
}


@lru_cache(maxsize=64)
def _template(source: str, escaped: bool) -> Template:
    return _SOURCES[escaped].from_string(source)


def _must_be_complete(content: Sequence[blocks.Block], subject: str, preview_text: str) -> None:
    wrong = {
        field: problem
        for field, written in (("subject", subject), ("preview_text", preview_text))
        if (problem := _wrong(written))
    }
    if not subject.strip():
        wrong["subject"] = Sentence("Write a subject.")
    if not content:
        wrong["blocks"] = Sentence("This mail is still empty. Add a first block.")
    wrong |= blocks.problems(list(content))
    if wrong:
        raise Invalid(wrong)


def _wrong(written: str) -> Sentence | None:
    try:
        personal.parse(written)
    except personal.NotPersonal as problem:
        return problem.told
    return None


def _taken_out(written: object, pieces: personal.Pieces) -> list:
    """The same lists and mappings, each text with markers in the place of its expressions."""

    def inside(value: object) -> object:
        match value:
            case str():
                return pieces.take_out(text.clean(value))
            case list():
                return [inside(item) for item in value]
            case dict():
                return {key: item if key == "type" else inside(item) for key, item in value.items()}
            case _:
                return value

    assert isinstance(written, list)
    return [inside(item) for item in written]


def _lists(content: Sequence[blocks.Block], data: Data, language: str, public: bool) -> Iterator[Insert]:
    """On the web nobody is told that there is nobody, and nobody has people of their own."""
    for number, block in enumerate(content):
        filling = data.get(number, Filling())
        shown = filling.anybody and not people.is_own(block) if public else True
        if isinstance(block, blocks.Living) and people.is_list(block) and shown:
            yield from people.inserts(block, number, filling, language)


def _filled(taken: list[dict], lists: Sequence[Insert], data: Data, pieces: personal.Pieces) -> dict[str, str]:
    """Tells each block where its list stands, and who has an address; returns the addresses by their variable."""
    addresses = {}
    for number, block in enumerate(taken):
        here = [insert for insert in lists if insert.place == number]
        for kind in ("html", "text"):
            block[f"list_{kind}"] = pieces.marker(f"list_{number}_{kind}") if here else ""
        block["anybody"] = any(insert.key != NOBODY for insert in here)
        filling = data.get(number, Filling())
        block["counted"] = text.clean(filling.counted)
        block["act"] = text.cleaned(msgspec.to_builtins(filling.act))
        if place := filling.place:
            variable = f"address_{number}"
            addresses[variable] = "\n".join(text.cleaned(place.address))
            block["at"] = text.cleaned(msgspec.to_builtins(place)) | {"lines": pieces.marker(variable)}
    return addresses


def _example(lists: Sequence[Insert], content: Sequence[blocks.Block]) -> list[int]:
    """The people of somebody who reads it."""
    own = [insert.key for insert in lists if insert.personal and NOBODY < insert.key < inserts.AREAS]
    area = inserts.areas([insert.key for insert in lists])[:1]
    return area + own[: max((block.count for block in content if isinstance(block, blocks.YourPrisoners)), default=0)]


def _sections(taken: list[dict]) -> list[list[dict]]:
    """Blocks that follow one another share a section; columns have one of their own."""
    sections: list[list[dict]] = []
    for block in taken:
        alone = block["type"] == "columns"
        if alone or not sections or sections[-1][0]["type"] == "columns":
            sections.append([])
        sections[-1].append(block)
    return sections
