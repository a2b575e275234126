"""One at a time changes an action, and whoever looked at an older state of it is told."""

from typing import Any

from service.advocacy import queries
from service.advocacy.queries import Action
from service.advocacy.tables import ActionState as State
from service.kit import clock, db
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence


class Overtaken(Problem):
    code = "action_overtaken"
    status = 409
    sentence = Sentence("Somebody else has changed this since you opened it. Nothing of yours is lost.")


class Over(Problem):
    code = "action_is_over"
    status = 409
    sentence = Sentence("This action is over, so it stays as it is.")


async def hold(action: int, version: int | None = None) -> Action:
    """The action, which nobody else changes until the transaction ends. Raises NotFound, Over, Overtaken."""
    found = await locked(action)
    if found.state == State.CLOSED:
        raise Over
    if version is not None and version != found.version:
        raise Overtaken
    return found


async def locked(action: int) -> Action:
    """The same, also of one that is over. Raises NotFound."""
    if not await db.fetch("SELECT id FROM action WHERE id = $1 FOR NO KEY UPDATE", action):
        raise NotFound
    return await queries.by_id(action, "en")


async def change(action: int, columns: dict[str, Any]) -> None:
    """In the transaction that holds it; one more version."""
    settings = "".join(f"{name} = ${n}, " for n, name in enumerate(columns, 3))
    await db.execute(
        f"UPDATE action SET {settings}version = version + 1, changed_at = $2 WHERE id = $1",  # noqa: S608
        action,
        clock.now(),
        *columns.values(),
    )
