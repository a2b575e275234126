"""What somebody types into the form of the wall, and posts that came through it."""

from io import BytesIO
from typing import Any

from PIL import Image

from service.kit import db

STAND = "/en/wall/stand"
AGREED = {"adult": "yes", "agreed": "yes", "on_site": "yes"}


def typed(**changes: str) -> dict[str, str]:
    """Anna's form, whole but for the photo."""
    return (
        {
            "sentence": "I stand by you until the day you are free.",
            "name": "Anna",
            "email": "anna@example.org",
        }
        | AGREED
        | changes
    )


def picture(width: int = 400, height: int = 500, colour: str = "#7a5c3e") -> bytes:
    target = BytesIO()
    Image.new("RGB", (width, height), colour).save(target, "JPEG")
    return target.getvalue()


def files(content: bytes | None = None) -> dict[str, Any]:
    return {"photo": ("me.jpg", picture() if content is None else content, "image/jpeg")}


async def send(web: Any, path: str = STAND, content: bytes | None = None, **changes: str) -> Any:
    """The answer to Anna's form with a photo."""
    return await web.post(path, data=typed(**changes), files=files(content))


async def prepared(post: int | None = None, state: str = "ready", refusal: str = "") -> int:
    """As if the job had looked at the photo of a post, else of the last one; returns the post."""
    id: int = post or await last()
    await db.execute(
        "UPDATE wall_photo SET state = $2, refusal = $3, width = 400, height = 500, colour = '#7a5c3e'"
        " WHERE id = (SELECT photo FROM wall_post WHERE id = $1)",
        id,
        state,
        refusal,
    )
    return id


async def last() -> int:
    id: int = await db.fetch_value("SELECT max(id) FROM wall_post")
    return id


async def row(post: int) -> db.Record:
    found = await db.fetch_one("SELECT * FROM wall_post WHERE id = $1", post)
    assert found
    return found
