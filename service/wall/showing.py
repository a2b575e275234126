"""What the public may see of the wall: the one way from a post to a page, a mail, a feed or a picture."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from service.cases import queries as cases
from service.cases.publication import Person
from service.kit import countries, db
from service.kit.errors import NotFound, Problem
from service.kit.i18n import lazy as _
from service.kit.settings import settings
from service.wall import sizes

# Of `wall_post w`, for queries: what anybody may see, …
PUBLISHED = "w.state = 'published'"
# … and what may stand in a mail.
IN_MAILS = f"({PUBLISHED} AND w.in_mails)"
# … and what may be seen outside of our own pages: in feeds, on paper, in what is passed on.
ELSEWHERE = f"({PUBLISHED} AND w.on_social)"
NEWEST = "ORDER BY w.published_at DESC, w.id DESC"
PINNED_FIRST = "ORDER BY w.pinned_at DESC NULLS LAST, w.published_at DESC, w.id DESC"
SOURCE = "wall_post w JOIN wall_photo o ON o.id = w.photo"


class Gone(Problem):
    code = "gone"
    status = 410
    sentence = _("This was taken down by the person whose it is. It does not come back.")


class Photo(msgspec.Struct, frozen=True):
    """`width` and `height` of the largest variant, `colour` until it is there."""

    folder: str
    width: int
    height: int
    colour: str

    @property
    def widths(self) -> list[int]:
        """Of the variants that there are."""
        return sizes.widths(self.width)

    @property
    def shape(self) -> str:
        """portrait, square or wide: see wishes.SHAPES."""
        if self.width == self.height:
            return "square"
        return "wide" if self.width > self.height else "portrait"

    def path(self, width: int, ending: str = "jpg", at: str = "") -> str:
        """`ending`: jpg or avif. `at`: where its author sees it, in the place of its public address."""
        return f"{at or f'/wall/photos/{self.folder}'}/{width}.{ending}"

    def srcset(self, ending: str, at: str = "") -> str:
        return ", ".join(f"{self.path(width, ending, at)} {width}w" for width in self.widths)


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """A published post as readers of one language see it.

    `spoken`: the language of the sentence. `country`: its name. `person`: whom it stands by, as far as they may be
    shown; None for all of them.
    """

    id: int
    key: str
    version: int
    language: str
    spoken: str
    sentence: str
    name: str
    role: str
    town: str
    country: str
    person: Person | None
    photo: Photo
    in_mails: bool
    on_social: bool
    noindex: bool
    ambassador: bool
    pinned: bool
    published_at: datetime

    @property
    def path(self) -> str:
        return f"/{self.language}/wall/faces/{self.key}"

    @property
    def url(self) -> str:
        return settings().origin + self.path

    @property
    def place(self) -> str:
        return ", ".join(filter(None, (self.town, self.country)))

    @property
    def line(self) -> str:
        """What they say of themselves beside the name."""
        return ", ".join(filter(None, (self.role, self.place)))


async def faces(language: str, rest: str = "", *args: Any) -> list[Face]:
    """`rest`: of the query, after WHERE w.state = 'published', over `w` and its photo `o`; $1 to $n are `args`."""
    return await seen(language, f"{PUBLISHED} {rest}", *args)


async def elsewhere(language: str, rest: str = "", *args: Any) -> list[Face]:
    """As `faces`, of those who agreed to be seen outside of our own pages."""
    return await seen(language, f"{ELSEWHERE} {rest}", *args)


async def face(key: str, language: str) -> Face:
    """Raises Gone for what was withdrawn after it had been shown, NotFound for all else that is not public."""
    found = await faces(language, "AND w.key = $1", key)
    if not found:
        raise await missing("w.key = $1", key)
    return found[0]


async def missing(where: str, value: str) -> Problem:
    """Why a post is not there, told to anybody: whether it was ever public is no secret, all else is."""
    query = f"SELECT w.state = 'withdrawn' AND w.published_at IS NOT NULL FROM {SOURCE} WHERE {where}"  # noqa: S608
    return Gone() if await db.fetch_value(query, value) else NotFound()


async def seen(language: str, where: str, *args: Any) -> list[Face]:
    """Posts in any state, as they would be seen; for staff and for their authors. Everybody else gets `faces`."""
    rows = await db.fetch(f"SELECT {_COLUMNS} FROM {SOURCE} WHERE {where}", *args)  # noqa: S608
    people = await _people(rows, language)
    return [_face(row, language, people) for row in rows]


async def mark() -> str:
    """Another one whenever what anybody may see of the wall has changed."""
    return str(await db.fetch_value("SELECT mark FROM wall_mark"))


async def _people(rows: Sequence[db.Record], language: str) -> dict[int, Person]:
    ids = sorted({row["prisoner"] for row in rows if row["prisoner"]})
    return {person.id: person for person in await cases.people(ids, language)} if ids else {}


def _face(row: db.Record, language: str, people: dict[int, Person]) -> Face:
    return Face(
        id=row["id"],
        key=row["key"],
        version=row["version"],
        language=language,
        spoken=row["language"],
        sentence=row["sentence"],
        name=row["name"],
        role=row["role"],
        town=row["town"],
        country=countries.name(row["country"], language) if row["country"] else "",
        person=people.get(row["prisoner"]),
        photo=Photo(row["folder"], row["width"], row["height"], row["colour"]),
        in_mails=row["in_mails"],
        on_social=row["on_social"],
        noindex=row["noindex"],
        ambassador=row["ambassador"],
        pinned=row["pinned_at"] is not None,
        published_at=row["published_at"] or row["created_at"],
    )


_COLUMNS = """
    w.id, w.key, w.version, w.language, w.sentence, w.name, w.role, w.town, w.country, w.prisoner, w.in_mails,
    w.on_social, w.noindex, w.ambassador, w.pinned_at, w.published_at, w.created_at,
    o.folder, o.width, o.height, o.colour
"""
