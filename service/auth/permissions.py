"""What each role may do. A route names its permission on its own line; see guards.py."""

from service.auth.tables import Role

_EVERYONE = frozenset({"account.edit", "overview.view", "campaigns.view", "cases.view", "actions.view"})
_MODERATOR = _EVERYONE | {"subscribers.view", "letters.edit", "wall.moderate", "actions.moderate"}
_EDITOR = _MODERATOR | {
    "campaigns.edit",
    "campaigns.send",
    "cases.edit",
    "actions.edit",
    "subscribers.edit",
    "subscribers.import",
    "lists.edit",
}
PERMISSIONS = _EDITOR | {"staff.manage", "audit.view", "settings.edit", "subscribers.export"}

_OF = {Role.OWNER: PERMISSIONS, Role.EDITOR: _EDITOR, Role.MODERATOR: _MODERATOR, Role.VIEWER: _EVERYONE}

ROLES = {
    Role.OWNER: "Everything, with staff, settings, the audit and exports",
    Role.EDITOR: "Writes and sends campaigns, opens actions, keeps cases, lists and subscribers",
    Role.MODERATOR: "Decides what the wall shows and which letters leave, sees campaigns, cases and subscribers",
    Role.VIEWER: "Sees campaigns, cases and figures, no subscriber",
}


def allowed(role: str, permission: str) -> bool:
    return permission in _OF[Role(role)]
