"""Names across scripts and spellings: Аляксандр Лукашык, Александр Лукашик and Alaksandr Łukašyk find each other.

Every spelling is brought to one rough form in which letters that are written for one another are the same: o/a/e,
i/y/j, g/h/kh, s/sh, ts/ch/t, z/zh, v/w/u. It is for finding, never for showing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cache, lru_cache
from itertools import permutations

from service.cases.given_names import GIVEN_NAMES

LONGEST = 400
MOST_WORDS = 8

_CYRILLIC_LETTERS = (
    "а a б b в v г h ґ g д d е ye ё yo є ye ж zh з z и i і i ї yi й y к k л l м m н n о o п p р r с s т t у u ў w ф f"
    " х kh ц ts ч tch ш sh щ shtch ъ _ ы y ь _ э e ю yu я ya"
)
_LATIN_LETTERS = "ł l đ d ø o ŭ w š sh ś s ž zh ź z ż zh č tch ć ts ń n ß ss æ ae ı i"
_LETTERS = str.maketrans(
    {
        letter: latin.replace("_", "")
        for table in (_CYRILLIC_LETTERS, _LATIN_LETTERS)
        for letter, latin in zip(table.split()[::2], table.split()[1::2], strict=True)
    }
)
_APOSTROPHES = str.maketrans("", "", "'’ʼ‘`´′\u0301")
# In words with one of these, ch is х as in Łacinka, Polish and German; elsewhere it is ч as in English.
_CH_IS_KH = re.compile(r"[łŭšžčćńśźj]|sz|cz|tsch")
_STEPS = [
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"tch|cz", "t"),
        (r"sz", "s"),
        (r"(?<=[aeo])x|x\b", "ks"),
        (r"kh|gh|g|x", "h"),
        (r"sh", "s"),
        (r"zh", "z"),
        (r"th", "t"),
        (r"ph|ff\b", "f"),
        (r"c(?=[tlr])|q", "k"),
        (r"t[sz]|c", "t"),
        (r"dz", "d"),
        (r"(?<=[oe])f\b|w|\bu(?=[bdfhklmnprstvz])|(?<=[aeo])u", "v"),
        (r"\b[yij]+[aeo]+|\be+[aeo]*", "Ya"),
        (r"[yij]+(?=[aeou])", ""),
        (r"[oe]", "a"),
        (r"[yjY]", "i"),
        (r"(\w)\1+", r"\1"),
    )
]
_WORD = re.compile(r"[^\W_]+")
_LONE_I = re.compile(r"(?<=[^aeiouyjаеёиіоуыэюяй])[iyjиіый]\Z", re.IGNORECASE)


@lru_cache(maxsize=65536)
def folded(name: str) -> str:
    """Words in their rough form; given names in the same one for all languages."""
    return " ".join(_given().get(word, (word,))[0] for word in _words(name))


def search_text(be: str, ru: str, latin: str, others: Iterable[str] = ()) -> str:
    """What is kept to be searched: each word with a space before it, so that a token finds beginnings of words."""
    found: dict[str, None] = {}
    for name in (be, ru, latin, *others):
        for reading in _readings(name):
            for word in reading:
                found.update(dict.fromkeys((word, *_given().get(word, ()))))
    return "".join(f" {word}" for word in found)


def query(typed: str) -> list[str]:
    """Tokens, each to be found by LIKE '%' || token || '%'. The space that each begins with belongs to it."""
    return [f" {word}" for word in dict.fromkeys(_words(_LONE_I.sub("", typed[:LONGEST].strip())))][:MOST_WORDS]


def likeness(a: str, b: str) -> float:
    """0 to 1; 1 is the same name in another spelling. The order of words does not matter."""
    fewer, more = sorted((folded(a).split()[:4], folded(b).split()[:4]), key=len)
    if not fewer:
        return 0.0
    best = max(_agreement(fewer, chosen) for chosen in permutations(more, len(fewer)))
    return best * (1.0 if len(fewer) == len(more) else 0.95 if len(fewer) > 1 else 0.7)


def latin(cyrillic: str) -> str:
    """As Belarusian passports write a Belarusian name, and a Russian one as it is mostly written."""
    russian = bool(re.search("[ищъ]", cyrillic.lower())) and not re.search("[іў]", cyrillic.lower())
    table = _RUSSIAN if russian else _BELARUSIAN
    text = _SOFT.sub(lambda found: _like(found[0], _AT_A_BEGINNING), unicodedata.normalize("NFC", cyrillic))
    written = "".join(_like(letter, table) for letter in text)
    written = re.sub(r"[iy]y\b|yi\b", "y", written.replace("tsts", "ts"))
    return written.upper() if cyrillic.isupper() else written


def _agreement(one: list[str], other: tuple[str, ...]) -> float:
    """The mean of the words' likeness, held down by the word that differs most."""
    likes = [_word_likeness(a, b) for a, b in zip(one, other, strict=True)]
    return (sum(likes) / len(likes) + min(likes)) / 2


