"""Posts of the wall, without their way through form, mail and queue."""

import asyncio
from typing import Any

from service.kit import clock, db, files, sealing
from service.wall import states, variants
from service.wall.tables import PostState
from service.wall.wishes import Wishes

SENTENCE = "I stand by you until you are free."


async def post(
    name: str = "Anna",
    state: str = "published",
    prisoner: int | None = None,
    width: int = 640,
    picture: bytes | None = None,
    **columns: Any,
) -> int:
    """The id of a post with a photo that is ready: its row alone (4 by 5), or real variants of `picture`.

    `address`: in clear.
    """
    now = clock.now()
    photo = await photo_of(picture) if picture else await photo_row(width)
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


async def photo_row(width: int, height: int = 0, colour: str = "#a08060") -> int:
    query = """
        INSERT INTO wall_photo (folder, state, wishes, width, height, colour, uploaded_at)
        VALUES ($1, 'ready', '{}', $2, $3, $4, $5) RETURNING id
    """
    folder = clock.random_bytes(16).hex()
    id: int = await db.fetch_value(query, folder, width, height or width * 5 // 4, colour, clock.now())
    return id


async def photo_of(picture: bytes, wishes: Wishes | None = None) -> int:
    """With variants as the job makes them."""
    made = await asyncio.to_thread(variants.make, picture, wishes or Wishes())
    id = await photo_row(made.width, made.height, made.colour)
    query = "UPDATE wall_photo SET likeness = $2 WHERE id = $1 RETURNING folder"
    folder = await db.fetch_value(query, id, made.likeness)
    for name, content in made.variants.items():
        await files.save(f"wall/{folder}/{name}", content)
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


async def folder(post: int) -> str:
    """Of its photo."""
    query = "SELECT o.folder FROM wall_post w JOIN wall_photo o ON o.id = w.photo WHERE w.id = $1"
    found: str = await db.fetch_value(query, post)
    return found
