"""Prisoners' photos: kept clean of all metadata, and shown to nobody once the person is not shown."""

from typing import IO

from service.cases import editing, publication, queries
from service.cases.editing import Changed
from service.kit import db, files, pictures
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import LANGUAGES, Sentence


async def attach(
    prisoner: int, source: IO[bytes], credit: str, rights: str, by: int | None, version: int | None = None
) -> Changed:
    """In the place of the one before, whose address stops working. Raises PictureRefused, Invalid, Overtaken."""
    _must_have_rights(rights)
    clean = await pictures.cleaned(source)
    await files.save(_place(clean.key), clean.content)
    try:
        return await _changed(prisoner, clean.key, credit, rights, by, version)
    except BaseException:
        await files.delete(_place(clean.key))
        raise


async def describe(prisoner: int, credit: str, rights: str, by: int | None, version: int | None = None) -> Changed:
    """Whose photo it is and why we may show it, for the one that there is. Raises Invalid, Overtaken."""
    _must_have_rights(rights)
    values = {"photo_credit": credit, "photo_rights": rights}
    return await editing.change(prisoner, values, by, version=version)


async def remove(prisoner: int, by: int | None, version: int | None = None) -> Changed:
    """For good: the file is deleted. Raises Overtaken."""
    return await _changed(prisoner, "", "", "", by, version)


async def public(key: str) -> tuple[str, bytes]:
    """Its media type and bytes, for everybody. Raises NotFound, also when the person may not be shown in full."""
    await must_be_public(key)
    return pictures.media_type(key), await _read(key)


async def must_be_public(key: str) -> None:
    """Raises NotFound for what is no photo of somebody who may be shown in full now."""
    records = await queries.records("WHERE p.photo = $1 AND p.photo <> ''", key)
    seen = [publication.shown(record, next(iter(LANGUAGES))) for record in records]
    if not any(person and person.photo for person in seen):
        raise NotFound


async def of(prisoner: int) -> tuple[str, bytes]:
    """For staff, whatever the public may see. Raises NotFound."""
    key = (await queries.record(prisoner)).photo
    return pictures.media_type(key), await _read(key)


async def _changed(prisoner: int, key: str, credit: str, rights: str, by: int | None, version: int | None) -> Changed:
    async with db.transaction():
        before = (await editing.locked(prisoner)).photo
        values = {"photo": key, "photo_credit": credit, "photo_rights": rights}
        changed = await editing.change(prisoner, values, by, version=version)
    if before and before != key:
        await files.delete(_place(before))
    return changed


async def _read(key: str) -> bytes:
    try:
        return await files.read(_place(key))
    except FileNotFoundError:
        raise NotFound from None


def _place(key: str) -> str:
    return f"photos/{key}"


def _must_have_rights(rights: str) -> None:
    if not rights.strip():
        raise Invalid({"photo_rights": Sentence("Please note why we may show this photo, and who allowed it.")})
