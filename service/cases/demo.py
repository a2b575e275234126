"""Invented people for the demo, at facilities whose addresses are known to everybody."""

import random
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from service.cases import editing, events, facilities, names, photos
from service.cases.records import Source
from service.kit import clock, db

VIASNA = "Viasna"
OTHER = "Lanterna"
_SEEN = 3
_FACILITIES: tuple[dict[str, Any], ...] = (
    {
        "name": "ИК №4",
        "latin": "Penal colony No. 4, Homel",
        "kind": "colony",
        "street": "ул. Антошкина, 3",
        "postcode": "246035",
        "town": "г. Гомель",
        "reply_punished": True,
        "parcels": "no",
        "rules": {
            "en": "After the verdict often only letters of listed relatives are handed over. Write all the same.",
            "de": "Nach dem Urteil werden oft nur Briefe von Verwandten ausgehändigt. Schreiben Sie trotzdem.",
            "fr": "Après le jugement, souvent seules les lettres des proches sont remises. Écrivez quand même.",
            "ru": "После приговора часто передают письма только от родственников из списка. Всё равно пишите.",
            "be": "Пасля прысуду часта перадаюць лісты толькі ад сваякоў са спісу. Усё роўна пішыце.",
        },
        "aliases": ["ИК-4", "Женская колония №4"],
    },
    {
        "name": "СИЗО-1",
        "latin": "Remand prison No. 1, Minsk",
        "kind": "remand",
        "street": "ул. Володарского, 2",
        "postcode": "220030",
        "town": "г. Минск",
        "parcels": "before_trial",
        "aliases": ["Володарка"],
    },
    {
        "name": "Следственная тюрьма №8",
        "latin": "Remand prison No. 8, Zhodzina",
        "kind": "remand",
        "street": "ул. Советская, 22А",
        "postcode": "222163",
        "town": "г. Жодино",
        "parcels": "before_trial",
        "aliases": ["СТ-8", "Тюрьма №8"],
    },
    {
        "name": "СИЗО-6",
        "latin": "Remand prison No. 6, Baranavichy",
        "kind": "remand",
        "street": "ул. Брестская, 258 В",
        "postcode": "225413",
        "town": "г. Барановичи",
        "reply_punished": False,
        "parcels": "before_trial",
    },
    {
        "name": "СИЗО-7",
        "latin": "Remand prison No. 7, Brest",
        "kind": "remand",
        "street": "ул. Советских пограничников, 37",
        "postcode": "224030",
        "town": "г. Брест",
        "parcels": "before_trial",
    },
)
# be, ru, gender, year of birth, in how many days the birthday is, facility, detained how many days ago, articles
_PEOPLE: tuple[tuple[str, str, str, int, int, int, int, str], ...] = (
    ("Марына Кавальчук", "Марина Ковальчук", "f", 1984, 2, 0, 1340, "342 ч. 1"),
    ("Аляксандр Лукашык", "Александр Лукашик", "m", 1991, 6, 2, 610, "361-1; 130"),
    ("Ганна Вішнявец", "Анна Вишневец", "f", 1998, 11, 0, 900, "342 ч. 1; 368"),
    ("Юрый Шчарбакевіч", "Юрий Щербакевич", "m", 1969, 17, 1, 400, "361-4"),
    ("Таццяна Дзямешка", "Татьяна Демешко", "f", 1977, 23, 0, 1100, "130"),
    ("Мікалай Гарэлік", "Николай Горелик", "m", 1955, 30, 3, 720, "369"),
    ("Вольга Рэўчык", "Ольга Ревчик", "f", 1989, 38, 4, 260, "342 ч. 1"),
    ("Яўген Зайчык", "Евгений Зайчик", "m", 2001, 47, 2, 300, "361-2"),
    ("Кацярына Харытонік", "Екатерина Харитоник", "f", 1994, 55, 1, 5, "342 ч. 1"),
    ("Сяргей Ціханчук", "Сергей Тиханчук", "m", 1980, 120, 4, 3, "130; 361-4"),
    ("Дзмітрый Ярашэвіч", "Дмитрий Ерошевич", "m", 1972, 200, 3, 1500, "293"),
    ("Міхаіл Арцюх", "Михаил Артюх", "m", 1966, 90, 2, 980, "368"),
    ("Алеся Верабей", "Алеся Воробей", "f", 2003, 20, 1, 150, "342 ч. 1"),
)
_NEW, _RELEASED, _BY_INITIALS, _HIDDEN = (8, 9), 10, 11, 12
_BIOGRAPHY = {
    0: {
        "en": "A nurse from Homel. She grows tomatoes on her balcony and knows the name of every cat in her street.",
        "de": "Krankenschwester aus Homel. Auf ihrem Balkon wachsen Tomaten, und sie kennt jede Katze der Straße.",
        "fr": "Infirmière à Homel. Elle cultive des tomates sur son balcon et connaît tous les chats de sa rue.",
        "ru": "Медсестра из Гомеля. Выращивает на балконе помидоры и знает по имени всех кошек своей улицы.",
        "be": "Медсястра з Гомеля. Вырошчвае на балконе памідоры і ведае па імёнах усіх катоў сваёй вуліцы.",
    },
    1: {
        "en": "A teacher of mathematics who plays the accordion at weddings. Reads travel books.",
        "ru": "Учитель математики, играет на аккордеоне на свадьбах. Читает книги о путешествиях.",
    },
    8: {"en": "A student of architecture. She draws wooden houses before they are pulled down."},
}
_SENTENCE = {
    "en": "Three years in a penal colony",
    "de": "Drei Jahre Strafkolonie",
    "fr": "Trois ans de colonie pénitentiaire",
    "ru": "Три года колонии общего режима",
    "be": "Тры гады калоніі агульнага рэжыму",
}


