"""What everything on paper has in common: a bound on how much one visitor prints."""

from service.kit import limits

MOST_CARDS = (40, 600)
# Hundreds of addresses take a second or two.
MOST_LISTS = (15, 600)
MOST_BY_ALL = (240, 60)


async def admit(client: str, lists: bool = False) -> None:
    """Counts a card, or a list, that `client` wants made. Raises TooMany."""
    if lists:
        await limits.take("printing lists", client, *MOST_LISTS)
    else:
        await limits.take("printing cards", client, *MOST_CARDS)
    await limits.take("printing by all", "", *MOST_BY_ALL)
