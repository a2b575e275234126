"""Header lines that staff and readers have a hand in, and the last look at a finished mail."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.delivery import headers
from service.delivery.headers import BadSender, Unmailable


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
    headers.check_sender("Friends", "news@example.org", "", "=?café?q?a?=", "friends")
    line = headers.list_id("=?utf-8?b?a?=", "friends", "example.org")
    assert str(make_header(decode_header(line.decode().removeprefix("List-Id: ")))).startswith("=?utf-8?b?a?=")


@pytest.mark.parametrize(
    ("name", "list_name"),
    [
        ("", "News"),
        ("Friends\r\nBcc: eve@example.org", "News"),
        ("=?utf-8?q?Hi=0ABcc:_x@example.org?=", "News"),
        ("Friends \U0001f389", "News"),
        ("\u202egnp.exe", "News"),
        ("Friends", "\u202egnp.exe"),
        ("Friends", "x" * 121),
        ("Friends", " "),
    ],
)
def test_names_that_deceive_are_refused_before_anything_is_frozen(name: str, list_name: str) -> None:
    with pytest.raises(BadSender):
        headers.check_sender(name, "news@example.org", "", list_name, "friends")


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
