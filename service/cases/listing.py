"""The prisoners that the public can look through, and who is new among them."""

from datetime import datetime

from service.cases import publication, queries
from service.cases.publication import PUBLIC, Person

_NEW = f"""
    WHERE {PUBLIC} AND p.state = 'detained' AND p.published_at >= $1 AND p.published_at < $2
      AND EXISTS (SELECT FROM prisoner_status s WHERE s.prisoner = p.id AND s.designation = 'active')
    ORDER BY p.published_at DESC, p.id DESC LIMIT $3
"""


async def new_since(since: datetime, until: datetime, language: str, most: int = 100) -> list[Person]:
    """Whose case was published from `since` to just before `until`, newest first, also with initials alone.

    They are detained, and at least one organisation counts them as political prisoners.
    """
    records = await queries.records(_NEW, since, until, most)
    return [person for record in records if (person := publication.shown(record, language))]
