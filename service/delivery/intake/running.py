"""`hundredfold bounces`: every source that BOUNCE_URL names, in one process."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from service.delivery.intake import imap, listening, maildir
from service.delivery.intake.listening import Office
from service.delivery.intake.sources import BadBounceUrl, Source, source
from service.kit import log
from service.kit.processes import CannotRun
from service.kit.settings import settings

_log = log.logger("bounces")


async def run() -> None:
    """Until SIGTERM or SIGINT. Raises BadBounceUrl and CannotRun."""
    sources = [source(url) for url in settings().bounce_urls]
    if not sources:
        raise BadBounceUrl(reason="it is not set, so there is nowhere to take bounces from")
    if not settings().bounce_domain:
        raise BadBounceUrl(reason="it needs BOUNCE_DOMAIN too, the domain of the addresses that mails come back to")
    task = asyncio.ensure_future(_all(sources))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


async def _all(sources: list[Source]) -> None:
    """Begins all of them before the first may take anything."""
    begun = [await _begun(named) for named in sources]
    _log.info("taking_bounces", sources=[named.kind for named in sources])
    await asyncio.gather(*begun)


async def _begun(named: Source) -> Coroutine[Any, Any, None]:
    """What goes on until it is cancelled."""
    match named.kind:
        case "maildir":
            _require_maildir(named)
            return maildir.poll(named.path)
        case "imaps":
            return imap.poll(named)
    office = Office(named.kind)
    try:
        if named.host:
            server = await listening.listen(named.kind, named.host, named.port, office)
        else:
            server = await listening.listen_at(named.path, office)
    except OSError as error:
        where = f"{named.host}:{named.port}" if named.host else named.path
        raise CannotRun(f"BOUNCE_URL: nothing can listen at {where} ({os.strerror(error.errno or 0)}).") from error
    return listening.serve(server, office)


def _require_maildir(named: Source) -> None:
    if not all((named.path / part).is_dir() for part in ("new", "cur")):
        raise CannotRun(f"BOUNCE_URL: {named.path} is no Maildir; it wants the folders new and cur.")
