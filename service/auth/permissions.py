"""What each role may do. A route names its permission on its own line; see guards.py."""

from service.auth.tables import Role

_EVERYONE = frozenset({"account.edit", "overview.view", "campaigns.view"})
_MODERATOR = _EVERYONE | {"subscribers.view"}
_EDITOR = _MODERATOR | {"campaigns.edit", "campaigns.send", "subscribers.edit", "subscribers.import", "lists.edit"}
PERMISSIONS = _EDITOR | {"staff.manage", "audit.view", "settings.edit", "subscribers.export"}

_OF = {Role.OWNER: PERMISSIONS, Role.EDITOR: _EDITOR, Role.MODERATOR: _MODERATOR, Role.VIEWER: _EVERYONE}

ROLES = {
    Role.OWNER: "Everything, with staff, settings, the audit and exports",
    Role.EDITOR: "Writes and sends campaigns, keeps lists and subscribers",
    Role.MODERATOR: "Sees campaigns and subscribers",
    Role.VIEWER: "Sees campaigns and their figures, no person",
}


def allowed(role: str, permission: str) -> bool:
    return permission in _OF[Role(role)]
