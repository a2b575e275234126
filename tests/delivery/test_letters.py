"""What makes a mail its own: the same for every attempt, whatever happens to the secret in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from service.delivery import letters
from service.delivery.letter import Letter
from service.kit import clock, db, keys, sealing
from service.kit.settings import settings
from tests.make import dkim, mailings
from tests.make.verp import bounce_domain


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
        for cached in (settings, keys.derive, sealing._cipher):
            cached.cache_clear()
        yield
    for cached in (settings, keys.derive, sealing._cipher):
        cached.cache_clear()


async def test_every_attempt_has_the_same_ids_also_while_the_secret_is_changed(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = await mailings.started(1)
    with bounce_domain():
        first = await written(mailing)
        with secrets(monkeypatch, f"2:{'n' * 40} 1:{settings().secrets[1]}"):
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
