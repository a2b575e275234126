"""Made-up people in the shape of Viasna's three exports, with the mess that real ones have; the same for a seed."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from io import StringIO
from random import Random

LANGUAGES = ("be", "ru", "en")
MACHINE = (
    "id|url|name|status|birthday|gender|arrested|articles|verdict_date|decision|penalty|judge|prosecutor|prison|"
    "declaration|release_date|died"
)
HUMAN = {
    "be": "№|спасылка|імя і прозвішча|статус|дата нараджэння|пол|дата затрымання|артыкулы|дата прысуду|рашэнне|"
    "пакаранне|суддзя|пракурор|месца ўтрымання|заява|дата вызвалення|памёр",
    "ru": "№|ссылка|имя и фамилия|статус|дата рождения|пол|дата задержания|статьи|дата приговора|решение|наказание|"
    "судья|прокурор|место содержания|заявление|дата освобождения|умер",
    "en": "No|link|name and surname|status|date of birth|gender|date of detention|articles|date of verdict|decision|"
    "penalty|judge|prosecutor|place of detention|statement|date of release|died",
}
_FIRST = [
    ("Марына", "Марина", "Maryna", "f"),
    ("Алесь", "Александр", "Ales", "m"),
    ("Вольга", "Ольга", "Volha", "f"),
    ("Дзмітрый", "Дмитрий", "Dzmitry", "m"),
    ("Ганна", "Анна", "Hanna", "f"),
    ("Міхась", "Михаил", "Mikhas", "m"),
    ("Кацярына", "Екатерина", "Katsiaryna", "f"),
    ("Сяргей", "Сергей", "Siarhei", "m"),
    ("Наталля", "Наталья", "Natallia", "f"),
    ("Уладзімір", "Владимир", "Uladzimir", "m"),
    ("Іна", "Инна", "Ina", "f"),
    ("Ігар", "Игорь", "Ihar", "m"),
]
_ROOT = [
    ("Каваль", "Коваль", "Kaval"),
    ("Лукаш", "Лукаш", "Lukash"),
    ("Бандар", "Бондар", "Bandar"),
    ("Мельні", "Мельни", "Melni"),
    ("Ждано", "Ждано", "Zhdano"),
    ("Саўчу", "Савчу", "Sauchu"),
    ("Дубро", "Дубро", "Dubro"),
    ("Верас", "Верес", "Veras"),
    ("Крыві", "Криви", "Kryvi"),
    ("Навасель", "Новосель", "Navasel"),
    ("Гарба", "Горба", "Harba"),
    ("Скары", "Скори", "Skary"),
]
_MIDDLE = [("", "", ""), ("та", "то", "ta"), ("ні", "ни", "ni"), ("ва", "во", "va"), ("ра", "ро", "ra")]
_TAIL = [("чук", "чук", "chuk"), ("нок", "нок", "nok"), ("віч", "вич", "vich"), ("енка", "енко", "enka")]
_TAIL += [("ткін", "ткин", "tkin"), ("шэвіч", "шевич", "shevich"), ("лец", "лец", "lets"), ("дзень", "день", "dzen")]

# The facilities of the lists: how each language writes them, and the address that follows.
FACILITIES = [
    {
        "name": "ИК №4",
        "ru": "ИК №4\nул. Антошкина, 3, 246035, г. Гомель",
        "be": "ПК №4; вул. Антошкіна, 3, 246035, г. Гомель;",
        "en": "Penal colony No. 4\nAntoshkina St. 3, 246035, Homel",
    },
    {
        "name": "СИЗО-1",
        "ru": "СИЗО-1; ул. Володарского, 2, 220030, г. Минск;",
        "be": "СІЗА-1\nвул. Валадарскага, 2, 220030, г. Мінск",
        "en": "Pre-trial detention centre No. 1; Valadarskaha St. 2, 220030, Minsk;",
    },
    {
        "name": "Следственная тюрьма №8",
        "ru": "Следственная тюрьма №8\r\nул. Советская, 22А, 222163, г. Жодино",
        "be": "Следчая турма №8; вул. Савецкая, 22А, 222163, г. Жодзіна",
        "en": "Prison No. 8\nSavetskaya St. 22A, 222163, Zhodzina",
    },
    {
        "name": "СИЗО-7",
        "ru": "СИЗО-7; ул. Советских пограничников, 37, 224030, г. Брест;",
        "be": "СІЗА-7; вул. Савецкіх памежнікаў, 37, 224030, г. Брэст;",
        "en": "Pre-trial detention centre No. 7\nSavetskikh Pamezhnikau St. 37, 224030, Brest",
    },
]
# One that none of our facilities is.
ELSEWHERE = {"ru": "ИУОТ №99\nд. Лесная", "be": "ПУАТ №99; в. Лясная;", "en": "Open institution No. 99\nLiasnaya"}
PLACES = {
    "released": {"be": "вызвалены", "ru": "освобождён", "en": "released"},
    "unknown": {"be": "невядома", "ru": "неизвестно", "en": "unknown"},
    "liberty": {
        "be": "на волі да адбыцця пакарання",
        "ru": "на свободе до отбытия наказания",
        "en": "at liberty before serving",
    },
}
STATUS_TEXTS = {
    "active": {"be": "палітвязень", "ru": "политзаключённый", "en": "political prisoner"},
    "former": {"be": "былы палітвязень", "ru": "бывший политзаключенный", "en": "former political prisoner"},
    "np": {"be": "не прызнаны палітвязнем", "ru": "не признан политзаключённым", "en": "not designated"},
}
_PENALTY = {
    "be": "{years} гадоў калоніі агульнага рэжыму",
    "ru": "{years} лет колонии общего режима",
    "en": "{years} years in a penal colony, general regime",
}
_TRUTH = {"be": "так", "ru": "да", "en": "yes"}


@dataclass(frozen=True)
class Person:
    id: int
    be: str
    ru: str
    en: str
    gender: str
    born: str
    arrested: str
    articles: str
    verdict: str
    years: int
    # A number of FACILITIES, "elsewhere", or one of PLACES.
    prison: int | str
    status: str = "active"
    declared: str = ""
    released: str = ""
    died: str = ""
    url: str = ""
    without: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Change:
    """What the second edition says otherwise. `field` as in case_change; `held`: whether a human has to look."""

    id: str
    kind: str
    field: str = ""
    held: bool = False


def people(count: int, seed: int = 7) -> list[Person]:
    chance = Random(seed)
    return [_person(number, chance) for number in range(1, count + 1)]


def taken(listed: Iterable[Person]) -> list[Person]:
    """Those who can be taken from the list: all but the nameless."""
    return [one for one in listed if one.be or one.ru or one.en]


def files(
    listed: list[Person], human: bool = False, delimiter: str = ",", encoding: str = "utf-8"
) -> dict[str, bytes]:
    """The three exports, one of them in each language; `encoding` utf-8-sig has a byte order mark."""
    return {language: _file(listed, language, human, delimiter, encoding) for language in LANGUAGES}


def facility_values(number: int) -> dict[str, str]:
    """Name, street, postcode and town of one of FACILITIES, for tests.make.cases.facility."""
    name, address = FACILITIES[number]["ru"].replace("\r\n", "\n").replace("; ", "\n").rstrip(";").split("\n")
    street, house, postcode, town = address.split(", ")
    return {"name": name, "street": f"{street}, {house}", "postcode": postcode, "town": town}


def changed(listed: list[Person], count: int = 40, seed: int = 8) -> tuple[list[Person], list[Change]]:
    """A second edition with exactly `count` changes of all kinds, one a person."""
    chance = Random(seed)
    plain = [one for one in taken(listed) if _is_plain(one)]
    chosen = iter(chance.sample(plain, count))
    edition = {one.id: one for one in listed}
    changes: list[Change] = []
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        if kind == "new":
            came = _person(max(edition) + 1, chance, mess=False)
            edition[came.id] = came
            changes.append(Change(str(came.id), "new"))
            continue
        one = next(chosen)
        if kind == "gone":
            del edition[one.id]
            changes.append(Change(str(one.id), "gone"))
            continue
        edition[one.id], change = _altered(one, kind)
        changes.append(change)
    return list(edition.values()), changes


_KINDS = ["new", "released", "born", "gone", "facility", "died", "articles", "name_ru", "new", "sentence"]
_KINDS += ["verdict_on", "designation", "arrested_on", "future", "name_latin", "link"]


def _altered(one: Person, kind: str) -> tuple[Person, Change]:
    id = str(one.id)
    if kind == "released":
        return replace(one, status="former", released="2026-11-05", prison="released"), Change(
            id, "released", "released_on"
        )
    if kind == "died":
        return replace(one, died="2026-10-31"), Change(id, "died", "died_on", held=True)
    if kind == "future":
        return replace(one, released="2031-05-05"), Change(id, "changed", "released_on", held=True)
    if kind == "facility":
        other = (int(one.prison) + 1) % len(FACILITIES)
        return replace(one, prison=other), Change(id, "changed", "facility")
    values: dict[str, dict[str, object]] = {
        "born": {"born": "1955-05-05"},
        "articles": {"articles": one.articles + ", 361 ч. 2"},
        "name_ru": {"ru": one.ru + "-Лесной"},
        "name_latin": {"en": one.en + "-Lesnoi"},
        "sentence": {"years": one.years + 9},
        "verdict_on": {"verdict": "2026-09-30"},
        "designation": {"status": "np"},
        "arrested_on": {"arrested": "2019-12-31"},
        "link": {"url": f"https://example.org/{{}}/person/{one.id}-new"},
    }
    return replace(one, **values[kind]), Change(id, "changed", kind)  # type: ignore[arg-type]


def _person(number: int, chance: Random, mess: bool = True) -> Person:
    first, root, middle, tail = (chance.choice(part) for part in (_FIRST, _ROOT, _MIDDLE, _TAIL))
    names = [f"{first[n]} {root[n]}{middle[n]}{tail[n]}" for n in range(3)]
    born = f"{chance.randint(1950, 2004)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    one = Person(
        id=number,
        be=names[0],
        ru=names[1],
        en=names[2],
        gender=first[3],
        born=born,
        arrested=f"{chance.randint(2020, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        articles=", ".join(chance.sample(["342 ч. 1", "130 ч. 3", "361-1 ч. 1", "368 ч. 1", "293 ч. 2"], 2)),
        verdict=f"2026-0{chance.randint(1, 8)}-{chance.randint(1, 28):02}",
        years=chance.randint(1, 12),
        prison=chance.randrange(len(FACILITIES)),
        declared=f"2026-08-{chance.randint(10, 28)}" if number % 2 else "https://example.org/statements/7",
    )
    return _with_mess(one) if mess else one


def _with_mess(one: Person) -> Person:
    """By the number, so that every kind of mess stands in a list of any length."""
    number = one.id
    if number % 211 == 0:
        return replace(one, be="", ru="", en="")
    if number % 97 == 0:
        return replace(one, without=frozenset({LANGUAGES[number // 97 % 3]}))
    if number % 83 == 0:
        return replace(one, be="")
    kinds: dict[int, dict[str, object]] = {
        3: {"born": one.born[:4]},
        7: {"born": ""},
        9: {"born": one.born[:7]},
        11: {"status": "former", "released": "2026-03-03", "prison": "released"},
        13: {"prison": "unknown"},
        17: {"prison": "liberty", "verdict": ""},
        19: {"prison": "elsewhere"},
        23: {"status": "np"},
        29: {"arrested": one.arrested[:4]},
        31: {"status": "former", "died": "2026-02-02", "prison": "unknown"},
        37: {"released": "2030-01-01"},
    }
    return replace(one, **kinds.get(number % 41, {}))  # type: ignore[arg-type]


def _is_plain(one: Person) -> bool:
    """Without any mess, so that one change makes one difference."""
    return one.id % 41 not in (3, 7, 9, 11, 13, 17, 19, 23, 29, 31, 37) and not one.without and bool(one.be)


def _file(listed: list[Person], language: str, human: bool, delimiter: str, encoding: str) -> bytes:
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow((HUMAN[language] if human else MACHINE).split("|"))
    for one in listed:
        if language in one.without:
            continue
        writer.writerow(_row(one, language, human))
        if one.id % 101 == 0 and language == "ru":
            writer.writerow(_row(one, language, human))
    return out.getvalue().encode(encoding, "replace")


def _row(one: Person, language: str, human: bool) -> list[str]:
    link = one.url.format(language) if one.url else f"https://example.org/{language}/person/{one.id}"
    texts = human or one.id % 5 == 0
    return [
        str(one.id),
        link,
        {"be": one.be, "ru": one.ru, "en": one.en}[language],
        STATUS_TEXTS[one.status][language] if texts else one.status,
        _written(one.born, human),
        {"m": "М" if language != "en" else "male", "f": "Ж" if language != "en" else "female"}[one.gender],
        _written(one.arrested, human),
        one.articles,
        _written(one.verdict, human),
        {"be": "Вінаваты", "ru": "Виновен", "en": "Guilty"}[language] if one.verdict else "",
        _PENALTY[language].format(years=one.years) if one.verdict else "",
        "",
        "",
        _prison(one, language),
        one.declared,
        _written(one.released, human),
        (_TRUTH[language] if human else one.died) if one.died else "",
    ]


def _written(day: str, human: bool) -> str:
    """2021-03-25 as it is, or 25.03.2021."""
    return ".".join(reversed(day.split("-"))) if human else day


def _prison(one: Person, language: str) -> str:
    if isinstance(one.prison, int):
        return FACILITIES[one.prison][language]
    return ELSEWHERE[language] if one.prison == "elsewhere" else PLACES[one.prison][language]