@lru_cache(maxsize=65536)
def _word_likeness(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if len(a) == 1 or len(b) == 1:
        return 0.8 if a[0] == b[0] else 0.0
    # A man and a woman of one family, or Aliaksandr and Aliaksandra.
    if a + "a" == b or b + "a" == a:
        return 0.75
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _words(name: str) -> list[str]:
    plain = _lower(name)
    return _rough(plain, "h" if _CH_IS_KH.search(plain) else "t")


def _readings(name: str) -> Iterator[list[str]]:
    """As it is written; and, for who types ch for х or for ч, the other way."""
    plain = _lower(name)
    yield _words(name)
    if "х" in plain or "kh" in plain:
        yield _rough(plain.replace("х", "ч").replace("kh", "č"), "t")
    if "ch" in plain:
        yield _rough(plain, "t" if _CH_IS_KH.search(plain) else "h")


def _lower(name: str) -> str:
    text = unicodedata.normalize("NFKC", name[:LONGEST]).casefold()
    return unicodedata.normalize("NFC", text.translate(_APOSTROPHES))


def _rough(plain: str, ch: str) -> list[str]:
    text = plain.replace("tsch", "č").replace("tch", "č").replace("sch", "š").replace("ch", ch).translate(_LETTERS)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return [rough for word in _WORD.findall(text) if (rough := _rough_word(word))]


@lru_cache(maxsize=65536)
def _rough_word(word: str) -> str:
    for pattern, instead in _STEPS:
        word = pattern.sub(instead, word)
    return word


@cache
def _given() -> dict[str, tuple[str, ...]]:
    """For each form of a given name all forms, the one that stands for them first."""
    forms: dict[str, tuple[str, ...]] = {}
    for line in GIVEN_NAMES:
        rough = tuple(dict.fromkeys(reading[0] for name in line for reading in _readings(name)))
        for word in rough:
            forms.setdefault(word, rough)
    return forms


def _like(letter: str, table: dict[str, str]) -> str:
    written = table.get(letter.lower(), letter)
    return written.capitalize() if letter.isupper() else written


def _table(pairs: str) -> dict[str, str]:
    words = pairs.split()
    return {letter: written.replace("_", "") for letter, written in zip(words[::2], words[1::2], strict=True)}


_SHARED = (
    "а a б b в v д d ж zh з z і i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh ы y ь _ э e ʼ _ ’ _"
    " ' _ ў u ґ g ї i є e "
)
_AT_A_BEGINNING = _table("е ye ё yo ю yu я ya")
# At the beginning of a word and after most vowels these letters are heard as two.
_SOFT = re.compile(r"(?:\b|(?<=[аеёіоуэюяи]))[еёюя]", re.IGNORECASE)
_BELARUSIAN = _table(_SHARED + "г h е e ё io й i ю iu я ia и i щ shch ъ _")
_RUSSIAN = _table(_SHARED + "г g е e ё yo й y ю yu я ya и i щ shch ъ _")
