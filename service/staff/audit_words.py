"""The audit in words that people use: what was done, and its details."""

from datetime import datetime
from typing import Any

from service.kit.formats import filters
from service.kit.i18n import LANGUAGES
from service.organisation.queries import Organisation

_DONE = {
    "campaign.started": "Campaign: started, as scheduled",
    "campaign.tested": "Campaign: test mail sent",
    "campaign.unscheduled": "Campaign: taken back to a draft",
    "campaign.ledger_downloaded": "Campaign: ledger of outcomes downloaded",
    "campaign.unknown_resent": "Campaign: mails that may be lost sent again",
    "campaign.unknown_left": "Campaign: mails that may be lost left as they are",
    "export.asked": "Export: asked for",
    "export.allowed": "Export: allowed by a second owner",
    "export.withdrawn": "Export: taken back",
    "subscribers.exported": "Export: file handed out",
    "bounces.gone": "Held bounces: the addresses are gone",
    "bounces.filter": "Held bounces: it was a filter",
    "wall.waiting": "Wall: post put back in the queue",
    "wall.hidden": "Wall: post hidden, since visitors reported it",
    "wall.reported": "Wall: post reported by a visitor",
    "wall.withdrawn": "Wall: post taken down for good",
    "wall.no_ambassador": "Wall: ambassador no more",
    "promise.recorded": "Ledger: entry written down",
    "promise.confirmed": "Ledger: what supporters told was confirmed",
    "promise.changed": "Ledger: entry changed",
    "promise.rejected": "Ledger: entry rejected",
    "promise.followed_up": "Ledger: entry followed up",
    "promise.handed_over": "Ledger: sponsorship handed over",
    "promise.photo_added": "Ledger: photo added",
    "promise.photo_described": "Ledger: rights of a photo changed",
    "promise.photo_removed": "Ledger: photo deleted",
    "action.planned": "Action: opens by itself on a day",
    "action.unplanned": "Action: opens by itself no more",
    "action.kept_back": "Action: did not open on its day, since something was missing",
    "action.aimed": "Action: targets chosen",
    "action.targets_kept": "Action: targets kept after an election",
    "action.choose_again": "Action: an election changed whom it asks",
    "action.thawed": "Action: goes on",
    "dkim_key.made": "DKIM key: made",
    "dkim_key.started": "DKIM key: signs from now on",
    "dkim_key.retired": "DKIM key: signs no more",
    "dkim_key.removed": "DKIM key: removed",
}
_NAMES = {"at": "leaves", "shown": "shown in the archive", "spared": "people who did not get it"}


def spoken(action: str) -> str:
    """`campaign.test_sent` → "Campaign: test sent"."""
    subject, _dot, done = action.replace("_", " ").partition(".")
    return _DONE.get(action) or (f"{subject.capitalize()}: {done}" if done else subject.capitalize())


def details(detail: dict[str, Any], organisation: Organisation, lists: dict[int, str]) -> str:
    """`lists`: names by id. What is empty is left out."""
    told = {name: _value(name, value, organisation, lists) for name, value in detail.items()}
    return "; ".join(f"{_NAMES.get(name, name.replace('_', ' '))}: {value}" for name, value in told.items() if value)


def _value(name: str, value: Any, organisation: Organisation, lists: dict[int, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_value(name, item, organisation, lists) for item in value)
    if name == "at":
        return filters("en")["local"](datetime.fromisoformat(value), organisation.timezone)
    if name in ("language", "languages"):
        return LANGUAGES.get(value, str(value))
    if name == "lists":
        return lists.get(value, f"list {value}")
    return str(value).replace("_", " ") if name == "fields" else str(value)
