"""An invented organisation: three languages, 500 subscribers, one campaign sent, one begun, a dozen prisoners."""

import random
import unicodedata
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from service.advocacy import demo as advocacy
from service.auth import accounts
from service.campaigns import audience, compose, documents, pictures, queries, sending, standards
from service.campaigns.queries import Audience
from service.campaigns.tables import AutomationKind, CampaignState
from service.cases import demo as cases
from service.delivery import outbox
from service.kit import clock, db, sealing
from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.letters import demo as letters
from service.organisation import queries as organisations
from service.subscribers import consent
from service.subscribers.tables import Topic
from service.wall import demo as wall

SUBSCRIBERS = 500
OWNER = "owner@example.org"
_SAMPLES = Path(__file__).parent / "samples"
_LISTS = {"Letter writers": "letter-writers", "Friends of the house": "friends"}
# first names, last names, share of a hundred
_PEOPLE = {
    "de": ("Jürg Anneliese Matthias Käthi Björn Rahel Urs Ines", "Müller Größmann Bächtold Weiß Özdemir Keller", 38),
    "fr": ("Zoé Benoît Hélène François Maëlle Noël Agnès Loïc", "Lefèvre Château Gagné Muñoz Çelik Rey", 31),
    "en": ("Siobhán Aaron Chloë Nia Tom Renée Owen Priya", "O’Brien Walker D’Souza Nowak Smith Hårstad", 25),
    "ru": ("Ольга Пётр Надежда Семён", "Соколова Ёлкин Журавлёва Щербак", 4),
    "be": ("Алеся Янка Ганна Зміцер", "Каваленка Ўладыка Шыпіла Мельнік", 2),
}
_UNREACHABLE = 4
_VOTING = """
    UPDATE subscriber s SET area = a.id
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS number, count(*) OVER () AS areas
              FROM area WHERE id IN (SELECT area FROM membership)) a
     WHERE s.id % 3 = 0 AND s.id / 3 % a.areas + 1 = a.number
"""


class NotEmpty(Problem):
    code = "demo_not_empty"
    status = 409
    sentence = Sentence("Somebody has subscribed or written here already; the demo is for an empty installation.")


async def load(if_empty: bool = False) -> str:
    """Fills an empty installation; says what it did. Raises NotEmpty, unless `if_empty`."""
    async with db.transaction():
        await db.execute("SELECT 1 FROM organisation FOR UPDATE")
        if await db.fetch_value("SELECT EXISTS (SELECT FROM subscriber) OR EXISTS (SELECT FROM campaign)"):
            if if_empty:
                return "Nothing to do: there is something here already."
            raise NotEmpty
        await _organisation()
        owner = await _owner()
        await _subscribers(clock.now() - timedelta(days=60))
        await _sent(owner, clock.now() - timedelta(days=6))
        picture = await pictures.keep(_lights())
        await documents.create(
            (_SAMPLES / "draft.json").read_bytes().replace(b"/media/PICTURE", picture.src.encode())
        )
        people = await cases.seed()
        await letters.seed()
    faces = await wall.seed()
    written = await advocacy.seed()
    await _call(owner)
    return (
        f"Loaded {SUBSCRIBERS} invented subscribers, two lists, a sent campaign, two drafts, {people} prisoners and"
        f" {faces} faces for the wall, and an action with {written} letters. Owner: {OWNER}."
    )


async def _call(owner: int) -> None:
    """A draft that asks for letters; a third of its readers have said where they vote."""
    texts = standards.standard(AutomationKind.ACTION_OPENED).drafts((await organisations.required()).languages)
    made = await compose.create("Two minutes for Maryna", owner, texts)
    await audience.choose(made, Audience(topics=[Topic.ACTIONS]), owner)
    await db.execute(_VOTING)


async def _organisation() -> None:
    await db.execute(
        "UPDATE organisation SET name = 'Lanterna', sender_name = 'Lanterna', sender_address = 'news@example.org',"
        " reply_to = 'hello@example.org', contact_address = 'hello@example.org', website = 'https://www.example.org',"
        " postal_address = 'Lanterna, Example Lane 12, 3000 Bern', timezone = 'Europe/Zurich',"
        ' languages = \'["en", "fr", "de"]\', fallback_language = \'en\' WHERE id = 1'
    )


async def _owner() -> int:
    found = await accounts.by_address(OWNER)
    return found.id if found else await accounts.create(OWNER, "Olga", "owner")


