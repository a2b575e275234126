"""Actions for feed readers: those in which one can take part."""

from collections.abc import Sequence
from datetime import datetime

from service.advocacy import queries, share
from service.advocacy.queries import Action
from service.kit.feeds import Entry, Feed
from service.kit.i18n import lazy as _

MOST = 30


def feed(organisation: str, language: str) -> Feed:
    return Feed(
        subject="actions",
        title=_("{organisation}: actions", organisation=organisation).into(language),
        author=organisation,
        language=language,
        page=f"/{language}/actions",
        address=f"/{language}/actions/feed",
    )


async def newest(language: str) -> list[Entry]:
    return entries(await queries.open_ones(language), language)


def entries(actions: Sequence[Action], language: str) -> list[Entry]:
    return [_entry(action, action.opened_at, language) for action in actions[:MOST] if action.opened_at]


def _entry(action: Action, opened_at: datetime, language: str) -> Entry:
    return Entry(
        key=f"actions/{action.key}",
        url=share.page(action, language).url,
        title=action.edition.title,
        text="\n".join(part for part in (action.edition.lead, action.edition.ask) if part),
        language=action.edition.language,
        published=opened_at,
        changed=opened_at,
    )
