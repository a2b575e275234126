"""What makes a mail its own: the same for every attempt, whatever happens to the secret in between."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

import dkim as dkimpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.delivery import headers, letters, probe, servers, wire
from service.delivery.headers import Unmailable
from service.delivery.letter import Letter
from service.kit import clock, db, keys, sealing
from service.kit import settings as kept
from service.organisation import queries as organisation
from service.rendering.email import CompiledEdition
from tests.make import dkim, mailings, smtp
from tests.make.verp import bounce_domain

NAMES = (
    b"DKIM-Signature From To Subject Date Message-ID MIME-Version Content-Type Content-Language List-Unsubscribe"
    b" List-Unsubscribe-Post List-Id List-Help Feedback-ID Precedence"
).split()
MAILING = {
    "id": 4,
    "revision": 0,
    "sender_name": "100xSolidarität",
    "sender_address": "news@example.org",
    "reply_to": "",
    "list_name": "Newsletter",
    "list_label": "newsletter",
    "shared": "{}",
}
SUBJECT = "{{ first_name }} {{ (last_name|upper) }} news"
EDITION = CompiledEdition(SUBJECT, mailings.EDITION.html, mailings.EDITION.text)
ANYTHING = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)


@cache
def writer() -> letters.MailingLetters:
    sender = letters.Sender("news@example.org", b"p" * 32, dkim.keys()[1:])
    return letters.MailingLetters(MAILING, {"en": wire.Edition(EDITION, {}, signed=True)}, sender)


@settings(deadline=None)
@given(first=ANYTHING, last=ANYTHING, mailbox=st.text(max_size=12) | st.just("anna"))
async def test_no_name_and_no_address_gets_past_what_the_last_check_would_refuse(
    first: str, last: str, mailbox: str
) -> None:
    row = {
        "id": 7,
        "subscriber": 3,
        "language": "en",
        "address": sealing.seal_address(f"{mailbox}@example.net".encode(errors="replace").decode()),
        "first_name": sealing.seal("first_name", first),
        "last_name": sealing.seal("last_name", last),
    }
    try:
        letter = await writer().write(row)
    except Unmailable as refused:
        assert refused.reason in ("address", "content")
        return
    headers.check(letter.message)
    found = re.findall(rb"(?m)^([A-Za-z-]+):", letter.message.partition(b"\r\n\r\n")[0])
    assert sorted(found) == sorted(NAMES)


async def written(mailing: int) -> Letter:
    [row] = await db.fetch("SELECT * FROM delivery WHERE mailing = $1", mailing)
    return await (await letters.of_mailing(mailing)).write(row)


def message_id(letter: Letter) -> bytes:
    [line] = [line for line in letter.message.split(b"\r\n") if line.startswith(b"Message-ID:")]
    return line


@contextmanager
def secrets(monkeypatch: pytest.MonkeyPatch, value: str) -> Iterator[None]:
    with monkeypatch.context() as changed:
        changed.setenv("HUNDREDFOLD_SECRET", value)
        for cached in (kept.settings, keys.derive, sealing._cipher):
            cached.cache_clear()
        yield
    for cached in (kept.settings, keys.derive, sealing._cipher):
        cached.cache_clear()


async def test_every_attempt_has_the_same_ids_also_while_the_secret_is_changed(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = await mailings.started(1)
    with bounce_domain():
        first = await written(mailing)
        with secrets(monkeypatch, f"2:{'n' * 40} 1:{kept.settings().secrets[1]}"):
            second = await written(mailing)
        with clock.at(clock.now() + timedelta(hours=1)):
            third = await written(mailing)
    assert message_id(first) == message_id(second) == message_id(third)
    assert first.envelope_id == second.envelope_id == third.envelope_id
    assert first.envelope_id.encode() in message_id(first)
    assert first.sender == second.sender and first.sender.endswith("@bounces.example.org")


async def test_mails_are_signed_from_the_moment_a_key_signs_for_their_domain(database: None) -> None:
    mailing = await mailings.started(1)
    elsewhere = await mailings.started(1, sender_address="news@example.com")
    assert b"DKIM-Signature" not in (await written(mailing)).message
    await dkim.publish()
    assert (await written(mailing)).message.count(b"\r\nDKIM-Signature: ") == 1
    assert (await written(mailing)).message.startswith(b"DKIM-Signature: ")
    assert b"DKIM-Signature" not in (await written(elsewhere)).message


async def test_a_name_that_is_not_used_is_not_even_opened(database: None) -> None:
    mailing = await mailings.started(1)
    await db.execute("UPDATE delivery SET last_name = $1", b"\x09 sealed with a key that is gone")
    assert b"Reader 1" in (await written(mailing)).message


async def test_the_mail_that_tries_a_server_is_signed_as_all_others(database: None) -> None:
    await dkim.publish()
    await db.execute("UPDATE organisation SET sender_address = 'news@example.org'")
    async with smtp.office(configured=False) as office:
        await probe.probe(servers.server(office.url), await organisation.required(), "anna@example.net")
        [mail] = office.received
    assert dkimpy.DKIM(mail.message).verify(0, dnsfunc=dkim.dns)
