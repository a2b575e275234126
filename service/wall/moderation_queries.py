"""What moderators see: the queue, one post with all that helps to decide, and lists by state."""

from datetime import datetime
from typing import Any

import msgspec

from service.kit import clock, db
from service.wall import moderating, showing, states
from service.wall.showing import Face

A_PAGE = 24
# Photos whose hashes differ in so few of 64 bits are shown as similar.
ALIKE = 10
_BESIDE = 6
# What stands under each heading of the lists: which posts, and in which order.
_QUEUED = "w.state IN ('waiting', 'reported') AND o.state = 'ready'"
_QUEUE_ORDER = "ORDER BY w.state <> 'reported', w.rank DESC, w.confirmed_at, w.id"
SHOWN = {
    "queue": (_QUEUED, _QUEUE_ORDER),
    "published": (showing.PUBLISHED, showing.PINNED_FIRST),
    "rejected": ("w.state = 'rejected'", "ORDER BY w.decided_at DESC, w.id DESC"),
}
_PLACE = "(w.state <> 'reported', -w.rank, w.confirmed_at, w.id)"


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A post as staff see it. `has_photo`: whether its variants are there; `decided_by`: a name."""

    face: Face
    state: str
    has_photo: bool
    prisoner: int | None
    noticed: list[str]
    reports: int
    reason: str
    confirmed_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    tell_at: datetime | None
    told: str


class Report(msgspec.Struct, frozen=True):
    reason: str
    at: datetime
    seen_at: datetime | None


class Similar(msgspec.Struct, frozen=True):
    """`apart`: in how many of 64 bits the photos differ."""

    post: Looked
    apart: int


class Step(msgspec.Struct, frozen=True):
    """One line of a post's history. `who`: None for its author, a visitor or the machine."""

    at: datetime
    who: str | None
    action: str
    detail: dict[str, Any]


class Counts(msgspec.Struct, frozen=True):
    """`queue`: with those that were `reported`; `preparing`: whose photo is not ready yet."""

    queue: int
    reported: int
    preparing: int
    published: int
    rejected: int


class Decision(msgspec.Struct, frozen=True):
    """What somebody decided last, and can still take back. `name`: of the author, when it was one post."""

    state: str
    count: int
    name: str


async def counts() -> Counts:
    row = await db.fetch_one(_COUNTS)
    assert row
    return Counts(**row)


async def waiting() -> int:
    """How many posts wait for a moderator."""
    found: int = await db.fetch_value(f"SELECT count(*) FROM {showing.SOURCE} WHERE {_QUEUED}")  # noqa: S608
    return found


async def one(post: int) -> Looked | None:
    """None for what there is not, and for what was withdrawn."""
    found = await _looked("w.id = $1 AND w.state <> 'withdrawn'", post)
    return found[0] if found else None


async def first() -> int | None:
    query = f"SELECT w.id FROM {showing.SOURCE} WHERE {_QUEUED} {_QUEUE_ORDER} LIMIT 1"  # noqa: S608
    found: int | None = await db.fetch_value(query)
    return found


async def after(post: int) -> int | None:
    """The post that waits behind this one; None behind the last."""
    found: int | None = await db.fetch_value(
        f"SELECT w.id FROM {showing.SOURCE} WHERE {_QUEUED} AND w.id <> $1 AND {_PLACE} >"  # noqa: S608
        f" (SELECT {_PLACE[1:-1]} FROM wall_post w WHERE w.id = $1) {_QUEUE_ORDER} LIMIT 1",
        post,
    )
    return found


async def listed(show: str, words: str = "", page: int = 1) -> list[Looked]:
    """A page of SHOWN and one more, if there is; `words`: in sentence, name or town."""
    where, order = SHOWN[show]
    found = "AND ($1 = '' OR concat_ws(' ', w.sentence, w.name, w.town) ILIKE '%' || $1 || '%')"
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return await _looked(f"{where} {found} {order} LIMIT {A_PAGE + 1} OFFSET $2", escaped, (page - 1) * A_PAGE)


