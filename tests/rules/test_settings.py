"""Every setting is documented where the operator looks, and has no default where it is a secret."""

from collections.abc import Iterator, Mapping

import pytest

from service.kit import paths
from service.kit.settings import VARIABLES, SettingMissing, read

ENOUGH = {
    "DATABASE_URL": "postgresql://db",
    "BROKER_URL": "amqp://queue",
    "LIMITS_URL": "redis://limits",
    "HUNDREDFOLD_SECRET": "s" * 32,
}


class Listening(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return ENOUGH[name]

    def __iter__(self) -> Iterator[str]:
        return iter(ENOUGH)

    def __len__(self) -> int:
        return len(ENOUGH)


def test_what_is_read_is_what_is_described() -> None:
    environment = Listening()
    read(environment)
    assert environment.asked == set(VARIABLES)


@pytest.mark.parametrize("name", VARIABLES)
def test_the_operator_finds_each_setting(name: str) -> None:
    assert name in (paths.ROOT / "deploy" / "env.example").read_text()
    assert name in (paths.ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", ENOUGH)
def test_what_has_no_default_is_asked_for_in_a_sentence(name: str) -> None:
    with pytest.raises(SettingMissing, match=f"{name} is not set: .+"):
        read({**ENOUGH, name: ""})


@pytest.mark.parametrize("secret", ["short", "1:short", "2:" + "s" * 32 + " 2:" + "t" * 32, "0:" + "s" * 32])
def test_a_weak_or_confused_secret_is_refused(secret: str) -> None:
    with pytest.raises(SettingMissing, match="HUNDREDFOLD_SECRET"):
        read({**ENOUGH, "HUNDREDFOLD_SECRET": secret})


@pytest.mark.parametrize("port", ["none", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(SettingMissing, match="between 1 and 65535"):
        read({**ENOUGH, "HUNDREDFOLD_PORT": port})


def test_a_valkey_is_the_queue_and_keeps_the_limits_too() -> None:
    found = read({**ENOUGH, "BROKER_URL": "valkey://queue:6379/0", "LIMITS_URL": ""})
    assert found.broker_url == found.limits_url == "redis://queue:6379/0"
