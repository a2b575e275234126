"""facts/mail.md on raw bytes, with people and subjects that try to break out."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.delivery import headers, outbox, transactional
from service.delivery.headers import Unmailable
from service.rendering.email import CompiledEdition
from tests.make import mailings, smtp
from tests.make.smtp import Received

HOSTILE = [
    "Anna",
    "Bob\r\nBcc: eve@example.org",
    "=?utf-8?q?Hi=0ABcc:_x@example.org?=",
    '"quoted\\" <eve@example.org>',
    "Zoë " * 30,
    "Святлана Ціханоўская",
    "\u202egnp.exe",
    "a\x00b\x7f",
    "{{ 7 * 7 }}",
    ".\r\n.\r\nMAIL FROM:<eve@example.org>",
    "x" * 500,
    "👩‍👩‍👧‍👦",
]
BULK = {
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Language", "Reply-To",
    "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "List-Help", "Feedback-ID", "Precedence",
}  # fmt: skip
SUBJECT = CompiledEdition("{{ first_name }}: news, {{ first_name }}", mailings.EDITION.html, mailings.EDITION.text)


def head(mail: Received) -> list[str]:
    return mail.message.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")


def conforms(mail: Received, names: set[str]) -> None:
    lines = head(mail)
    found = [line.partition(":")[0] for line in lines if not line.startswith((" ", "\t"))]
    assert sorted(found) == sorted(names)
    assert all(len(line) <= 78 or " " not in line.strip() for line in lines)
    body = mail.message.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|[^\x20-\x7e\r\n\t]", mail.message)
    kinds = [part.get_content_type() for part in mail.parsed.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


async def test_campaign_mails_keep_every_rule_whatever_the_readers_are_called(work: Any) -> None:
    async with smtp.office() as office:
        mailing = await mailings.mailing(
            {"en": SUBJECT}, reply_to="answers@example.org", sender_name="100xSolidarität"
        )
        readers = [(number, f"reader{number}@example.net", name) for number, name in enumerate(HOSTILE, 1)]
        await mailings.audience(mailing, readers)
        await outbox.open(mailing)
        await work()
        assert len(office.received) == len(HOSTILE)
        for mail in office.received:
            conforms(mail, BULK)
            _check_campaign_headers(mail, mailing)


def _check_campaign_headers(mail: Received, mailing: int) -> None:
    parsed, lines = mail.parsed, "\n".join(head(mail))
    assert mail.sender == "news@example.org"
    assert parsed["From"].addresses[0].addr_spec == "news@example.org"
    assert parsed["From"].addresses[0].display_name == "100xSolidarität"
    assert [str(to) for to in parsed["To"].addresses] == [mail.recipient]
    url = re.search(r"^List-Unsubscribe:\s+<(https://news\.example\.org/u/[\w-]+)>$", lines, re.M)
    assert url and url[1].encode() in _decoded_text(parsed)
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert "List-Id: Newsletter <newsletter.example.org>" in lines
    assert f"Feedback-ID: {mailing}:newsletter:campaign:exampleorghundr" in lines
    assert "Precedence: bulk" in lines and "Content-Language: en" in lines
    others = mail.message.replace(f"To: {mail.recipient}".encode(), b"")
    assert mail.recipient.encode() not in others
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", parsed["Message-ID"])


def _decoded_text(parsed: EmailMessage) -> bytes:
    part = parsed.get_body(("plain",))
    assert part
    return part.get_payload(decode=True)  # type: ignore[return-value]


async def test_a_confirmation_says_that_it_is_automatic_and_carries_no_list_headers(work: Any) -> None:
    async with smtp.office() as office:
        await transactional.send(
            "subscribers/unsubscribed",
            "de",
            "anna@example.net",
            {"organisation": "Example Solidarity", "postal_address": ""},
        )
        await work()
        [mail] = office.received
        lines = "\n".join(head(mail))
        assert "Auto-Submitted: auto-generated" in lines and "Content-Language: de" in lines
        assert "List-" not in lines and "Precedence" not in lines and "Feedback-ID" not in lines
        assert mail.parsed["From"].addresses[0].addr_spec == "news@news.example.org"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_a_readable_header_comes_back_or_is_refused(value: str) -> None:
    try:
        line = headers.line("Subject", value)
    except (ValueError, UnicodeEncodeError):
        return
    assert all(len(part) <= 78 for part in line[:-2].split(b"\r\n"))
    assert all(part.startswith(b" ") for part in line[:-2].split(b"\r\n")[1:])
    parsed = message_from_bytes(line + b"\r\n", policy=policy.default)
    assert parsed.keys() == ["Subject"]
    assert parsed["Subject"].split() == value.split()


def test_a_list_name_that_only_looks_encoded_goes_out_as_it_is() -> None:
    headers.check_sender("Friends", "news@example.org", "", "=?utf-8?b?a?=", "friends")
    line = headers.list_id("=?utf-8?b?a?=", "friends", "example.org")
    assert str(make_header(decode_header(line.decode().removeprefix("List-Id: ")))).startswith("=?utf-8?b?a?=")


@settings(deadline=None)
@given(st.text(min_size=1, max_size=120))
def test_a_display_name_comes_back_or_is_refused(name: str) -> None:
    try:
        line = headers.mailbox("From", name, "news@example.org")
    except (ValueError, UnicodeEncodeError):
        return
    parsed = message_from_bytes(line + b"\r\n", policy=policy.default)
    assert parsed.keys() == ["From"]
    [found] = parsed["From"].addresses
    assert found.addr_spec == "news@example.org"
    # Python's parser of phrases keeps the blank between two encoded words, which RFC 2047 says to drop.
    phrase = line.decode().removeprefix("From:").removesuffix(" <news@example.org>\r\n")
    if "=?utf-8?B?" in phrase:
        phrase = str(make_header(decode_header(phrase)))
        assert phrase.split() == name.split()
    else:
        assert found.display_name.split() == name.split()


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.net\r\nRCPT TO:<eve@example.org>",
        "anna@example.net>",
        "<anna@example.net",
        "anna example@example.net",
        "ánna@example.net",
        "anna@",
        "@example.net",
        "anna@example",
        "anna..b@example.net",
        "anna@exa_mple.net",
        "a" * 65 + "@example.net",
        '"anna b"@example.net',
    ],
)
def test_an_address_that_would_break_the_envelope_is_refused(address: str) -> None:
    with pytest.raises(Unmailable):
        headers.checked_address(address)


def test_a_domain_with_umlauts_goes_out_in_letters_that_every_server_knows() -> None:
    assert headers.checked_address("anna@bücher.example") == "anna@xn--bcher-kva.example"


GOOD = (
    b"From: a@example.org\r\nTo: b@example.net\r\nSubject: x\r\nDate: Sun, 22 Nov 2026 08:00:00 +0000\r\n"
    b"Message-ID: <a@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
)


def test_a_good_mail_passes_the_check() -> None:
    headers.check(GOOD)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"Subject: x\r\n", b"Subject: =?utf-8?q?Hi=0ABcc:_x@example.org?=\r\n"),
        (b"Subject: x\r\n", b"Subject: x\r\nSubject: y\r\n"),
        (b"Subject: x\r\n", b""),
        (b"Subject: x\r\n", b"Subject: x\nBcc: c@example.org\r\n"),
        (b"Subject: x\r\n", b"Subject: x\rBcc: c@example.org\r\n"),
        (b"Subject: x\r\n", b"Subject: x\r\nnot a header\r\n"),
        (b"Subject: x\r\n", b"Subject: \xc3\xa9\r\n"),
        (b"Hello", b"Hello\x00"),
        (b"Hello", b"H" * 999),
        (b"Hello\r\n", b"Hello\n"),
        (b"Hello", b"Hello\r\n.Hello"),
    ],
)
def test_the_last_check_refuses(good: bytes, bad: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        headers.check(GOOD.replace(good, bad))
