"""Reads about letters that belong to no single subject."""

from service.kit import db

# Whoever is one of fewer in a country could be guessed.
FEWEST_SHOWN = 5


async def readers_by_country() -> dict[str, int]:
    """How many who get mail said that they post letters from there; 0 for fewer than FEWEST_SHOWN."""
    rows = await db.fetch(
        "SELECT country, count(*) AS people FROM subscriber WHERE state = 'confirmed' AND country <> '' GROUP BY 1"
    )
    return {row["country"]: row["people"] if row["people"] >= FEWEST_SHOWN else 0 for row in rows}
