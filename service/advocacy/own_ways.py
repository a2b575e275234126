"""Who writes with their own mail program or on paper, or calls: to whom they may, and that they say they did."""

from service.advocacy import representing, targets
from service.advocacy.queries import Action
from service.advocacy.representing import Member
from service.kit import clock, db
from service.kit.errors import NotFound
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _

# What is said to whoever did it.
THANKS: dict[str, Sentence] = {
    "mail": _("Thank you. We have counted your letter, and nothing else about it."),
    "paper": _("Thank you. We have counted your letter, and nothing else about it."),
    "phone": _("Thank you. We have counted your call, and nothing else about it."),
}


async def member(action: Action, key: str, language: str) -> Member:
    """Whom the action asks, wherever the reader lives. Raises NotFound for anybody else."""
    id = await db.fetch_value("SELECT id FROM representative WHERE key = $1", key)
    found = await representing.members(language, people=[id]) if id else []
    if not found:
        raise NotFound
    if found[0].parliament in action.targets.parliaments:
        return found[0]
    anybody = await targets.asked(action, [], language)
    if all(each.id != id for each in anybody):
        raise NotFound
    return found[0]


async def tell(action: Action, member: Member, way: str) -> Sentence:
    """Counts it, unless the action is only tried out. Raises NotFound for no way."""
    if way not in THANKS:
        raise NotFound
    if not action.is_test:
        await db.execute(
            "INSERT INTO own_way (action, representative, way, at) VALUES ($1, $2, $3, $4)",
            action.id,
            member.id,
            way,
            clock.now(),
        )
    return THANKS[way]