async def reports(post: int) -> list[Report]:
    """The newest first."""
    rows = await db.fetch(
        "SELECT reason, at, seen_at FROM wall_report WHERE post = $1 ORDER BY at DESC, id DESC", post
    )
    return [Report(**row) for row in rows]


async def similar(post: int) -> list[Similar]:
    """Posts with a photo that looks like this one's, the most similar first."""
    rows = await db.fetch(_SIMILAR, post, ALIKE, _BESIDE)
    found = {each.face.id: each for each in await _looked("w.id = ANY($1)", [row["id"] for row in rows])}
    return [Similar(found[row["id"]], row["apart"]) for row in rows if row["id"] in found]


async def earlier(post: int) -> list[Looked]:
    """Other posts that were confirmed from the same address, the newest first."""
    where = "w.address = (SELECT address FROM wall_post WHERE id = $1) AND w.id <> $1"
    return await _looked(
        f"{where} AND w.state NOT IN ('unconfirmed', 'withdrawn') ORDER BY w.id DESC LIMIT {_BESIDE}", post
    )


async def history(post: int) -> list[Step]:
    """What was done with it, the newest first."""
    rows = await db.fetch(
        "SELECT e.at, a.name AS who, e.action, e.detail FROM audit e LEFT JOIN account a ON a.id = e.account"
        " WHERE e.subject = $1 AND e.subject <> '' ORDER BY e.id DESC LIMIT 100",
        f"post {post}",
    )
    return [Step(row["at"], row["who"], row["action"], msgspec.json.decode(row["detail"])) for row in rows]


async def last_decision(by: int) -> Decision | None:
    """Of this account, as long as it can be taken back."""
    rows = await db.fetch(moderating.LAST_DECIDED.format(lock=""), by, clock.now() - states.UNTOLD)
    if not rows:
        return None
    name = await db.fetch_value("SELECT name FROM wall_post WHERE id = $1", rows[0]["id"]) if len(rows) == 1 else ""
    return Decision(rows[0]["state"], len(rows), name)


async def _looked(where: str, *args: Any) -> list[Looked]:
    faces = await showing.seen("en", where, *args)
    rows = {row["id"]: row for row in await db.fetch(_MORE, [face.id for face in faces])}
    return [Looked(face=face, **_without_id(rows[face.id])) for face in faces if face.id in rows]


def _without_id(row: db.Record) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


_COUNTS = """
    SELECT count(*) FILTER (WHERE o.state = 'ready') AS queue,
           count(*) FILTER (WHERE w.state = 'reported') AS reported,
           count(*) FILTER (WHERE w.state = 'waiting' AND o.state = 'uploaded') AS preparing,
           (SELECT count(*) FROM wall_post WHERE state = 'published') AS published,
           (SELECT count(*) FROM wall_post WHERE state = 'rejected') AS rejected
      FROM wall_post w JOIN wall_photo o ON o.id = w.photo WHERE w.state IN ('waiting', 'reported')
"""
_MORE = """
    SELECT w.id, w.state, o.state = 'ready' AS has_photo, w.prisoner, w.noticed, w.reports, w.reason, w.confirmed_at,
           w.decided_at, a.name AS decided_by, w.tell_at, w.told
      FROM wall_post w JOIN wall_photo o ON o.id = w.photo LEFT JOIN account a ON a.id = w.decided_by
     WHERE w.id = ANY($1)
"""
_SIMILAR = """
    WITH this AS (SELECT o.id, o.likeness FROM wall_post w JOIN wall_photo o ON o.id = w.photo WHERE w.id = $1),
         apart AS (
        SELECT w.id, bit_count((o.likeness # this.likeness)::bit(64)) AS apart
          FROM this, wall_photo o JOIN wall_post w ON w.photo = o.id
         WHERE o.likeness IS NOT NULL AND o.id <> this.id AND w.state NOT IN ('unconfirmed', 'withdrawn')
    )
    SELECT id, apart FROM apart WHERE apart <= $2 ORDER BY apart, id DESC LIMIT $3
"""
