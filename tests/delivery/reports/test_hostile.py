"""Anybody may send anything to a return path: no bytes end in an error, none take long or much memory."""

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from service.delivery.reports import Report, parse
from service.delivery.reports.reading import LARGEST
from tests.make.reports import complaint, failed, quoting, receipt

PIECES = [
    *(
        b"--b1/=",
        b"--b1/=--",
        b"\n\n",
        b"\r\n",
        b"\r",
        b"\0",
        b"=?utf-8?b?",
        b"?=",
        b"=?x?q?=FF?=",
        b"=?caf\xc3\xa9?q?a?=",
        b"Content-Type: ",
    ),
    *(b"multipart/report; boundary=", b"multipart/mixed; boundary=b1/=\n\n", b"message/rfc822\n\n", b"text/html\n\n"),
    *(
        b"message/delivery-status\n\n",
        b"message/feedback-report\n\n",
        b"Content-Transfer-Encoding: base64\n",
        b"base64",
    ),
    *(
        b"; charset=punycode",
        b"; charset=utf-7",
        b"; charset=idna",
        b"; charset=hex",
        b"; charset=iso-2022-jp\n\n\x1b$B",
    ),
    *(b"Final-Recipient: rfc822; x\n", b"Action: failed\n", b"Status: 5.1.1\n", b"Status: \xff\n", b"Message-ID: <"),
    *(
        b"From: Mailer-Daemon\n",
        b"Subject: =?utf-8?q?undeliverable\n",
        b"550 5.1.1 user unknown\n",
        b"\xff\xfe\xfd",
        b"<" * 99,
    ),
]
REPORTS = [
    failed("5.1.1", "550 unknown"),
    complaint(),
    receipt(),
    quoting("Mailer-Daemon", "failed", "x", "---- copy"),
]


@given(some.binary(max_size=2_000) | some.lists(some.sampled_from(PIECES) | some.binary(max_size=9)).map(b"".join))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_read(raw: bytes) -> None:
    assert isinstance(parse(raw), Report)


@given(some.sampled_from(REPORTS), some.data())
@settings(max_examples=200, deadline=None)
def test_a_report_broken_anywhere_is_read(raw: bytes, data: some.DataObject) -> None:
    start = data.draw(some.integers(0, len(raw)))
    end = data.draw(some.integers(start, len(raw)))
    assert isinstance(parse(raw[:start] + data.draw(some.sampled_from(PIECES)) + raw[end:]), Report)


def nested(kind: bytes, depth: int) -> bytes:
    return b"".join(b"Content-Type: %s; boundary=b%d\n\n--b%d\n" % (kind, level, level) for level in range(depth))


MILLION = 1_000_000
HOSTILE = {
    "ten thousand nested parts": nested(b"multipart/mixed", 10_000),
    "ten thousand nested mails": b"Content-Type: message/rfc822\n\n" * 10_000,
    "a hundred thousand parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 100_000,
    "the same boundary in itself": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 20_000,
    "a header of a megabyte": b"Subject: " + b"undeliverable " * 80_000 + b"\n\nx",
    "a header of semicolons": b"Content-Type: multipart/mixed" + b";" * MILLION,
    "a header of quotes": b'Content-Type: multipart/mixed; boundary="' + b'\\";"' * 250_000,
    "a header of encoded words": b"From: Mailer-Daemon\nSubject: " + b"=?utf-8?q?" * 100_000 + b"\n\nx",
    "a hundred thousand headers": b"X-A: b\n" * 140_000,
    "a header folded without end": b"Subject: a" + b"\n b" * 300_000,
    "tags that never close": b"From: postmaster\nSubject: undeliverable\nContent-Type: text/html\n\n"
    + b"<" * MILLION,
    "nested tags": b"From: postmaster\nSubject: undeliverable\nContent-Type: text/html\n\n" + b"<div>" * 200_000,
    "one word": b"From: postmaster\nSubject: undeliverable\n\n" + b"a" * MILLION,
    "many users": b"From: postmaster\nSubject: undeliverable\n\n" + b"user mailbox no unknown " * 40_000,
    "many dashes": b"From: postmaster\nSubject: undeliverable\n\n" + b"-" * MILLION,
    "many blanks": b"From: postmaster\nSubject: undeliverable\n\n" + b" \n" * 400_000,
    "many fields": failed("5.0.0") + b"Final-Recipient: x\nAction: failed\nStatus: 5.1.1\n\n" * 20_000,
    "many addresses": b"From: postmaster\nSubject: undeliverable\n\n" + b"a@b." * 250_000,
    "many message ids": failed("5.1.1").replace(b"message/rfc822", b"text/plain") + b"Message-ID: <" * 80_000,
    "punycode": b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" + b"b" * MILLION,
    "utf-7": b"From: postmaster\nContent-Type: text/plain; charset=utf-7\n\n" + b"+AGE-" * 200_000,
    "quoted-printable": b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * MILLION,
    "base64": b"Content-Transfer-Encoding: base64\n\n" + b"A" * MILLION,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_would_take_long_takes_no_time(what: str) -> None:
    began = time.process_time()
    parse(HOSTILE[what])
    assert time.process_time() - began < 2


def test_of_a_huge_mail_a_megabyte_is_looked_at() -> None:
    raw = failed("5.1.1", "550 unknown user") + b"x" * 40 * LARGEST
    tracemalloc.start()
    assert parse(raw).kind == "hard"
    assert tracemalloc.get_traced_memory()[1] < 16 * LARGEST
    tracemalloc.stop()
