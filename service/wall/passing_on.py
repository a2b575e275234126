"""What people pass on of a post beside its picture: a text, and links that need no script of anybody."""

from textwrap import shorten

from service.cases import share
from service.cases.share import HASHTAG, Way
from service.kit.i18n import lazy as _
from service.wall.showing import Face

# Whole posts do not fit everywhere where this is pasted.
_LONGEST = 160


def title(face: Face) -> str:
    """In the reader's language: who stands by whom."""
    if face.person is None:
        return _("{name} stands by political prisoners in Belarus", name=face.name).into(face.language)
    return _("{name} stands by {prisoner}", name=face.name, prisoner=face.person.name).into(face.language)


def text(face: Face) -> str:
    """Without the address of the page."""
    return f"“{shorten(face.sentence, _LONGEST, placeholder='…')}” {title(face)}. {HASHTAG}"


def ways(face: Face) -> list[Way]:
    return share.ways_of(title(face), text(face), face.url, face.language)
