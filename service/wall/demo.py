"""The wall of the demo: a dozen people who do not exist, and two who wait for a moderator."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial
from io import BytesIO

import msgspec

from service.cases.publication import PUBLIC
from service.kit import clock, db, files
from service.organisation import queries as organisations
from service.wall import consent, demo_pictures, own, posting, states, variants
from service.wall.draft import Draft
from service.wall.made import Made
from service.wall.tables import PostState
from service.wall.wishes import Wishes

_person, _sign = partial(partial, demo_pictures.person), partial(partial, demo_pictures.sign)


class _Post(msgspec.Struct, frozen=True):
    """`whom`: which prisoner of the demo, 0 for all of them; `days`: how long ago it was published."""

    days: int
    name: str
    role: str
    town: str
    country: str
    language: str
    whom: int
    sentence: str
    drawn: Callable[[], BytesIO]


_POSTS = (
    _Post(
        41,
        "Rahel",
        "Krankenschwester",
        "Bern",
        "CH",
        "de",
        1,
        "Ich denke an dich, wenn ich Nachtdienst habe. Du bist nicht vergessen.",
        _person("portrait", "#e7c9a4", "#f0c7a4", "#5b3a29", "#7d2b3a", "long"),
    ),
    _Post(
        38,
        "Owen",
        "Carpenter",
        "Cardiff",
        "GB",
        "en",
        2,
        "I stand by you because nobody should be locked up for a sentence they said out loud.",
        _person("portrait", "#b9cdbf", "#c98d62", "#1f1a17", "#27506b", "short", "heart"),
    ),
    _Post(
        33,
        "Maëlle",
        "Étudiante en droit",
        "Genève",
        "CH",
        "fr",
        3,
        "Je suis à tes côtés jusqu’au jour où tu pourras rentrer chez toi.",
        _person("square", "#d8b7b0", "#f3d3b5", "#c9a26b", "#3d5a45", "bun"),
    ),
    _Post(
        29,
        "Four friends",
        "",
        "Vilnius",
        "LT",
        "en",
        0,
        "We hold this sign every Friday, in rain and in snow, until the last of you is free.",
        _sign("wide", "#8f6b57", "100 x\nsolidarity", "#e9bd97"),
    ),
    _Post(
        24,
        "Янка",
        "",
        "Варшава",
        "PL",
        "be",
        4,
        "Я з табой кожны дзень. Твае словы дайшлі да нас, і мы іх не забудзем.",
        _person("portrait", "#c7cfe0", "#e2ad84", "#8a8580", "#5c4a72", "beard", "We stand\nby you"),
    ),
    _Post(
        20,
        "Надежда",
        "Учительница музыки",
        "Berlin",
        "DE",
        "ru",
        5,
        "Я пою твою любимую песню и жду дня, когда мы споём её вместе.",
        _person("portrait", "#d3d9c4", "#f0c7a4", "#97192c", "#2f3e57", "scarf", "heart"),
    ),
    _Post(
        16,
        "Aaron",
        "Runner",
        "Leeds",
        "GB",
        "en",
        1,
        "I run ten kilometres for you every Sunday. Keep going; we keep going too.",
        _person("wide", "#efd9a0", "#8a5a3b", "#1c1411", "#a5462f", "bald"),
    ),
    _Post(
        12,
        "Loïc",
        "Libraire",
        "Lyon",
        "FR",
        "fr",
        6,
        "Dans ma librairie, ta photo est à côté de la caisse. Tout le monde demande qui tu es.",
        _sign("portrait", "#5f7a76", "Libres,\nvite.", "#c98d62"),
    ),
    _Post(
        9,
        "Käthi",
        "Grossmutter von fünf Enkeln",
        "Zürich",
        "CH",
        "de",
        0,
        "Ich stehe zu euch allen. Wer schweigt, hilft den Falschen.",
        _person("portrait", "#c9b8d4", "#f3d3b5", "#d9d4cc", "#4b6b63", "bun", "heart"),
    ),
    _Post(
        6,
        "Priya",
        "Member of the town council",
        "Oslo",
        "NO",
        "en",
        7,
        "In our council we read your name aloud before each session.",
        _person("square", "#e2b79a", "#a86b43", "#1f1613", "#7a3b52", "long"),
    ),
    _Post(
        3,
        "Somebody",
        "",
        "",
        "",
        "en",
        2,
        "I cannot show my face here. My sign says what I would say to you.",
        _sign("square", "#7d6a8c", "#WeStandBYyou", "#f0c7a4"),
    ),
    _Post(
        1,
        "Matthias",
        "Koch",
        "Wien",
        "AT",
        "de",
        8,
        "Für dich steht bei uns jeden Samstag ein Teller auf dem Tisch.",
        _person("portrait", "#a9c0cf", "#edc09a", "#7a4a26", "#6b2f2a", "beard"),
    ),
    _Post(
        0,
        "Chloë",
        "",
        "Bristol",
        "GB",
        "en",
        1,
        "I wrote you a letter yesterday, and tomorrow I write the next one.",
        _person("portrait", "#cfe0d3", "#f0c7a4", "#b5582f", "#39506b", "long"),
    ),
    _Post(
        0,
        "Björn",
        "",
        "Basel",
        "CH",
        "de",
        0,
        "Mehr über uns auf www.example.org: kommt alle am Freitag auf den Platz!",
        _sign("wide", "#6f7f93", "Friday,\nwe meet", "#e9bd97"),
    ),
)
# The last ones are not published.
_WAITING = 2
_AMBASSADOR = 9


async def seed() -> int:
    """Where nobody has posted yet and there are prisoners; returns how many posts are made."""
    people = await db.fetch(f"SELECT p.id FROM prisoner p WHERE {PUBLIC} ORDER BY p.id")  # noqa: S608
    if not people or await db.fetch_value("SELECT EXISTS (SELECT FROM wall_post)"):
        return 0
    whom = [None, *(row["id"] for row in people)]
    made = await asyncio.to_thread(_drawn)
    async with db.transaction():
        ids = [
            await _post(post, photo, whom[post.whom % len(whom)]) for post, photo in zip(_POSTS, made, strict=True)
        ]
        for id, post in zip(ids[:-_WAITING], _POSTS, strict=False):
            with clock.imagined(clock.now() - timedelta(days=post.days)):
                await states.move([id], PostState.PUBLISHED)
        await db.execute("UPDATE wall_post SET ambassador = true WHERE id = $1", ids[_AMBASSADOR])
    return len(ids)


@cache
def _drawn() -> list[Made]:
    return [variants.make(post.drawn().read(), Wishes()) for post in _POSTS]


async def _post(post: _Post, made: Made, prisoner: int | None) -> int:
    """Posted and confirmed; it waits for a moderator."""
    draft = Draft(
        sentence=post.sentence,
        name=post.name,
        role=post.role,
        town=post.town,
        country=post.country,
        prisoner=prisoner,
        in_mails=True,
        on_social=True,
        noindex=False,
        address=f"supporter.{post.days}.{post.whom}@example.org",
    )
    ticked = (*consent.REQUIRED, consent.IN_MAILS, consent.ON_SOCIAL)
    with clock.imagined(clock.now() - timedelta(days=post.days, hours=8)):
        photo, organisation = await _photo(made), await organisations.required()
        id = await posting.write_down(draft, photo, ticked, post.language, organisation)
        await own.confirm(id)
    return id


async def _photo(made: Made) -> int:
    """As a worker leaves it, without its original: these pictures are our own."""
    folder = clock.random_bytes(16).hex()
    for name, content in made.variants.items():
        await files.save(f"wall/{folder}/{name}", content)
    photo: int = await db.fetch_value(
        "INSERT INTO wall_photo (folder, state, wishes, width, height, colour, likeness, uploaded_at)"
        " VALUES ($1, 'ready', '{}', $2, $3, $4, $5, $6) RETURNING id",
        folder,
        made.width,
        made.height,
        made.colour,
        made.likeness,
        clock.now(),
    )
    return photo
