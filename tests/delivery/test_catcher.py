import asyncio
import smtplib
import stat
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from service.delivery import catcher


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    listener = catcher.listen()
    serving = asyncio.create_task(catcher.serve(tmp_path, listener))
    yield listener.getsockname()[1]
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


def letter(subject: str = "Grüße aus Bern: Привет") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "100xSolidarität <post@example.org>"
    mail["To"] = "Anna <anna@example.net>"
    mail["Subject"] = subject
    mail.set_content("Liebe Anna, schön!\n")
    mail.add_alternative("<p>Liebe Anna, schön!</p>\n", subtype="html")
    return mail


async def send(port: int, mail: EmailMessage) -> None:
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, start_tls=False)


async def test_a_mail_sent_is_read_back_with_envelope_subject_and_both_bodies(port: int, tmp_path: Path) -> None:
    await send(port, letter())
    [line] = catcher.listing(tmp_path).mails
    mail = catcher.read(tmp_path, line.id)
    assert (line.sender, line.recipients) == ("post@example.org", ["anna@example.net"])
    assert line.subject == mail.subject == "Grüße aus Bern: Привет"
    assert mail.text.splitlines() == ["Liebe Anna, schön!"]
    assert mail.html.splitlines() == ["<p>Liebe Anna, schön!</p>"]
    assert ("From", "100xSolidarität <post@example.org>") in mail.headers


async def test_the_bytes_are_kept_exactly_as_they_came(port: int, tmp_path: Path) -> None:
    body = b"Subject: dots\r\n\r\n.hidden\r\n..\r\n\xd0\x9f\r\n"
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        await client.sendmail("a@example.org", ["b@example.net"], body, mail_options=["BODY=8BITMIME"])
    [line] = catcher.listing(tmp_path).mails
    assert catcher.read(tmp_path, line.id).raw == body


async def test_pipelined_commands_and_international_addresses_are_taken(port: int, tmp_path: Path) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    writer.write(b"EHLO example.org\r\n")
    offered = []
    while not offered or offered[-1][3:4] == b"-":
        offered.append(await reader.readline())
    assert {b"PIPELINING", b"8BITMIME", b"SMTPUTF8"} <= {line[4:].strip() for line in offered}
    writer.write(
        "MAIL FROM:<a@example.org> SMTPUTF8\r\nRCPT TO:<аня@example.net>\r\n".encode()
        + b"RCPT TO:<b@example.net>\r\nDATA\r\n"
    )
    assert [(await reader.readline())[:3] for _ in range(4)] == [b"250", b"250", b"250", b"354"]
    writer.write(b"Subject: one\r\n\r\nhello\r\n.\r\nMAIL FROM:<a@example.org>\r\nQUIT\r\n")
    assert [(await reader.readline())[:3] for _ in range(3)] == [b"250", b"250", b"221"]
    writer.close()
    assert catcher.listing(tmp_path).mails[0].recipients == ["аня@example.net", "b@example.net"]


def test_a_plain_smtplib_client_works_too(tmp_path: Path) -> None:
    async def story() -> None:
        listener = catcher.listen()
        serving = asyncio.create_task(catcher.serve(tmp_path, listener))
        await asyncio.to_thread(deliver, listener.getsockname())
        serving.cancel()

    def deliver(address: tuple[str, int]) -> None:
        with smtplib.SMTP(*address) as client:
            client.send_message(letter("two at once"), to_addrs=["c@example.org", "d@example.org"])

    asyncio.run(story())
    assert catcher.listing(tmp_path).total == 1


def test_only_the_newest_are_kept_and_the_newest_come_first(tmp_path: Path) -> None:
    folder = catcher.Folder(tmp_path, kept=3)
    for number in range(5):
        folder.keep("a@example.org", ["b@example.org"], b"Subject: %d\r\n\r\n" % number)
    again = catcher.Folder(tmp_path, kept=3)
    again.keep("a@example.org", ["b@example.org"], b"Subject: 5\r\n\r\n")
    assert [mail.subject for mail in catcher.listing(tmp_path).mails] == ["5", "4", "3"]


def test_pages_of_fifty_and_a_page_past_the_end_is_the_last(tmp_path: Path) -> None:
    folder = catcher.Folder(tmp_path)
    for number in range(51):
        folder.keep("a@example.org", ["b@example.org"], b"Subject: %d\r\n\r\n" % number)
    last = catcher.listing(tmp_path, page=99)
    assert (last.page, last.pages, last.total) == (2, 2, 51)
    assert [mail.subject for mail in last.mails] == ["0"]
    assert catcher.listing(tmp_path / "nothing yet").mails == []


def test_nobody_else_on_the_machine_can_read_the_mails(tmp_path: Path) -> None:
    folder = catcher.Folder(tmp_path / "caught")
    name = folder.keep("a@example.org", ["b@example.org"], b"\r\n")
    assert stat.S_IMODE((tmp_path / "caught").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "caught" / f"{name}.mail").stat().st_mode) == 0o600


@pytest.mark.parametrize("id", ["../secret", "../../etc/passwd", "", "key", "20260101T000000000000-0000000g", "\0"])
def test_an_id_cannot_leave_the_folder(tmp_path: Path, id: str) -> None:
    (tmp_path / "secret.mail").write_text("{}\n")
    catcher.Folder(tmp_path / "caught")
    with pytest.raises(catcher.NoSuchMail):
        catcher.read(tmp_path / "caught", id)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"Subject: =?utf-9?q?x?=\r\n\r\n",
        "Subject: =?café?q?x?=\r\n\r\n".encode(),
        b"Subject: =?utf-8?b?a?=\r\n\r\n",
        b"Subject: =?utf-8?b?!!!?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff",
        b"Subject: \xff\xfe\r\nContent-Type: multipart/mixed; boundary=\r\n\r\nx",
        b"not a header at all",
    ],
)
def test_a_broken_mail_is_still_shown(tmp_path: Path, raw: bytes) -> None:
    name = catcher.Folder(tmp_path).keep("", ["b@example.org"], raw)
    assert catcher.read(tmp_path, name).raw == raw
    assert catcher.listing(tmp_path).total == 1


def test_the_key_of_the_page_stays_the_same_and_is_private(tmp_path: Path) -> None:
    key = catcher.page_key(tmp_path)
    assert len(key) == 24
    assert catcher.page_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_the_catcher_listens_on_the_loopback_only() -> None:
    with catcher.listen() as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
        with pytest.raises(OSError, match="in use"), catcher.listen(listener.getsockname()[1]):
            pytest.fail("one port twice")


def test_mails_to_one_person_are_found_among_many(tmp_path: Path) -> None:
    folder = catcher.Folder(tmp_path)
    for number in range(60):
        folder.keep("news@example.org", [f"reader{number}@example.net"], b"Subject: News\r\n\r\nHello\r\n")
    found = catcher.listing(tmp_path, to="READER7@")
    assert [mail.recipients for mail in found.mails] == [["reader7@example.net"]]
    assert catcher.listing(tmp_path, to="nobody").mails == []
