"""What everything on paper has in common: a bound on how much one visitor prints, and letters that a printer has."""

import unicodedata

from service.kit import limits

MOST_CARDS = (40, 600)
# Hundreds of addresses take a second or two.
MOST_LISTS = (15, 600)
MOST_BY_ALL = (240, 60)
# Surrogates, unassigned, private, pictures such as 🙂, their joiners, and signs that turn the direction of a text.
_NOT_PRINTED = {"Cs", "Cn", "Co", "So", "Cf", "Cc", "Me"}


async def admit(client: str, lists: bool = False) -> None:
    """Counts a card, or a list, that `client` wants made. Raises TooMany."""
    if lists:
        await limits.take("printing lists", client, *MOST_LISTS)
    else:
        await limits.take("printing cards", client, *MOST_CARDS)
    await limits.take("printing by all", "", *MOST_BY_ALL)


def printable(text: str) -> str:
    """`text` without pictures and invisible signs; № and ° are letters to us."""
    kept = (c for c in text if c in "\n№°" or unicodedata.category(c) not in _NOT_PRINTED)
    return "".join(kept).replace("\ufe0f", "")
