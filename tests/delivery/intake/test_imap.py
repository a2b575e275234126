"""A mailbox is read by IMAP over TLS: nothing in it is deleted, and what was read is marked."""

import imaplib
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from service.delivery import verp
from service.delivery.intake import imap, mails
from service.delivery.intake.sources import source
from tests.make.bounces import kept, records_away, report, sent_by_mailing, vacation
from tests.make.imap import Mailbox, mailbox
from tests.make.verp import bounce_domain

pytestmark = pytest.mark.usefixtures("database")
ANNA = 7


@pytest.fixture(autouse=True)
def domain() -> Iterator[None]:
    with bounce_domain():
        yield


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Mailbox]:
    async with mailbox(tmp_path) as made:
        yield made


async def returned(raw: bytes = b"") -> bytes:
    return f"Delivered-To: {await verp.address(await sent_by_mailing(ANNA))}\r\n".encode() + (raw or report())


async def test_a_report_is_taken_and_marked_as_seen(box: Mailbox) -> None:
    uid = box.add(await returned())
    assert await imap.take_new(source(box.url)) == 1
    assert [row["source"] for row in await kept()] == ["imap"]
    assert box.mails[uid].flags == {r"\Seen"}
    assert await imap.take_new(source(box.url)) == 0


async def test_what_is_not_understood_stays_unread_and_gets_a_flag(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mails, "LARGEST", 20_000)
    strange, large, fine = box.add(b"Subject: hello\r\n\r\nx"), box.add(b"x" * 20_001), box.add(await returned())
    away = box.add(await returned(vacation()))
    await imap.take_new(source(box.url))
    assert [box.mails[uid].flags for uid in (strange, large, fine, away)] == [
        {r"\Flagged"},
        {r"\Flagged"},
        {r"\Seen"},
        {r"\Seen"},
    ]
    assert len(box.mails) == 4 and not [command for command in box.commands if "EXPUNGE" in command]


async def test_a_large_one_is_not_even_fetched(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mails, "LARGEST", 10)
    box.add(await returned())
    await imap.take_new(source(box.url))
    assert not [command for command in box.commands if "BODY" in command]


async def test_while_the_records_are_away_it_stays_unread(box: Mailbox) -> None:
    uid = box.add(await returned())
    async with records_away():
        with pytest.raises(mails.AWAY):
            await imap.take_new(source(box.url))
    assert box.mails[uid].flags == set()
    await imap.take_new(source(box.url))
    assert len(await kept()) == 1


async def test_a_connection_that_breaks_loses_and_doubles_nothing(box: Mailbox) -> None:
    box.add(await returned())
    box.add(await returned())
    for commands in range(3, 12):
        box.commands.clear()
        box.drop_after = commands
        try:
            await imap.take_new(source(box.url))
        except (OSError, imaplib.IMAP4.error):
            continue
    assert len(await kept()) == 2 and all(mail.flags == {r"\Seen"} for mail in box.mails.values())


async def test_a_wrong_password_and_a_folder_that_is_not_there_are_errors(box: Mailbox) -> None:
    right = source(box.url)
    for wrong in (
        msgspec.structs.replace(right, password="guessed"),
        msgspec.structs.replace(right, folder="Archive"),
    ):
        with pytest.raises(imaplib.IMAP4.error):
            await imap.take_new(wrong)


async def test_a_server_that_nobody_vouches_for_is_not_told_the_password(box: Mailbox) -> None:
    with pytest.raises(ssl.SSLError):
        await imap.take_new(msgspec.structs.replace(source(box.url), verify=True))
    assert box.commands == []
