"""Cards that are ready to post: the address as it stands on an envelope, and a page with the text to copy by hand."""

from collections.abc import Sequence

from service.cases.publication import Person
from service.kit import typesetting
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _

SIZES = {"a6": _("Postcard (A6)"), "a4": _("Letter to fold (A4)")}
LONGEST_LETTER = 4000
MOST_AT_ONCE = 300

_WORDS = {
    "title": _("A card to post"),
    "private": _("This page is for you. It is not posted."),
    "copy": _("To copy by hand"),
    "how_title": _("How to do it"),
    "address": _("The address, to copy onto an envelope"),
}
_HOW = {
    "a6": [
        _("Print the first page on thick paper, or glue it to the back of a picture postcard."),
        _("Write the left half by hand. Copying Cyrillic letters is slow, and that is fine: they will see the care."),
        _("Put a stamp into the corner. A return address is not needed."),
    ],
    "a4": [
        _("Write on the lines of the first page by hand, and fold it twice, at the marks on its edge."),
        _("Then the address shows in the window of a long envelope. Or copy it from below onto any other one."),
        _("Put a stamp on the envelope. A return address is not needed."),
    ],
}
_AGAIN = _("Most letters do not arrive. That is not your fault: please write again soon.")
_NO_REPLY = _("Do not ask for a reply: in this place people were punished for answering letters from abroad.")


class NoAddress(Problem):
    code = "no_address"
    status = 404
    sentence = _(
        "We have no address at which this person can get letters now. Please choose somebody else to write to."
    )


async def card(person: Person, size: str, letter: str = "") -> bytes:
    """A PDF; `letter` is set large, to be copied. Raises NoAddress and what typesetting raises."""
    return await cards([person], size, person.language, letter)


async def cards(people: Sequence[Person], size: str, language: str, letter: str = "") -> bytes:
    """A card for each of the people, and one page that says how, in one PDF."""
    addresses = [person.address for person in people if person.can_be_written_to]
    if not addresses or size not in SIZES:
        raise NoAddress
    data = {
        "size": size,
        "language": language,
        "addresses": addresses[:MOST_AT_ONCE],
        "letter": typesetting.printable(letter[:LONGEST_LETTER]),
        "words": {name: word.into(language) for name, word in _WORDS.items()},
        "how": [sentence.into(language) for sentence in _how(people, size)],
    }
    return await typesetting.pdf("card", data)


def _how(people: Sequence[Person], size: str) -> list[Sentence]:
    punished = any(person.facility and person.facility.reply_punished for person in people)
    return [*_HOW[size], *([_NO_REPLY] if punished else []), _AGAIN]
