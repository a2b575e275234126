"""Why somebody should look at a letter before it leaves. Nothing is refused here, and nothing is lost."""

from collections.abc import Mapping
from typing import Any

from service.advocacy import likeness


async def reasons(letter: Mapping[str, Any], text: str, client: str = "") -> list[str]:
    """Sentences for staff, none for a letter that may leave; to be kept in its `held_for`.

    `letter`: its row, with everything still sealed. `text`: its subject and body. `client`: as web.client_of says,
    and kept nowhere.
    """
    found = []
    if await likeness.is_example(letter["action"], text):
        found.append("It is the example, almost word for word.")
    others = await likeness.alike(letter["action"], letter["likeness"], letter["address"])
    if others >= likeness.MANY:
        found.append(f"{others} others wrote nearly the same.")
    return found
