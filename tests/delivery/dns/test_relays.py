"""Whose server it is by which mail leaves."""

import pytest

from service.delivery.dns.relays import Outgoing, outgoing, same_house


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("mail.example.org", "example.org", True),
        ("mail.example.org", "news.example.org", True),
        ("example.org", "example.net", False),
        ("badexample.org", "example.org", False),
        ("mail.other.co.uk", "example.co.uk", False),
        ("mail.example.co.uk", "news.example.co.uk", True),
        ("org", "example.org", True),
        ("localhost", "example.org", False),
    ],
)
def test_names_tell_whether_two_belong_together(one: str, other: str, same: bool) -> None:
    assert same_house(one, other) is same


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "10.1.2.3", "postfix"])
def test_a_server_on_this_machine_is_known_by_the_site(host: str) -> None:
    assert outgoing(host, "x", "example.org", "news.example.org") == Outgoing("x", "news.example.org", True, True)
    assert outgoing(host, "x", "example.org", "localhost").host == ""


def test_who_relays_for_many_is_known_by_the_end_of_its_name() -> None:
    assert outgoing("email-smtp.eu-west-1.amazonaws.com", "x", "example.org", "").include == "amazonses.com"
    assert outgoing("smtp.badsendgrid.net", "x", "example.org", "").include == ""
    assert not outgoing("smtp.office365.com", "x", "example.org", "").own
