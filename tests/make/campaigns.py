"""Campaigns, finished or not."""

from collections.abc import Iterable, Sequence

from service.campaigns import audience, compose
from service.campaigns.compose import Draft
from service.campaigns.queries import Audience
from service.kit import db
from service.rendering.blocks import Block, Button, Text

HELLO = {"en": "Hello", "fr": "Bonjour", "de": "Guten Tag", "ru": "Здравствуйте", "be": "Вітаем"}


def draft(language: str = "en", blocks: Sequence[Block] = (), subject: str = "") -> Draft:
    """Complete, and with a word that shows its language."""
    content = list(blocks) or [
        Text(f'{HELLO[language]} {{{{ first_name|default("friend") }}}}, thank you for **writing**.'),
        Button("Write again", "https://www.example.org/letters"),
    ]
    return Draft(subject or f"{HELLO[language]}: news of Maryna", "What your cards have done.", content)


async def campaign(
    languages: Iterable[str] = ("en",),
    name: str = "News in June",
    topics: Iterable[str] = ("newsletter",),
    lists: Iterable[int] = (),
    only: Iterable[str] = (),
    **editions: Draft,
) -> int:
    """A draft that can be sent: to whoever follows the newsletter, in `languages`."""
    texts = {language: draft(language) for language in languages} | editions
    made = await compose.create(name, None, texts)
    await audience.choose(made, Audience(list(lists), list(topics), list(only)), None)
    return made


async def under_way(mailing: int, name: str = "News in June") -> int:
    """A started campaign whose mails are those of `mailing`."""
    made = await campaign(name=name)
    await db.execute("UPDATE campaign SET state = 'started', mailing = $2 WHERE id = $1", made, mailing)
    return made


async def postal_address() -> None:
    """What an organisation has to say of itself, so that there is nothing to warn of."""
    await db.execute("UPDATE organisation SET postal_address = 'Example Lane 12, 3000 Bern'")
