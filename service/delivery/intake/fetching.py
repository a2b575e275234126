"""The one outgoing request of the intake: a small file from Amazon's notification service, and from nobody else."""

import asyncio
import http.client
import re
import ssl
import time

from service.kit.errors import Problem
from service.kit.i18n import Sentence

LARGEST = 20_000
_SECONDS = 8.0
_HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]{2,12}){1,3}-[0-9]\.amazonaws\.com")


class CouldNotFetch(Problem):
    code = "could_not_fetch"
    status = 503
    sentence = Sentence("Amazon did not answer what we had to ask it. Please send this again later.")


async def fetch(host: str, path: str) -> bytes:
    """What https://host/path answers: at once, in whole, and small; redirects are refused. Raises CouldNotFetch."""
    if not _HOST.fullmatch(host) or not path.isascii() or not path.isprintable() or " " in path:
        raise CouldNotFetch
    try:
        return await asyncio.wait_for(asyncio.to_thread(_get, host, path), _SECONDS + 2)
    except (OSError, http.client.HTTPException):
        raise CouldNotFetch from None


def _get(host: str, path: str) -> bytes:
    until = time.monotonic() + _SECONDS
    connection = http.client.HTTPSConnection(host, timeout=_SECONDS / 2, context=ssl.create_default_context())
    try:
        connection.request("GET", path)
        with connection.getresponse() as response:
            return _read(response, until)
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    if response.status != 200:
        raise CouldNotFetch
    found = b""
    while part := response.read1(LARGEST):
        found += part
        if len(found) > LARGEST or time.monotonic() > until:
            raise CouldNotFetch
    return found
