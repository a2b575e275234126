import pytest

from service.kit import sealing


def test_equal_addresses_look_equal_and_names_do_not() -> None:
    assert sealing.seal_address("anna@example.org") == sealing.seal_address("anna@example.org")
    assert sealing.seal("first_name", "Anna") != sealing.seal("first_name", "Anna")


@pytest.mark.parametrize("name", ["Anna", "Łukasz", "Алесь", "🕊️", ""])
def test_a_name_comes_back(name: str) -> None:
    assert sealing.unseal("first_name", sealing.seal("first_name", name)) == name


def test_nothing_of_the_text_shows() -> None:
    assert b"anna" not in sealing.seal_address("anna@example.org")
    assert b"Anna" not in sealing.seal("first_name", "Anna")


def test_what_was_sealed_for_one_purpose_does_not_open_for_another() -> None:
    with pytest.raises(sealing.Unsealable):
        sealing.unseal("last_name", sealing.seal("first_name", "Anna"))


def test_one_changed_bit_is_noticed() -> None:
    sealed = bytearray(sealing.seal_address("anna@example.org"))
    sealed[-1] ^= 1
    with pytest.raises(sealing.Unsealable):
        sealing.unseal_address(bytes(sealed))
