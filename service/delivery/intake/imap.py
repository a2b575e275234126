"""A mailbox by IMAP: what was read is marked as seen, what is not understood gets a flag, and nothing is deleted."""

import asyncio
import imaplib
import re
import ssl
from contextlib import suppress

from service.delivery.intake import mails
from service.delivery.intake.sources import Source
from service.kit import log

EVERY = 60.0
TIMEOUT = 30.0
_AT_ONCE = 200
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_WRONG = (*mails.AWAY, imaplib.IMAP4.error)
_log = log.logger("bounces")


async def poll(source: Source) -> None:
    """Every minute, until the task is cancelled."""
    while True:
        try:
            await take_new(source)
        except _WRONG as error:
            # Its words may hold the user's name.
            _log.warning("mailbox_waits", host=source.host, error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def take_new(source: Source) -> int:
    """Takes what is neither seen nor flagged; how many that were. Raises OSError, imaplib.IMAP4.error and so on."""
    mailbox = await asyncio.to_thread(_Mailbox, source)
    try:
        waiting = (await asyncio.to_thread(mailbox.waiting))[:_AT_ONCE]
        for uid in waiting:
            raw = await asyncio.to_thread(mailbox.read, uid)
            understood = raw is not None and await mails.take_found(raw, "imap")
            if not understood:
                _log.warning("mail_not_understood", kept=uid)
            await asyncio.to_thread(mailbox.mark, uid, r"\Seen" if understood else r"\Flagged")
        return len(waiting)
    finally:
        await asyncio.to_thread(mailbox.leave)


class _Mailbox:
    """One conversation, step by step in threads. Raises OSError and imaplib.IMAP4.error."""

    def __init__(self, source: Source) -> None:
        context = ssl.create_default_context()
        if not source.verify:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._server = imaplib.IMAP4_SSL(source.host, source.port, ssl_context=context, timeout=TIMEOUT)
        try:
            self._server.login(source.user, source.password)
            _checked(self._server.select(f'"{source.folder}"'))
        except BaseException:
            self.leave()
            raise

    def waiting(self) -> list[str]:
        found = _checked(self._server.uid("SEARCH", "UNSEEN", "UNFLAGGED"))
        return [uid.decode() for uid in (found[0] or b"").split()]

    def read(self, uid: str) -> bytes | None:
        """The mail, still unseen; None for one that is gone or too large."""
        size = _SIZE.search(b" ".join(_parts(self._server.uid("FETCH", uid, "(RFC822.SIZE)"))))
        if not size or int(size[1]) > mails.LARGEST:
            return None
        given = _checked(self._server.uid("FETCH", uid, "(BODY.PEEK[])"))
        return next((bytes(part[1]) for part in given if isinstance(part, tuple)), None)

    def mark(self, uid: str, flag: str) -> None:
        _checked(self._server.uid("STORE", uid, "+FLAGS.SILENT", f"({flag})"))

    def leave(self) -> None:
        try:
            self._server.logout()
        except (OSError, imaplib.IMAP4.error):
            with suppress(OSError):
                self._server.shutdown()


def _checked(answer: tuple[str, list]) -> list:
    status, given = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return given


def _parts(answer: tuple[str, list]) -> list[bytes]:
    return [part for item in _checked(answer) if item for part in (item if isinstance(item, tuple) else (item,))]