async def seed() -> int:
    """Where there is no prisoner yet; returns how many are made."""
    async with db.transaction():
        if await db.fetch_value("SELECT EXISTS (SELECT FROM prisoner) OR EXISTS (SELECT FROM facility)"):
            return 0
        today = clock.now().date()
        checked = {"checked_on": (today - timedelta(days=30)).isoformat(), "source": "https://example.org/addresses"}
        places = [await facilities.create(place | checked, None) for place in _FACILITIES]
        made = await editing.create_many([_person(n, places, today) for n in range(len(_PEOPLE))], None)
        await _what_happened(made, today)
        await photos.attach(made[0], _portrait(), "Invented for this demo", "Drawn by this program.", None)
    return len(made)


def _person(number: int, places: list[int], today: date) -> tuple[dict[str, Any], Source]:
    be, ru, gender, year, days, place, ago, articles = _PEOPLE[number]
    # Not on a 29 February, which the year of birth may not have.
    birthday = next(
        day for day in (today + timedelta(days=days + more) for more in (0, 1)) if (day.month, day.day) != (2, 29)
    )
    detained = today - timedelta(days=ago)
    link = f"https://example.org/people/{number + 1}"
    values = {
        "name_be": be,
        "name_ru": ru,
        "name_latin": names.latin(be),
        "gender": gender,
        "born": f"{year}-{birthday:%m-%d}",
        "arrested_on": detained.isoformat(),
        "articles": articles.split("; "),
        "facility": places[place],
        "biography": _BIOGRAPHY.get(number, {}),
        "publication": {_BY_INITIALS: "initials", _HIDDEN: "hidden"}.get(number, "full"),
        "weight": 3 if number == 1 else 1,
        "status": _status(VIASNA, detained, link, today) | {"external_id": str(number + 1)},
    }
    if ago > 365:
        values |= {"verdict_on": (detained + timedelta(days=300)).isoformat(), "sentence": _SENTENCE}
    return values, Source(VIASNA, link, (today - timedelta(days=_SEEN)).isoformat())


def _status(organisation: str, since: date, link: str, today: date) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "designation": "active",
        "since": f"{since:%Y-%m}",
        "link": link,
        "seen_on": today - timedelta(days=_SEEN),
    }


async def _what_happened(made: list[int], today: date) -> None:
    """Two are new, the others have been known for a while; one is free, and one was moved."""
    long_known = [id for number, id in enumerate(made) if number not in _NEW]
    await db.execute(
        "UPDATE prisoner SET published_at = $2 WHERE id = ANY($1) AND publication <> 'hidden'",
        long_known,
        clock.now() - timedelta(days=90),
    )
    await db.execute(
        "UPDATE prisoner_stay SET noted_at = $2 WHERE prisoner = ANY($1)",
        long_known,
        clock.now() - timedelta(days=90),
    )
    released = (today - timedelta(days=9)).isoformat()
    await editing.change(made[_RELEASED], {"state": "released", "released_on": released}, None)
    for number in (0, 1):
        link = f"https://example.org/lanterna/{number}"
        said = _status(OTHER, today - timedelta(days=200), link, today)
        await editing.change(made[number], {"status": said}, None)
    await events.add(
        made[8],
        {
            "kind": "charged",
            "happened_on": (today - timedelta(days=2)).isoformat(),
            "texts": {
                "en": "Charged with taking part in a protest in 2020.",
                "ru": "Обвинена в участии в протесте 2020 года.",
            },
            "organisation": VIASNA,
            "link": "https://example.org/news/9",
        },
        None,
    )


def _portrait() -> BytesIO:
    """Nobody: a figure at a window in the evening."""
    chance = random.Random(7)
    picture = Image.linear_gradient("L").resize((600, 750)).point(lambda light: 60 + light // 3).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for _light in range(40):
        x, y = chance.randrange(600), chance.randrange(750)
        pen.ellipse((x, y, x + 6, y + 6), fill="#f6c667")
    pen.ellipse((210, 190, 390, 410), fill="#3a2a3f")
    pen.rounded_rectangle((130, 420, 470, 800), 120, fill="#97192c")
    target = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(3)).save(target, "PNG")
    target.seek(0)
    return target
