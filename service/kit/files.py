"""Blobs by name: in a private folder under var/, or in an S3 store that BLOBS names."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import IO, TypeAlias

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, S3Store

from service.kit.errors import Problem
from service.kit.i18n import lazy as _
from service.kit.settings import settings

Store: TypeAlias = LocalStore | S3Store

_NAME = re.compile(r"[a-z0-9][a-z0-9._/-]{0,120}")
# Whoever waits for a page has gone by then.
_PATIENCE = timedelta(seconds=20)


class Unreachable(Problem):
    code = "files_unreachable"
    status = 503
    sentence = _("The pictures cannot be reached at this moment. Please try again in a few minutes.")


def path(name: str) -> Path:
    """Where a file lies that never leaves this machine. Raises ValueError for a name that could leave the folder."""
    return _folder() / _checked(name)


async def save(name: str, content: bytes | IO[bytes]) -> None:
    """Writes whole or not at all; a file is read in pieces. Raises Unreachable."""
    with _telling(name):
        await obstore.put_async(store(), _checked(name), content)


async def read(name: str) -> bytes:
    """The content. Raises FileNotFoundError, Unreachable."""
    with _telling(name):
        found = await obstore.get_async(store(), _checked(name))
        return bytes(await found.bytes_async())


async def delete(*names: str) -> None:
    """Those of them that there are. Raises Unreachable."""
    for name in names:
        with _telling(name, missing_ok=True):
            await obstore.delete_async(store(), _checked(name))


async def inside(folder: str) -> list[str]:
    """The names of all blobs that begin with `folder`/. Raises Unreachable."""
    with _telling(folder):
        return [str(meta["path"]) async for batch in obstore.list(store(), _checked(folder)) for meta in batch]


@cache
def store() -> Store:
    where = settings().blobs
    if not where:
        return LocalStore(_folder())
    return S3Store.from_url(
        where,
        config=settings().s3,  # type: ignore[arg-type]
        client_options={"timeout": _PATIENCE, "connect_timeout": timedelta(seconds=5), "allow_http": True},
        retry_config={"max_retries": 3, "retry_timeout": _PATIENCE},
    )


def _folder() -> Path:
    folder = settings().var / "files"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name) or ".." in name:
        raise ValueError("not the name of a file of ours")
    return name


@contextmanager
def _telling(name: str, missing_ok: bool = False) -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        if not missing_ok:
            raise FileNotFoundError(name) from None
    except BaseError as error:
        raise Unreachable from error
