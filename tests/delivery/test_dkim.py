"""Signatures that others find good, over mails of every shape."""

import base64
import hashlib
import re
from datetime import UTC, datetime

import dkim as dkimpy
import pytest
from dkim.canonicalization import Relaxed
from hypothesis import given, settings
from hypothesis import strategies as st

from service.delivery import dkim
from service.kit import clock
from tests.make.dkim import dns, keys

HEAD = (
    b"From: =?utf-8?B?SnVsaQ==?= <news@example.org>\r\nTo:\r\n anna@example.net\r\n"
    b"Subject:  News \tfor\r\n  Anna \r\n"
    b"Date: Sun, 22 Nov 2026 08:00:00 +0000\r\nMessage-ID: <a@example.org>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain\r\nList-Unsubscribe: <https://news.example.org/u/x>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"Feedback-ID: 1:a:campaign:exampleorg\r\nPrecedence: bulk\r\n"
)
BODY = b"Dear  Anna, \r\n\r\n\tnews.\r\n.\r\n\r\n"
# Bodies that are all blanks and line ends, which is where canonical forms go wrong.
PIECES = st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"a", b"=", b".", b"\xc3\xa9"]), max_size=30).map(b"".join)


def signed(head: bytes = HEAD, body: bytes = BODY) -> bytes:
    return dkim.Signer(keys()).sign(head, body) + head + b"\r\n" + body


def good(message: bytes) -> list[bool]:
    """Whether dkimpy finds each signature good."""
    count = len(re.findall(rb"^DKIM-Signature:", message, re.MULTILINE))
    return [is_good(message, number) for number in range(count)]


def is_good(message: bytes, number: int) -> bool:
    try:
        return bool(dkimpy.DKIM(message).verify(number, dnsfunc=dns))
    except dkimpy.ValidationError:
        return False


def tags(signature: bytes) -> dict[str, str]:
    value = signature.decode().partition(":")[2]
    return {
        name.strip(): re.sub(r"\s", "", given)
        for name, _equals, given in (item.partition("=") for item in value.split(";"))
    }


def test_each_key_signs_and_both_signatures_hold() -> None:
    assert good(signed()) == [True, True]
    rsa_tags, ed_tags = (tags(dkim.Signer([key]).sign(HEAD, BODY)) for key in keys())
    assert (rsa_tags["a"], ed_tags["a"]) == ("rsa-sha256", "ed25519-sha256")
    for found in (rsa_tags, ed_tags):
        assert found["c"] == "relaxed/relaxed" and found["d"] == "example.org" and "l" not in found
    assert rsa_tags["bh"] == ed_tags["bh"]


def test_without_keys_nothing_is_signed() -> None:
    assert not dkim.Signer([]) and dkim.Signer([]).sign(HEAD, BODY) == b""


def test_the_same_mail_in_the_same_second_has_the_same_signature() -> None:
    with clock.at(datetime(2026, 11, 22, 8, tzinfo=UTC)):
        assert signed() == signed()
        assert tags(dkim.Signer(keys()).sign(HEAD, BODY))["t"] == "1795334400"


def test_lines_are_folded_however_long_the_names_are() -> None:
    head = HEAD + b"".join(b"List-X%d: y\r\n" % number for number in range(40))
    for line in dkim.Signer(keys()).sign(head, BODY).split(b"\r\n"):
        assert len(line) <= 78


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"<news@example.org>", b"<news@example.net>"),
        (b"anna@example.net", b"eve@example.net"),
        (b"/u/x>", b"/u/y>"),
        (b"=One-Click", b"=Two-Click"),
        (b"1:a:campaign", b"1:b:campaign"),
        (b"news.\r\n", b"News.\r\n"),
        (b".\r\n\r\n", b".\r\n<b>\r\n"),
        (b"From:", b"From: eve@example.org\r\nFrom:"),
        (b"Subject:", b"Subject: Money\r\nSubject:"),
        (b"Precedence", b"Reply-To: eve@example.org\r\nPrecedence"),
        (b"Precedence", b"Cc: eve@example.org\r\nPrecedence"),
        (b"Precedence", b"Content-Type: text/html\r\nPrecedence"),
    ],
)
def test_what_was_changed_or_added_on_the_way_is_noticed(was: bytes, becomes: bytes) -> None:
    message = signed()
    assert message.count(was)
    assert good(message.replace(was, becomes, 1)) == [False, False]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"Anna \r\n", b"Anna\r\n"),
        (b"To:\r\n anna", b"to: anna"),
        (b"\tnews", b" news"),
        (b".\r\n\r\n", b".\r\n\r\n\r\n"),
        (b"Precedence: bulk\r\n", b""),
        (b"From:", b"Received: from x\r\nFrom:"),
    ],
)
def test_what_servers_do_on_the_way_does_no_harm(was: bytes, becomes: bytes) -> None:
    message = signed()
    assert message.count(was) == 1
    assert good(message.replace(was, becomes, 1)) == [True, True]


@settings(deadline=None)
@given(body=PIECES)
def test_a_body_is_relaxed_as_others_relax_it(body: bytes) -> None:
    # dkimpy keeps the blanks of a last line without an end, which SMTP never carries.
    body += b"\r\n"
    assert dkim.relaxed_body(body) == Relaxed.canonicalize_body(body)


@settings(deadline=None)
@given(values=st.lists(PIECES.map(lambda value: value.replace(b"\r\n", b"\r\n ")), min_size=1, max_size=4))
def test_a_head_is_relaxed_as_others_relax_it(values: list[bytes]) -> None:
    given_lines = [(b"List-%d" % number, b" " + value + b"x\r\n") for number, value in enumerate(values)]
    meant = b"".join(name + b":" + value for name, value in reversed(Relaxed.canonicalize_headers(given_lines)))
    assert dkim.relaxed_head(b"".join(name + b":" + value for name, value in given_lines)).canonical == meant


def test_a_head_in_two_pieces_is_signed_as_in_one() -> None:
    first, second = HEAD[: HEAD.index(b"Date")], HEAD[HEAD.index(b"Date") :]
    whole = dkim.relaxed_head(second).after(dkim.relaxed_head(first))
    assert whole == dkim.relaxed_head(HEAD)


def test_a_name_that_stands_twice_is_signed_from_below() -> None:
    assert good(signed(b"List-Owner: a\r\nList-Owner: b\r\n" + HEAD)) == [True, True]


def test_an_empty_body_is_signed_as_rfc_6376_has_it() -> None:
    # Section 3.4.4: the hash of nothing.
    nothing = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    for body in (b"", b"\r\n", b" \r\n\r\n"):
        assert tags(dkim.Signer(keys()[:1]).sign(HEAD, body))["bh"] == nothing
        assert good(signed(body=body)) == [True, True]
