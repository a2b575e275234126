"""Photos become variants, one at a time in each worker; a photo that fails again and again is refused."""

import asyncio
import contextlib
import sys
from datetime import timedelta

import msgspec

from service.kit import clock, db, files, jobs, log, paths
from service.wall.intake import original
from service.wall.made import Made
from service.wall.refusals import Refusal

# So long a job has a photo to itself; it takes a few seconds.
LEASE = timedelta(minutes=2)
PATIENCE = 75.0
GOES = 3
_AT_ONCE = 60
_log = log.logger("wall")


class Failed(Exception):
    """The process of a photo ended without an answer."""


class _Due(msgspec.Struct, frozen=True):
    id: int
    folder: str
    wishes: str
    tries: int


class _Turn:
    """Whether a job of this process is at it, and whether another one came meanwhile."""

    taken = False
    again = False


async def make_due() -> None:
    """Every photo that waits for its variants."""
    if _Turn.taken:
        _Turn.again = True
        return
    _Turn.taken = True
    try:
        await _make_some()
        while _again():
            await _make_some()
    finally:
        _Turn.taken = False


def _again() -> bool:
    again, _Turn.again = _Turn.again, False
    return again


async def _make_some() -> None:
    """A job that lasts too long is ended by the queue: another one follows it in time."""
    for _photo in range(_AT_ONCE):
        if jobs.stopping.is_set() or not await _make_next():
            return
    jobs.enqueue("wall.make_variants")


async def _make_next() -> bool:
    """Whether there was one."""
    now = clock.now()
    row = await db.fetch_one(_CLAIM, now, now + LEASE)
    if row is None:
        return False
    due = _Due(**row)
    try:
        await _keep(due, await _made(due))
        jobs.enqueue("wall.sweep_photos")
    except Failed:
        _log.warning("photo_failed", photo=due.id, tries=due.tries)
        await _let_go(due, due.tries)
    except files.Unreachable:
        await _let_go(due, due.tries - 1)
        return False
    return True


async def _made(due: _Due) -> Made | Refusal:
    try:
        content = await files.read(original(due.folder))
    except FileNotFoundError:
        return Refusal.EXPIRED
    try:
        return await made_apart(content, due.wishes)
    except Failed:
        if due.tries < GOES:
            raise
        return Refusal.BROKEN


async def _keep(due: _Due, made: Made | Refusal) -> None:
    if isinstance(made, Refusal):
        await db.execute(_REFUSED, due.id, due.tries, made)
        return
    for name, content in made.variants.items():
        await files.save(f"wall/{due.folder}/{name}", content)
    values = (made.width, made.height, made.colour, made.likeness)
    if not await db.fetch_value(_READY, due.id, due.tries, *values):
        # It was taken down meanwhile: what was just stored goes too.
        await db.execute("UPDATE wall_photo SET to_delete = true WHERE id = $1 AND state = 'gone'", due.id)


async def _let_go(due: _Due, tries: int) -> None:
    query = "UPDATE wall_photo SET lease_until = NULL, tries = $3 WHERE id = $1 AND tries = $2 AND state = 'uploaded'"
    await db.execute(query, due.id, due.tries, tries)


async def made_apart(content: bytes, wishes: str) -> Made | Refusal:
    """Made by a process of its own, which knows none of our settings. Raises Failed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service.wall.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=paths.ROOT,
        env={"PATH": "", "MALLOC_ARENA_MAX": "2"},
    )
    try:
        told = await asyncio.wait_for(process.communicate(wishes.encode() + b"\n" + content), PATIENCE)
    except TimeoutError as error:
        raise Failed from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        raise Failed
    return _understood(told[0])


def _understood(answer: bytes) -> Made | Refusal:
    try:
        return msgspec.msgpack.decode(answer, type=Made | Refusal)
    except msgspec.DecodeError as error:
        raise Failed from error


_CLAIM = """
    UPDATE wall_photo SET lease_until = $2, tries = tries + 1 WHERE id = (
        SELECT id FROM wall_photo WHERE state = 'uploaded' AND (lease_until IS NULL OR lease_until <= $1)
         ORDER BY tries, uploaded_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id, folder, wishes, tries
"""
_REFUSED = """
    UPDATE wall_photo SET state = 'refused', refusal = $3, lease_until = NULL, to_delete = true
     WHERE id = $1 AND tries = $2 AND state = 'uploaded'
"""
_READY = """
    UPDATE wall_photo SET state = 'ready', width = $3, height = $4, colour = $5, likeness = $6,
           lease_until = NULL, to_delete = true
     WHERE id = $1 AND tries = $2 AND state = 'uploaded' RETURNING id
"""
