"""Photos of sponsors, often with the picture of whom they stand by: shown as long as their entry is."""

import asyncio
from typing import IO

from service.advocacy import ledger, promising
from service.auth import audit
from service.cases import portraits
from service.kit import db, files, pictures
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.i18n import FALLBACK, Sentence

LONGEST_RIGHTS = 200


class NotYet(Problem):
    code = "promise_not_confirmed"
    status = 409
    sentence = Sentence("Please confirm the entry first. Its photo is public with it.")


async def attach(promise: int, source: IO[bytes], rights: str, by: int | None, version: int) -> None:
    """In the place of the one before, cut to a portrait.

    Raises PictureRefused, Invalid, Overtaken, NotFound, NotYet.
    """
    rights = _checked(rights)
    clean = await pictures.cleaned(source)
    key = f"{clean.key.partition('.')[0]}.jpg"
    await files.save(_place(key), await asyncio.to_thread(portraits.cut, clean.content, portraits.SIZES["medium"]))
    try:
        await _change(promise, key, rights, by, version)
    except BaseException:
        await files.delete(_place(key))
        raise


async def describe(promise: int, rights: str, by: int | None, version: int) -> None:
    """Why we may show the one that there is. Raises Invalid, Overtaken, NotFound."""
    rights = _checked(rights)
    async with db.transaction():
        if not (await promising.locked(promise, version))["photo"]:
            raise Invalid({"picture": Sentence("Please choose a picture.")})
        await db.execute("UPDATE promise SET photo_rights = $2, version = version + 1 WHERE id = $1", promise, rights)
        await audit.record(by, "promise.photo_described", f"promise {promise}")


async def remove(promise: int, by: int | None, version: int) -> None:
    """For good: the file is deleted. Raises Overtaken, NotFound."""
    await _change(promise, "", "", by, version)


async def public(key: str) -> bytes:
    """A JPEG, for everybody. Raises NotFound, also when what it belongs to may not be shown, or not any more."""
    if not any(deed.photo for deed in await ledger.with_photo(key, FALLBACK)):
        raise NotFound
    return await _read(key)


async def of(promise: int) -> bytes:
    """For staff, whatever the public may see. Raises NotFound."""
    key = await db.fetch_value("SELECT photo FROM promise WHERE id = $1", promise)
    if not key:
        raise NotFound
    return await _read(key)


async def _change(promise: int, key: str, rights: str, by: int | None, version: int) -> None:
    async with db.transaction():
        before = await promising.locked(promise, version)
        if key and (before["confirmed_at"] is None or before["rejected_at"] is not None):
            raise NotYet
        await db.execute(_SET, promise, key, rights)
        await audit.record(by, f"promise.photo_{'added' if key else 'removed'}", f"promise {promise}")
    if before["photo"] and before["photo"] != key:
        await files.delete(_place(before["photo"]))


async def _read(key: str) -> bytes:
    try:
        return await files.read(_place(key))
    except FileNotFoundError:
        raise NotFound from None


def _checked(rights: str) -> str:
    clean = " ".join(rights.split())
    if not clean:
        raise Invalid({"photo_rights": Sentence("Please note why we may show this photo, and who allowed it.")})
    if len(clean) > LONGEST_RIGHTS:
        raise Invalid({"photo_rights": Sentence(f"This is too long; {LONGEST_RIGHTS} characters are possible.")})
    return clean


def _place(key: str) -> str:
    return f"sponsors/{key}"


_SET = "UPDATE promise SET photo = $2, photo_rights = $3, version = version + 1 WHERE id = $1"
