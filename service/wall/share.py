"""What people pass on of a post: a sentence, and a picture made here."""

import hashlib

import msgspec

from service.cases.publication import Person
from service.cases.share import HASHTAG
from service.kit import typesetting
from service.kit.i18n import Sentence, ngettext
from service.kit.keeping import Kept
from service.wall import drawing, listing
from service.wall.showing import Face

WIDTH, HEIGHT = 1200, 630
# In pixels: the photo fills at most the height of the picture.
_LONGEST = 900
_TEMPLATE = "wall_share"
_kept = Kept(most=60, patience=12)


async def count(person: Person | None) -> Sentence:
    """How many stand by this person; None: by all of them."""
    number = await listing.standing_by(person)
    if person is None:
        return ngettext("{count} person stands by you", "{count} people stand by you", number)
    return ngettext("{count} person stands by {name}", "{count} people stand by {name}", number, name=person.name)


def mark(face: Face, said: Sentence, organisation: str) -> str:
    """Changes with everything that the picture shows."""
    shown = [face.sentence, face.name, *_lines(face), face.photo.folder, said.into(face.language), organisation]
    return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:32]


async def picture(face: Face, said: Sentence, organisation: str) -> bytes:
    """A PNG of 1200 by 630 pixels; `said`: how many stand there. Raises Busy, and what typesetting.png raises."""

    async def make() -> bytes:
        return await typesetting.png(_TEMPLATE, await _data(face, said, organisation))

    return await _kept.get(mark(face, said, organisation), make)


async def _data(face: Face, said: Sentence, organisation: str) -> dict[str, object]:
    return {
        "language": face.spoken,
        "sentence": face.sentence,
        "name": face.name,
        "lines": _lines(face),
        "count": said.into(face.language),
        "hashtag": HASHTAG,
        "organisation": organisation,
        "photo": await drawing.photo(face, _LONGEST),
        "ratio": face.photo.width / face.photo.height,
        "colour": face.photo.colour,
    }


def _lines(face: Face) -> list[str]:
    """What is known of the person beside the name."""
    return [line for line in (face.role, face.place) if line]
