"""Whether letters say nearly the same, without reading them: keyed minhashes of their word triples.

A letter's signature is made of its own words: without its salutation, its close and what the action itself put in.
"""

import hashlib
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable

from service.kit import db, keys, lookalikes
from service.kit.i18n import Sentence, ngettext
from service.kit.i18n import lazy as _

# So many numbers are a signature, each from two minhashes: letters that share little share none of them.
BANDS = 32
# So many of them agree in letters that have about half of their triples in common.
_ENOUGH = 7
# From so many letters of others on its writer is told; and from so many on staff look at it first.
FEW, MANY = 3, 10
# There is no use in counting further.
MOST = 200
# Letters, of which one person may have written several dozens.
_MOST_READ = 2000
LONGEST = 20_000
_MOST_TRIPLES = 2000
_FEWEST_OWN = 5
_PARTS = 4
_WORD = re.compile(r"[^\W\d_]+")
_SALUTATION = re.compile(
    r"\A(?:dear|hello|good (?:day|morning)|sehr geehrte|geehrte|liebe|werte|guten tag|grüezi|hallo|madame|monsieur"
    r"|bonjour|ch[eè]re?s?|mesdames|buongiorno|bun di|beste|buenos d[ií]as|dzień dobry|уважаем"
    r"|многоуважаем|дорог|здравствуйте|добрый день|паважан|шаноўн|вельмішаноўн|дараг|вітаю"
    r"|добры дзень|дзень добры)(?:[^\n]{0,60}\n|[^\n,!:]{0,100}[\n,!:])",
    re.IGNORECASE,
)
_CLOSE = re.compile(
    r"\n[ \t]*(?:(?:with )?(?:kind|best|warm)\w* (?:regards|wishes)|(?:yours )?sincerely|yours|regards|respectfully"
    r"|mit (?:freundlich|herzlich|best)|freundliche|herzliche|beste gr|hochachtungsvoll|cordialement|bien à vous"
    r"|(?:meilleures |sincères )?salutations|veuillez agréer|je vous prie d|avec mes|с уважением|искренне"
    r"|(?:un )?cordial\w*|met vriendelijke|z wyrazami|с наилучшими|з павагай|шчыра|з найлепшымі)"
    r"[^\n]{0,200}(?:\n[^\n]{0,100}){0,5}\Z",
    re.IGNORECASE,
)

Triple = tuple[str, ...]


def signature(text: str, given: Iterable[str] = ()) -> list[int]:
    """BANDS numbers, alike for texts that say nearly the same; none for a text without words.

    `given`: what the action put into the letter, so that two letters are not alike by it alone.
    """
    triples = sorted(_own(text, given))[:_MOST_TRIPLES]
    if not triples:
        return []
    least = [min(values) for values in zip(*map(_hashes, triples), strict=True)]
    return [zlib.crc32(struct.pack(">BII", band, *least[2 * band : 2 * band + 2])) - 2**31 for band in range(BANDS)]


async def signed(action: int, text: str) -> list[int]:
    """The signature of a letter of `action`, in any of its languages."""
    return signature(text, (await _said(action))[0])


async def alike(action: int, signature: list[int], but: bytes | None = None) -> int:
    """How many others wrote nearly the same, to whomever and in whichever action; at most MOST.

    `but`: the sealed address of whoever writes: to say the same to several members is not to copy. Try-outs of an
    action are compared with each other only.
    """
    if not signature:
        return 0
    found: int = await db.fetch_value(_ALIKE, signature, action, but, _MOST_READ)
    return min(found, MOST)


def agree(one: str, other: str) -> str:
    """SQL: that two signatures are of letters that say nearly the same. An index on `one` finds them."""
    shared = f"SELECT count(*) FROM unnest({one}) AS band WHERE band = ANY(({other})::int[])"  # noqa: S608
    return f"({one} && ({other})::int[] AND ({shared}) >= {_ENOUGH})"


