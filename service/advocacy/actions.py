"""Actions as staff prepare them: begun, framed and aimed. How they open and close: opening.py."""

import msgspec

from service.advocacy import editions, framing, queries
from service.advocacy.changing import change, hold
from service.advocacy.framing import Frame
from service.advocacy.queries import Edition
from service.advocacy.tables import ActionState as State
from service.advocacy.targets import Targets
from service.auth import audit
from service.kit import clock, db
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.organisation import queries as organisations


class NotDraft(Problem):
    code = "action_not_draft"
    status = 409
    sentence = Sentence("This action has been opened already.")


async def create(name: str, by: int | None, like: int = 0) -> int:
    """A draft, empty or with the texts, targets and pace of the action `like`. Raises Invalid, NotFound."""
    name = framing.named(name)
    async with db.transaction():
        before = await queries.by_id(like, "en") if like else None
        id: int = await db.fetch_value(_CREATE, clock.random_bytes(6).hex(), name, clock.now(), by)
        if before:
            await db.execute(_LIKE, id, before.id)
            await db.execute(_LIKE_TEXTS, id, before.id, clock.now())
        else:
            fallback = (await organisations.required()).fallback_language
            await editions.write(id, Edition(language=fallback))
        await audit.record(by, "action.created", f"action {id}")
    return id


async def frame(action: int, version: int, frame: Frame, by: int | None) -> None:
    """Raises NotFound, Over, Overtaken."""
    closes_at = frame.closes_at((await organisations.required()).zone)
    values = msgspec.structs.asdict(frame) | {"closes_at": closes_at}
    del values["last_day"]
    async with db.transaction():
        before = await hold(action, version)
        changed = [name for name, value in values.items() if value != getattr(before, name)]
        await change(action, {name: values[name] for name in changed})
        await audit.record(by, "action.changed", f"action {action}", {"fields": changed})


async def aim(action: int, version: int, chosen: Targets, by: int | None) -> None:
    """Chooses the targets, also once more after an election. Raises Invalid, NotFound, Over, Overtaken."""
    async with db.transaction():
        await hold(action, version)
        kept = await _known(chosen)
        if not kept:
            raise Invalid({"parliaments": Sentence("Choose at least somebody who is asked.")})
        await change(action, {"targets": msgspec.json.encode(kept).decode(), "choose_again": False})
        detail = {name: len(ids) for name in ("parliaments", "committees", "people") if (ids := getattr(kept, name))}
        await audit.record(
            by, "action.aimed", f"action {action}", detail | ({"sponsors": True} if kept.sponsors else {})
        )


async def keep_targets(action: int, by: int | None) -> None:
    """After an election staff have looked, and they are still right. Raises NotFound, Over."""
    async with db.transaction():
        await hold(action)
        await change(action, {"choose_again": False})
        await audit.record(by, "action.targets_kept", f"action {action}")


async def delete(action: int, by: int | None) -> None:
    """Only what never opened, with its try-outs. Raises NotFound, NotDraft."""
    async with db.transaction():
        if (await hold(action)).state != State.DRAFT:
            raise NotDraft
        await db.execute("DELETE FROM action WHERE id = $1", action)
        await audit.record(by, "action.deleted", f"action {action}")


async def _known(chosen: Targets) -> Targets:
    """Without those that there are not."""
    found = {
        name: [row["id"] for row in await db.fetch(f"SELECT id FROM {table} WHERE id = ANY($1) ORDER BY id", ids)]  # noqa: S608
        for name, table, ids in (
            ("parliaments", "parliament", chosen.parliaments),
            ("committees", "committee", chosen.committees),
            ("people", "representative", chosen.people),
        )
    }
    return Targets(**found, sponsors=chosen.sponsors)


_CREATE = """
    INSERT INTO action (key, name, state, targets, prisoners, goal, per_hour, from_hour, until_hour, spread,
                        choose_again, changed_at, created_by, version)
    VALUES ($1, $2, 'draft', '{}', '{}', 0, 6, 9, 17, false, false, $3, $4, 1) RETURNING id
"""
_LIKE = """
    UPDATE action a SET targets = b.targets, prisoners = b.prisoners, goal = b.goal, per_hour = b.per_hour,
           from_hour = b.from_hour, until_hour = b.until_hour
      FROM action b WHERE a.id = $1 AND b.id = $2
"""
_LIKE_TEXTS = """
    INSERT INTO action_edition (action, language, title, lead, ask, subject, prompts, points, example, call, share,
                                thanks, changed_at)
    SELECT $1, language, title, lead, ask, subject, prompts, points, example, call, share, thanks, $3
      FROM action_edition WHERE action = $2
"""
