"""Posts of the wall, without their way through form, mail and queue."""

from typing import Any

from service.kit import clock, db, sealing
from service.wall import states
from service.wall.tables import PostState

SENTENCE = "I stand by you until you are free."


async def post(
    name: str = "Anna", state: str = "published", prisoner: int | None = None, width: int = 640, **columns: Any
) -> int:
    """The id of a post with a photo (its row alone, 4 by 5) that is ready; `address`: in clear."""
    now = clock.now()
    photo = await db.fetch_value(
        "INSERT INTO wall_photo (folder, state, wishes, width, height, colour, uploaded_at)"
        " VALUES ($1, 'ready', '{}', $2, $3, '#a08060', $4) RETURNING id",
        clock.random_bytes(16).hex(),
        width,
        width * 5 // 4,
        now,
    )
    address = columns.pop("address", "anna@example.org")
    confirmed = None if state == "unconfirmed" else now
    values = {
        "key": clock.random_bytes(8).hex(),
        "state": state,
        "photo": photo,
        "prisoner": prisoner,
        "language": "en",
        "sentence": SENTENCE,
        "name": name,
        "address": sealing.seal_address(address) if address else None,
        "in_mails": True,
        "on_social": True,
        "created_at": now,
        "confirmed_at": confirmed,
        "published_at": now if state in ("published", "reported") else None,
    } | columns
    names, places = ", ".join(values), ", ".join(f"${n}" for n in range(1, len(values) + 1))
    id: int = await db.fetch_value(
        f"INSERT INTO wall_post ({names}) VALUES ({places}) RETURNING id", *values.values()
    )
    await states.renew_mark()
    return id


async def key(post: int) -> str:
    found: str = await db.fetch_value("SELECT key FROM wall_post WHERE id = $1", post)
    return found


async def move(post: int, *to: PostState, by: int | None = None) -> None:
    for state in to:
        assert await states.move([post], state, by) == [post]


async def state(post: int) -> str:
    found: str = await db.fetch_value("SELECT state FROM wall_post WHERE id = $1", post)
    return found


async def version(post: int) -> dict[int, int]:
    """A post as somebody looks at it now: its version by its id."""
    return {post: await db.fetch_value("SELECT version FROM wall_post WHERE id = $1", post)}