async def _subscribers(since: datetime) -> None:
    for name, label in _LISTS.items():
        await db.execute(
            "INSERT INTO mailing_list (name, label, description, created_at) VALUES ($1, $2, '', $3)",
            name,
            label,
            since,
        )
    # Always the same people, so that two demos show the same figures.
    chance = random.Random(SUBSCRIBERS)
    people = [_person(number, chance, since) for number in range(1, SUBSCRIBERS + 1)]
    await db.execute_many(
        "INSERT INTO subscriber (id, address, first_name, last_name, language, topics, state, created_at, changed_at,"
        " confirmed_at, confirmations, confirmation_sent_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'confirmed', $7, $7, $7, 1, $7)",
        people,
    )
    await db.execute("SELECT setval(pg_get_serial_sequence('subscriber', 'id'), $1::bigint)", SUBSCRIBERS)
    await db.execute_many(
        "INSERT INTO consent (subscriber, act, source, wording, language, at)"
        " VALUES ($1, 'confirmed', 'demo', $2, $3, $4)",
        [
            (id, consent.wording(topics, "Lanterna", language), language, at)
            for id, *_, language, topics, at in people
        ],
    )
    await db.execute(
        "INSERT INTO list_member (mailing_list, subscriber, added_at)"
        " SELECT l.id, s.id, s.created_at FROM subscriber s JOIN mailing_list l ON s.id % 5 < 2 * l.id"
    )


def _person(number: int, chance: random.Random, since: datetime) -> tuple:
    (language,) = chance.choices(list(_PEOPLE), [share for *_names, share in _PEOPLE.values()])
    firsts, lasts, _share = _PEOPLE[language]
    first, last = chance.choice(firsts.split()), chance.choice(lasts.split())
    mailbox = _plain(f"{first}.{last}") if first.isascii() or language not in ("ru", "be") else "reader"
    nameless = chance.random() < 0.2
    return (
        number,
        sealing.seal_address(f"{mailbox}.{number}@example.{chance.choice(('org', 'net', 'com'))}"),
        None if nameless else sealing.seal("first_name", first),
        None if nameless else sealing.seal("last_name", last),
        language,
        chance.sample([topic.value for topic in Topic], chance.randint(1, 4)),
        since + timedelta(minutes=chance.randrange(50 * 24 * 60)),
    )


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o"))
    return "".join(letter for letter in folded if letter.isascii() and (letter.isalnum() or letter == ".")).lower()


async def _sent(owner: int, at: datetime) -> None:
    """A campaign that left six days ago: frozen as always, then settled without a mail server."""
    id = await documents.create((_SAMPLES / "sent.json").read_bytes(), owner)
    campaign, organisation = await queries.find(id), await organisations.required()
    editions, _marks = await sending.compiled(campaign, organisation)
    mailing = await outbox.create(sending.new_mailing(organisation), editions)
    await outbox.freeze(mailing, *audience.select(campaign.audience, list(editions), organisation.fallback_language))
    await db.execute(
        "UPDATE delivery d SET state = CASE WHEN n <= $3 THEN 'refused' ELSE 'sent' END, attempts = 1,"
        " reason = CASE WHEN n <= $3 THEN 'gone' ELSE '' END,"
        " reply = CASE WHEN n <= $3 THEN '550 5.1.1 no such mailbox' ELSE '' END,"
        " settled_at = $2::timestamptz + n * interval '0.2 s', address = NULL, first_name = NULL, last_name = NULL"
        " FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM delivery WHERE mailing = $1) AS numbered"
        " WHERE numbered.id = d.id",
        mailing,
        at,
        _UNREACHABLE,
    )
    await db.execute(
        "UPDATE mailing SET state = 'sent', started_at = $2::timestamptz,"
        " finished_at = $2::timestamptz + audience * interval '0.2 s' WHERE id = $1",
        mailing,
        at,
    )
    await db.execute(
        "UPDATE campaign SET state = $2, mailing = $3, send_at = $4, send_at_local = $5, created_at = $4,"
        " changed_at = $4 WHERE id = $1",
        id,
        CampaignState.STARTED,
        mailing,
        at,
        f"{at.astimezone(organisation.zone):%Y-%m-%d %H:%M}",
    )


def _lights() -> BytesIO:
    """A hundred windows at night, one of them red."""
    chance = random.Random(100)
    night = Image.linear_gradient("L").resize((1200, 560))
    picture = Image.composite(Image.new("RGB", night.size, "#3a2a3f"), Image.new("RGB", night.size, "#141021"), night)
    pen = ImageDraw.Draw(picture)
    for number in range(100):
        x, y = 40 + number % 20 * 58 + chance.randrange(12), 60 + number // 20 * 100 + chance.randrange(24)
        pen.rounded_rectangle((x, y, x + 20, y + 30), 4, fill="#d9384c" if number == 47 else "#f6c667")
    target = BytesIO()
    picture.save(target, "PNG")
    target.seek(0)
    return target
