"""The mails to the author of a post; each leaves with the transaction of its caller. None repeats what was typed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from service.delivery import transactional
from service.kit import formats
from service.kit.i18n import Sentence
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.wall import links

# What was not published can be mended and published so long; then photo and address are erased.
REJECTED_FOR = timedelta(days=30)


async def confirm(post: int, address: str, language: str) -> None:
    await _send(
        "wall/confirm",
        address,
        language,
        confirm_url=links.confirm_url(post, language),
        mine_url=links.mine_url(post, language),
        expires_days=links.CONFIRM_FOR.days,
    )


async def links_again(posts: Sequence[tuple[int, date]], address: str, language: str) -> None:
    """`posts`: each with the day on which it was posted."""
    written = formats.filters(language)["day"]
    said = [{"day": written(day), "url": links.mine_url(post, language)} for post, day in posts]
    await _send("wall/links", address, language, posts=said)


async def published(post: int, key: str, language: str, address: str, changed: bool) -> None:
    """`changed`: its author had edited it since they heard of it last."""
    await _send(
        "wall/published",
        address,
        language,
        face_url=f"{settings().origin}/{language}/wall/faces/{key}",
        mine_url=links.mine_url(post, language),
        changed=changed,
    )


async def rejected(post: int, language: str, address: str, reply: Sentence, was_shown: bool) -> None:
    """`reply`: one of reasons.py; `was_shown`: until now."""
    await _send(
        "wall/rejected",
        address,
        language,
        reply=reply.into(language),
        mine_url=links.mine_url(post, language),
        was_shown=was_shown,
        kept_days=REJECTED_FOR.days,
    )


async def _send(template: str, address: str, language: str, **context: Any) -> None:
    organisation = await organisations.required()
    context |= {"organisation": organisation.name, "postal_address": organisation.postal_address}
    await transactional.send(template, language, address, context)
