"""What the wall keeps of whoever posted with an address."""

from collections.abc import Sequence

from service.kit import db
from service.kit.settings import settings
from service.subscribers.elsewhere import Kept, Row, plain
from service.wall import own

_SHOWN = 80


async def _posts(sealed: Sequence[bytes]) -> list[Row]:
    return [await _post(row) for row in await db.fetch(_POSTS, list(sealed))]


async def _post(row: db.Record) -> Row:
    agreed = await db.fetch("SELECT wording, language, at FROM wall_consent WHERE post = $1 ORDER BY id", row["id"])
    shown = row["state"] == "published"
    return {
        **{name: value for name, value in plain(row).items() if name not in ("id", "key")},
        "page": f"{settings().origin}/{row['language']}/wall/faces/{row['key']}" if shown else "",
        "agreed_to": [plain(each) for each in agreed],
    }


async def _take_down(sealed: Sequence[bytes]) -> int:
    posts = await db.fetch(
        "SELECT id FROM wall_post WHERE address = ANY($1::bytea[]) AND state <> 'withdrawn' ORDER BY id FOR UPDATE",
        list(sealed),
    )
    for post in posts:
        await own.take_down(post["id"])
    return len(posts)


async def _asked(sealed: Sequence[bytes]) -> list[Row]:
    return [
        plain(row)
        for row in await db.fetch(
            "SELECT language, created_at FROM wall_links_asked WHERE address = ANY($1::bytea[]) ORDER BY id",
            list(sealed),
        )
    ]


async def _forget_asked(sealed: Sequence[bytes]) -> int:
    return await db.execute("DELETE FROM wall_links_asked WHERE address = ANY($1::bytea[])", list(sealed))


def _line(post: Row) -> str:
    said = " ".join(post["sentence"].split())
    said = said if len(said) <= _SHOWN else said[:_SHOWN].rstrip() + "…"
    return f"“{said}” ({post['state']})" if said else f"A photo without words ({post['state']})"


# What stands on the wall of the prisoner is what its author chose, by the number in our records; names are theirs.
_POSTS = """
    SELECT w.id, w.key, w.state, w.language, w.sentence, w.name, w.role, w.town, w.country, p.key AS prisoner,
           w.in_mails, w.on_social, w.noindex, w.ambassador, w.reason, w.created_at, w.confirmed_at, w.published_at,
           o.state AS photo
      FROM wall_post w JOIN wall_photo o ON o.id = w.photo LEFT JOIN prisoner p ON p.id = w.prisoner
     WHERE w.address = ANY($1::bytea[]) AND w.state <> 'withdrawn' ORDER BY w.id
"""
KEPT = [
    Kept(
        "wall_posts",
        ("{number} post on the photo wall", "{number} posts on the photo wall"),
        _posts,
        _take_down,
        _line,
    ),
    Kept(
        "wall_links_asked",
        ("{number} request for the links of posts", "{number} requests for the links of posts"),
        _asked,
        _forget_asked,
        lambda asked: f"on {asked['created_at'][:10]}",
    ),
]
