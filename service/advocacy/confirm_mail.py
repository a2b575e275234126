"""What a letter's writer is mailed before it is theirs: a link to confirm it, or that they have written already."""

from service.advocacy import mail, queries
from service.advocacy.asking import Ask
from service.kit.settings import settings


async def confirm(letter: int, ask: Ask, address: str) -> None:
    """Says neither to whom nor what: anybody may have typed the address."""
    url = mail.confirm_url(letter, ask.language)
    await _send("confirm", ask, address, confirm_url=url, expires_days=mail.CONFIRM_FOR.days)


async def already(ask: Ask, address: str) -> None:
    """There is one letter to each member; somebody asked for a second one."""
    await _send("already", ask, address, action_url=settings().origin + ask.path)


async def _send(template: str, ask: Ask, address: str, **context: object) -> None:
    """Everything of a try-out goes to the one address that tries it."""
    to = await queries.test_address(ask.action.id) or address
    await mail.send(f"advocacy/{template}", to, ask.language, **context)
