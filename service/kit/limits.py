"""Rate limits shared by all processes, in Valkey, under keyed hashes: no address and no IP is kept."""

import hmac
import time
from functools import cache

import redis
from redis.asyncio import Redis

from service.kit import clock, keys, log
from service.kit.errors import Problem
from service.kit.i18n import lazy as _
from service.kit.settings import settings

_log = log.logger("limits")
# When Valkey is away each process counts for itself: key → (count, end of window).
_own: dict[str, tuple[int, float]] = {}
_OWN_LIMIT = 10_000


class TooMany(Problem):
    code = "too_many"
    status = 429
    sentence = _("That was tried many times in a short while. Please wait a little and try again.")


async def take(name: str, who: str, most: int, seconds: int) -> None:
    """Counts one use of `name` by `who` in the window under way. Raises TooMany past `most`."""
    if await count(name, who, seconds) > most:
        raise TooMany


async def count(name: str, who: str, seconds: int) -> int:
    """Counts one more and says how many there were in this window of `seconds`."""
    key = _key(name, who, seconds)
    try:
        async with _client().pipeline(transaction=False) as pipe:
            pipe.incr(key)
            pipe.expire(key, seconds)
            used, _expiry = await pipe.execute()
            return int(used)
    except (redis.RedisError, OSError):
        _log.warning("limits_without_valkey", limit=name)
        return _count_here(key, seconds)


async def forget(name: str, who: str, seconds: int) -> None:
    """Starts the window afresh, for example after a sign-in that worked."""
    key = _key(name, who, seconds)
    _own.pop(key, None)
    try:
        await _client().delete(key)
    except (redis.RedisError, OSError):
        _log.warning("limits_without_valkey", limit=name)


async def reachable() -> bool:
    """Whether Valkey answers. Raises RedisError or OSError where it does not."""
    return bool(await _client().ping())


def _key(name: str, who: str, seconds: int) -> str:
    window = int(clock.now().timestamp()) // seconds
    secret = keys.derive("limits", keys.current(), 32)
    return "limit:" + hmac.digest(secret, f"{name}|{who}|{window}".encode(), "sha256")[:18].hex()


def _count_here(key: str, seconds: int) -> int:
    if len(_own) > _OWN_LIMIT:
        _own.clear()
    used, ends = _own.get(key, (0, time.monotonic() + seconds))
    _own[key] = (used + 1, ends)
    return used + 1


@cache
def _client() -> Redis:
    return Redis.from_url(settings().limits_url, socket_connect_timeout=1, socket_timeout=1)
