"""Passwords: argon2id, a length and no more rules, but none that everybody tries first."""

import asyncio
import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.kit.i18n import Sentence

SHORTEST = 12
LONGEST = 200
# About 80 ms and 46 MiB on a small server, above what OWASP asks for.
_hasher = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
# Two at a time: a burst of sign-ins must not take all memory.
_busy = asyncio.Semaphore(2)

# Passwords of today's leak lists are mostly one of these, repeated, decorated with digits or spelt with them.
_COMMON = """abc abcd abcdef abcdefgh abcdefghijkl access account admin administrator adminadmin asdf asdfgh asdfghjkl
    azerty azertyuiop baseball batman belarus berlin bonjour changeme charlie chocolate computer default demo dragon
    football freedom geneve google hallo hello hundredfold iloveyou ichliebedich jesus justice letmein liberte login
    london lovely loveyou master mdp minsk monkey motdepasse mustang newsletter nobody owner parol pass passphrase
    passw password passwort poiuytrewq princess qazwsx qazwsxedc qwert qwertz qwerty qwertyuiop qwertzuiop root
    secret secure security shadow soleil solidarity sommer spring summer sunshine superman superuser swiss switzerland
    temp test tester testing trustno user viasna welcome whatever willkommen winter zurich zxcvbn zxcvbnm
    пароль йцукен йцукенг любовь привет свобода беларусь минск жывебеларусь живебеларусь солнце"""
_LEET = str.maketrans("01345$@!7", "oleassait")
_RUNS = "01234567890123456789 98765432109876543210 abcdefghijklmnopqrstuvwxyz qwertyuiopasdfghjklzxcvbnm"


def objection(password: str, about: tuple[str, ...] = ()) -> Sentence | None:
    """Why `password` cannot be taken, if so. `about`: the person's own name and address, which are no secret."""
    if len(password) < SHORTEST:
        return Sentence("Please choose at least {count} characters. A few words in a row are good.", count=SHORTEST)
    if len(password) > LONGEST:
        return Sentence("Please keep it under {count} characters.", count=LONGEST)
    if _is_common(password.lower()) or _is_about(password.lower(), about):
        return Sentence("This one is easy to guess. A few unrelated words in a row are better.")
    return None


async def hash(password: str) -> str:
    async with _busy:
        return await asyncio.to_thread(_hasher.hash, _spelt(password))


async def matches(password: str, hashed: str) -> bool:
    """Takes the same time when there is no hash: who has an account stays unknown."""
    async with _busy:
        return await asyncio.to_thread(_verify, _spelt(password[: LONGEST + 1]), hashed)


def outdated(hashed: str) -> bool:
    """True when it was made with another cost than today's."""
    return bool(hashed) and _hasher.check_needs_rehash(hashed)


def _spelt(password: str) -> str:
    # An é is typed as one character on one keyboard and as two on another.
    return unicodedata.normalize("NFKC", password)


def _verify(password: str, hashed: str) -> bool:
    try:
        return _hasher.verify(hashed or _nobody(), password) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.split())


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def _is_common(password: str) -> bool:
    bare = re.sub(r"[\W\d_]+", "", password)
    core = re.sub(r"[\W\d_]+$", "", password)
    undone = re.sub(r"[\W\d_]+", "", core.translate(_LEET))
    return (
        len(set(password)) < 5
        or password in _RUNS
        or password.isdecimal()
        or any(_is_repeated(word) for word in (bare, undone) if word)
    )


def _is_repeated(word: str) -> bool:
    """A common word once or several times: `passwordpassword`."""
    starts = (word[:size] for size in range(3, len(word) + 1))
    return any(start in _common() and not word.replace(start, "") for start in starts)


def _is_about(password: str, about: tuple[str, ...]) -> bool:
    rest = password
    for word in sorted(re.findall(r"\w{3,}", " ".join(about).lower()), key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(re.sub(r"[\W\d_]+", "", rest)) < 4 and rest != password
