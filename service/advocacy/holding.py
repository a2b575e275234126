"""Why somebody should look at a letter before it leaves. Nothing is refused here, and nothing is lost."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from service.advocacy import insults, likeness, places
from service.kit import clock, db, limits, lookalikes, sealing
from service.kit.settings import settings
from service.organisation import queries as organisations

# So many in an hour a family confirms from one connection, where each writes to all members of a large canton.
MOST_FROM_ONE_CLIENT = 100
# So many confirmed letters in an hour to one representative, over all actions, are more than a good campaign brings.
MOST_TO_ONE_REPRESENTATIVE = 200
_HOUR = timedelta(hours=1)
# Behind a dot without a space stands a link, unless a sentence begins there.
_LINK = re.compile(
    r"(?i:https?://|www\.)([^\s/?#]+)"
    r"|(?<![\w@.-])((?:[\w-]{1,60}\.){1,4}(?:(?i:com|net|org|info|biz|shop|xyz|online)|top|click|site|link|app|io|me|ly"
    r"|co|cc|gl|tv|su|ru|by|ch|de|fr|at|eu|li|uk|pl|ua|рф|бел))(?![\w-])"
)
_HOST = re.compile(r"[\w.-]+")
_POSTCODE = re.compile(r"\b(?:\d{4,6}|\d{3} \d{2}|\d{2}-\d{3}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b")


async def reasons(letter: Mapping[str, Any], text: str, client: str = "") -> list[str]:
    """Sentences for staff, none for a letter that may leave; to be kept in its `held_for`.

    `letter`: its row, with everything still sealed. `text`: its subject and body. `client`: as web.client_of says;
    it is counted, and kept nowhere. None of the sentences quotes the letter.
    """
    return [
        *await _words(letter, text),
        *await _copied(letter, text),
        *await _from_elsewhere(letter),
        *await _flood(letter, client),
    ]


async def links(text: str) -> list[str]:
    """The hosts that a text leads to, without our own."""
    website = (await organisations.required()).website
    ours = {_bare(urlsplit(address).hostname or "") for address in (settings().origin, website)}
    found = [_host(match[1] or match[2]) for match in _LINK.finditer(lookalikes.seen(text))]
    return list(dict.fromkeys(host for host in found if _bare(host) not in ours))


async def _words(letter: Mapping[str, Any], text: str) -> list[str]:
    said = "\n".join([text, *_unsealed(letter, "subject", "name", "home")])
    found = []
    if await insults.found(said):
        found.append("A word of your list stands in it.")
    if await links(said):
        found.append("It has a link.")
    return found


async def _copied(letter: Mapping[str, Any], text: str) -> list[str]:
    if await likeness.is_example(letter["action"], text):
        return ["It is the example, almost word for word."]
    others = await likeness.alike(letter["action"], letter["likeness"], letter["address"])
    if others < likeness.MANY:
        return []
    return [f"{'More than ' if others == likeness.MOST else ''}{others} others wrote nearly the same."]


async def _from_elsewhere(letter: Mapping[str, Any]) -> list[str]:
    """Where a postcode that we know lies in none of the areas around the one that was chosen."""
    home = " ".join(_unsealed(letter, "home"))
    country = await db.fetch_value("SELECT country FROM area WHERE id = $1", letter["area"]) if home else None
    if not country:
        return []
    found = [choice.area for each in _POSTCODE.findall(home) for choice in await places.areas_of(country, each, "en")]
    return ["The postcode lies in another area."] if found and not await _around(letter["area"], found) else []


async def _around(area: int, found: Sequence[int]) -> bool:
    """Whether `area` is one of those found, or a whole country; areas of another kind cannot be compared."""
    known: bool = await db.fetch_value(_AROUND, area, found)
    return known


async def _flood(letter: Mapping[str, Any], client: str) -> list[str]:
    found = []
    if client and await limits.count("letters from one client", client, 3600) > MOST_FROM_ONE_CLIENT:
        found.append("Many letters came from the same place within an hour.")
    confirmed = await db.fetch_value(
        "SELECT count(*) FROM advocacy_letter WHERE representative = $1 AND confirmed_at > $2 AND NOT is_test",
        letter["representative"],
        clock.now() - _HOUR,
    )
    if confirmed >= MOST_TO_ONE_REPRESENTATIVE:
        found.append("Very many letters to this representative came within an hour.")
    return found


def _unsealed(letter: Mapping[str, Any], *columns: str) -> list[str]:
    sealed = [(name, letter.get(name)) for name in columns]
    return [sealing.unseal(f"advocacy {name}", value) for name, value in sealed if value]


def _host(authority: str) -> str:
    """Where it leads: whatever stands before an @ is a name that nobody is asked for."""
    last = authority.rpartition("@")[2] or authority
    return (_HOST.match(last) or [last])[0].lower().rstrip(".")


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


_AROUND = """
    SELECT EXISTS (
        SELECT FROM area chosen, area lies WHERE chosen.id = $1 AND lies.id = ANY($2)
           AND (lies.id = chosen.id OR chosen.kind = 'country' OR lies.kind <> chosen.kind)
    )
"""
