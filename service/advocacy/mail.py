"""The mails of an action. Each leaves with the transaction of its caller; no subject names anybody."""

from datetime import datetime, timedelta
from typing import Any

from service.advocacy import links
from service.advocacy.scrubbing import KEPT_FOR
from service.advocacy.written import Written
from service.delivery import transactional
from service.delivery.transactional import Author
from service.kit import clock, tokens
from service.kit.i18n import Sentence
from service.kit.settings import settings
from service.organisation import queries as organisations

CONFIRM = "advocacy-confirm"
CONFIRM_FOR = timedelta(days=7)


def confirm_url(letter: int, language: str, created_at: datetime | None = None) -> str:
    """Good for CONFIRM_FOR since it was written. Token of [letter]."""
    ends = (created_at or clock.now()) + CONFIRM_FOR
    token = tokens.make(CONFIRM, [letter], max(ends - clock.now(), timedelta(minutes=1)))
    return f"{settings().origin}/{language}/actions/confirm/{token}"


def action_url(given: Written) -> str:
    return f"{settings().origin}/{given.language}/actions/{given.action_key}"


async def letter(given: Written, due_at: datetime, until: datetime | None) -> int:
    """To the representative, and begun only between the two moments; returns the delivery."""
    context, author = await _of_letter(given)
    return await transactional.send(
        "advocacy/letter", given.language, given.to, context, author=author, due_at=due_at, until=until
    )


async def letter_again(given: Written, delivery: int, due_at: datetime, until: datetime | None) -> None:
    """The same mail once more, where nobody knows whether it arrived; nothing where that is known meanwhile."""
    context, author = await _of_letter(given)
    await transactional.send_again(delivery, given.to, context, author=author, due_at=due_at, until=until)


async def receipt(given: Written) -> None:
    """With the text, to keep."""
    await _about(
        given,
        "receipt",
        about=given.subject,
        text=given.body,
        action_url=action_url(given),
        kept_days=KEPT_FOR.days,
    )


async def failed(given: Written, reason: Sentence, may_try_again: bool) -> None:
    """With the whole text, which is not kept here any longer."""
    await _about(
        given,
        "failed",
        reason=reason.into(given.language),
        about=given.subject,
        text=given.body,
        again_url=action_url(given) if may_try_again and given.takes_letters else "",
    )


async def remind(given: Written) -> None:
    url = confirm_url(given.id, given.language, given.created_at)
    left = given.created_at + CONFIRM_FOR - clock.now()
    await _about(given, "remind", confirm_url=url, days_left=max(left.days, 1))


async def ask(given: Written) -> None:
    await _about(given, "ask", answer_url=links.answer(given.id, given.language))


async def ask_again(given: Written) -> None:
    await _about(given, "ask_again", answer_url=links.answer(given.id, given.language))


async def _of_letter(given: Written) -> tuple[dict[str, Any], Author]:
    organisation = await organisations.required()
    context = {
        "organisation": organisation.name,
        "about": given.subject,
        "text": given.body,
        "name": given.name,
        "address": given.address,
    }
    return context, Author(name=given.name, address=given.address)


async def _about(given: Written, template: str, **context: Any) -> None:
    """To its writer."""
    await send(f"advocacy/{template}", given.mails_to, given.language, to=given.representative_name, **context)


async def send(template: str, address: str, language: str, **context: Any) -> None:
    """`template`: one of emails/advocacy."""
    organisation = await organisations.required()
    context |= {"organisation": organisation.name, "postal_address": organisation.postal_address}
    await transactional.send(template, language, address, context)
