"""BOUNCE_URL: what it may name, and what the operator is told otherwise."""

from pathlib import Path

import pytest

from service.delivery.intake.sources import BadBounceUrl, Source, source


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("lmtp://127.0.0.1:2424", Source("lmtp", "127.0.0.1", 2424)),
        ("lmtp://[::1]", Source("lmtp", "::1", 24)),
        ("lmtp:///run/hundredfold/bounces.sock", Source("lmtp", path=Path("/run/hundredfold/bounces.sock"))),
        ("smtp://0.0.0.0", Source("smtp", "0.0.0.0", 25)),
        ("maildir:///var/mail/bounces%20here", Source("maildir", path=Path("/var/mail/bounces here"))),
        (
            "imaps://b%40example.org:p%3A%2F@mail.example.org/Bounces",
            Source("imaps", "mail.example.org", 993, Path(), "b@example.org", "p:/", "Bounces"),
        ),
        (
            "imaps://b:p@localhost:1993?verify=no",
            Source("imaps", "localhost", 1993, Path(), "b", "p", "INBOX", verify=False),
        ),
    ],
)
def test_it_names_a_place(url: str, named: Source) -> None:
    assert source(url) == named


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("bounces", "begins with"),
        ("pop3://host", "begins with"),
        ("lmtp://", "begins with"),
        ("maildir://relative/path", "begins with"),
        ("smtp://host:99999", "of the form"),
        ("imaps://mail.example.org/INBOX", "needs a user and a password"),
        ('imaps://b:secret@mail.example.org/IN"BOX', "plain letters"),
        ("imaps://b:secret@mail.example.org/%0d%0aX", "plain letters"),
        ("imaps://b:secret@mail.example.org/INBOX?verify=no", "this machine only"),
        ("imaps://b:secret@mail.example.org/INBOX?tls=no", "only option"),
        ("imaps://b:1?secret=1@mail.example.org/INBOX", "%3F"),
        ("imaps://b:1#secret@mail.example.org/INBOX", "%23"),
    ],
)
def test_what_it_cannot_name_is_told_without_the_password(url: str, told: str) -> None:
    with pytest.raises(BadBounceUrl) as problem:
        source(url)
    assert told in str(problem.value) and "secret" not in str(problem.value)
