import pytest

from service.delivery import servers
from service.delivery.servers import BadSmtpUrl


def test_a_relay_is_named_with_what_it_can_bear() -> None:
    relay = servers.server(
        "smtp+starttls://news:se%40cret@relay.example.org?rate=20&daily=5000&connections=4&weight=2"
    )
    assert (relay.label, relay.user, relay.password) == ("relay.example.org:587", "news", "se@cret")
    assert (relay.rate, relay.daily, relay.connections, relay.weight) == (20, 5000, 4, 2)


def test_without_a_word_it_bears_as_much_as_there_is() -> None:
    relay = servers.server("smtp://relay.example.org")
    assert (relay.rate, relay.daily, relay.connections) == (None, None, 32)


def test_one_mail_in_two_seconds_is_a_rate() -> None:
    assert servers.server("smtp://relay.example.org?rate=0.5").rate == 0.5


@pytest.mark.parametrize(
    "given", ["rate=0", "rate=0.0", "rate=-1", "rate=fast", "rate=1e9", "rate=", "daily=0", "daily=x"]
)
def test_a_bound_that_makes_no_sense_is_told(given: str) -> None:
    with pytest.raises(BadSmtpUrl) as told:
        servers.server(f"smtp://user:hunter2@relay.example.org?{given}")
    assert "hunter2" not in str(told.value)


def test_an_unknown_word_is_told_with_those_that_are_known() -> None:
    with pytest.raises(BadSmtpUrl, match="rate, daily"):
        servers.server("smtp://relay.example.org?speed=9")


@pytest.mark.parametrize("sign", ["?", "#", "/", "?x&", "?rate=1&"])
def test_a_sign_that_ends_a_password_too_early_is_told_without_the_rest(sign: str) -> None:
    with pytest.raises(BadSmtpUrl) as problem:
        servers.server(f"smtp://news:25{sign}secret=1@relay.example.org")
    assert "secret" not in str(problem.value)
