"""The newest posts for feed readers, which keep what they have seen: only what may be seen elsewhere is in it."""

from collections.abc import Sequence

from service.kit.feeds import Entry, Feed
from service.kit.i18n import lazy as _
from service.kit.settings import settings
from service.wall import passing_on, showing
from service.wall.showing import NEWEST, Face

MOST = 60


def feed(organisation: str, language: str) -> Feed:
    return Feed(
        subject="wall",
        title=_("{organisation}: faces of solidarity", organisation=organisation).into(language),
        author=organisation,
        language=language,
        page=f"/{language}/wall",
        address=f"/{language}/wall/feed",
    )


async def newest(language: str) -> list[Face]:
    """Those who do not mind being found elsewhere."""
    return await showing.elsewhere(language, f"AND NOT w.noindex {NEWEST} LIMIT $1", MOST)


def entries(faces: Sequence[Face]) -> list[Entry]:
    return [_entry(face) for face in faces]


def _entry(face: Face) -> Entry:
    return Entry(
        key=f"wall/{face.key}",
        url=face.url,
        title=passing_on.title(face),
        text=face.sentence,
        language=face.spoken,
        published=face.published_at,
        changed=face.published_at,
        image=settings().origin + face.photo.path(face.photo.widths[-1]),
    )
