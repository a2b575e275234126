"""Faces of the wall on paper, to hang up."""

from collections.abc import Sequence

from service.cases.publication import Person
from service.kit import typesetting
from service.kit.i18n import lazy as _
from service.kit.settings import settings
from service.wall import drawing, share
from service.wall.showing import Face

# Three pages; of more faces the file would be heavier than a printer likes.
MOST = 27
# In pixels: on 58 mm that is as fine as paper shows.
_LONGEST = 440


async def printed(faces: Sequence[Face], person: Person | None, organisation: str, language: str) -> bytes:
    """A PDF. Raises what typesetting raises."""
    data = {
        "language": language,
        "title": person.name if person else organisation,
        "count": (await share.count(person)).into(language),
        "link": f"{settings().origin}/{language}/wall",
        "none": _("Nobody has shown their face here yet. Be the first.").into(language),
        "faces": [await _face(face) for face in faces],
    }
    return await typesetting.pdf("wall_sheet", data)


async def _face(face: Face) -> dict[str, object]:
    return {
        "sentence": face.sentence,
        "language": face.spoken,
        "name": face.name,
        "line": face.line,
        "colour": face.photo.colour,
        "photo": await drawing.photo(face, _LONGEST),
    }
