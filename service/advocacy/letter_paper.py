"""A letter to a member on paper: with what somebody wrote, or with lines to write by hand; made and forgotten."""

import msgspec

from service.advocacy import composing
from service.advocacy.queries import Edition
from service.advocacy.representing import Member
from service.kit import formats, typesetting
from service.kit.i18n import lazy as _
from service.organisation import queries as organisations

_TEMPLATE = "letter_paper"
_HOW = [
    _("Print the letter and sign it by hand."),
    _("Fold it twice, at the marks on its edge: then the address shows in the window of a long envelope."),
    _("Put a stamp on the envelope and post it."),
    _("Come back to the page and tell us that you posted it, so that it counts."),
]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody typed, by the names of the form; `text`: the letter without what is signed, or empty."""

    name: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    subject: str = ""
    text: str = ""


async def printed(member: Member, edition: Edition, words: Words, language: str) -> bytes:
    """A PDF: the letter, and a sheet that is not posted. Raises what typesetting raises."""
    today = formats.filters(language)["day"](await organisations.today())
    sender = composing.signature(words.name, words.street, words.postcode, words.town)
    return await typesetting.pdf(
        _TEMPLATE,
        {
            "language": language,
            "sender": _lines(sender),
            "address": address(member),
            "place_date": ", ".join(part for part in (words.town, today) if part) if words.text else "",
            "subject": typesetting.printable(words.subject or edition.subject),
            "paragraphs": _paragraphs(words.text),
            "name": typesetting.printable(words.name),
            "guide": _guide(member, edition, language),
        },
    )


def address(member: Member) -> list[str]:
    """The lines of an envelope: as the register has them, with the name first."""
    lines = _lines(member.postal)
    if not lines:
        return [member.name, member.parliament_name]
    return lines if member.name in lines[0] else [member.name, *lines]


def _guide(member: Member, edition: Edition, language: str) -> dict[str, object]:
    return {
        "language": language,
        "title": _("A letter on paper").into(language),
        "private": _("This page is for you. It is not posted.").into(language),
        "how": [each.into(language) for each in _HOW],
        "prompts_title": _("Questions that help you to write").into(language),
        "prompts": edition.prompts,
        "points_title": _("What you may mention").into(language),
        "points": edition.points_for(member.party),
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in typesetting.printable(text).split("\n") if line.strip()]


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in typesetting.printable(text).split("\n\n") if part.strip()]