def near(text: str, example: str, given: Iterable[str] = ()) -> bool:
    """Whether `text` is the example with hardly a word of its own."""
    put_in = list(given)
    said, shown = _own(text, put_in), _own(example, put_in)
    shared = len(said & shown)
    return bool(shared) and shared >= 0.6 * len(shown) and shared >= 0.6 * len(said)


async def is_example(action: int, text: str) -> bool:
    """Whether `text` is one of the examples of `action`, in whichever language."""
    asks, examples = await _said(action)
    return any(near(text, example, asks) for example in examples)


async def feedback(action: int, text: str) -> Sentence | None:
    """What to tell whoever is writing; None while the letter is their own."""
    return (await compared(action, text))[1]


async def compared(action: int, text: str) -> tuple[int, Sentence | None]:
    """How many others wrote nearly the same, and what to tell; 0 where so few did that one could guess who."""
    asks, examples = await _said(action)
    others = await alike(action, signature(text, asks))
    is_copy = any(near(text, example, asks) for example in examples)
    return others if others >= FEW else 0, _THE_EXAMPLE if is_copy else told(others)


def told(others: int) -> Sentence | None:
    """The sentence about so many letters that say nearly the same."""
    if others < FEW:
        return None
    if others < MANY:
        return ngettext(
            "{count} other wrote nearly the same. Members set such letters aside: one sentence of your own, about "
            "why this matters to you, makes yours count.",
            "{count} others wrote nearly the same. Members set such letters aside: one sentence of your own, about "
            "why this matters to you, makes yours count.",
            others,
        )
    return ngettext(
        "{count} other wrote nearly the same. Members set such letters aside, so one of us looks at it before it "
        "leaves. With a few sentences of your own it goes straight away.",
        "{count} others wrote nearly the same. Members set such letters aside, so one of us looks at it before it "
        "leaves. With a few sentences of your own it goes straight away.",
        others,
    )


async def _said(action: int) -> tuple[list[str], list[str]]:
    """What every letter of the action holds, and what it is not to be; in each language."""
    rows = await db.fetch("SELECT ask, example FROM action_edition WHERE action = $1", action)
    return [row["ask"] for row in rows], [row["example"] for row in rows]


def _own(text: str, given: Iterable[str]) -> set[Triple]:
    """The triples of a text that are not `given`; all of them where next to nothing is left."""
    said = _triples(_inside(text))
    own = said.difference(*(_triples(each) for each in given))
    return own if len(own) >= _FEWEST_OWN else said


def _inside(text: str) -> str:
    """A letter without its salutation and its close, where names stand."""
    body = text.strip()[:LONGEST]
    return _CLOSE.sub("", _SALUTATION.sub("", body, 1)) or body


def _triples(text: str) -> set[Triple]:
    words = _WORD.findall(_folded(text))
    return {tuple(words[n : n + 3]) for n in range(max(1, len(words) - 2))} if words else set()


def _folded(text: str) -> str:
    """In small letters and without accents, so that é is e, ё is е and ß is ss; no letter hides behind another."""
    apart = unicodedata.normalize("NFKD", text[:LONGEST].casefold())
    return lookalikes.plain("".join(sign for sign in apart if not unicodedata.combining(sign)))


def _hashes(triple: Triple) -> list[int]:
    key, said = keys.derive("likeness", keys.current(), 32), " ".join(triple).encode()
    return [
        value
        for part in range(_PARTS)
        for value in struct.unpack(">16I", hashlib.blake2b(said, key=key, salt=bytes([part])).digest())
    ]


_THE_EXAMPLE = _(
    "This is our example almost word for word. Members set such letters aside, so please say it in your own words: "
    "two or three sentences are enough."
)
# A letter that came to nothing is no company, and a writer counts once.
_ALIKE = f"""
    SELECT count(DISTINCT address) FROM (
        SELECT address FROM advocacy_letter
         WHERE {agree("likeness", "$1")} AND confirmed_at IS NOT NULL AND state <> 'failed'
           AND is_test = coalesce((SELECT test_address IS NOT NULL FROM action WHERE id = $2), false)
           AND (action = $2 OR NOT is_test) AND address IS DISTINCT FROM $3
         LIMIT $4
    ) alike
"""  # noqa: S608
