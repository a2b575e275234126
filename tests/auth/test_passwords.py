"""Which passwords are taken, and that guessing one costs the same whoever is guessed."""

import pytest

from service.auth import passwords


@pytest.mark.parametrize(
    "password",
    [
        "a quiet river in autumn",
        "тихая река осенью",
        "correct horse battery",
        "Tq7#mlXw92!c",
        "hello my dear old friend",
    ],
)
def test_a_few_words_in_a_row_are_taken_as_they_are(password: str) -> None:
    assert passwords.objection(password) is None


def test_a_short_one_is_refused_with_the_number_that_is_wanted() -> None:
    assert "12" in str(passwords.objection("short words"))


def test_an_endless_one_is_refused_before_it_is_hashed() -> None:
    assert "200" in str(passwords.objection("long " * 100))


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd!2026",
        "passwordpassword",
        "qwertyuiop12",
        "123456789012",
        "19840917198409",
        "aaaaaaaaaaaa",
        "abababababab",
        "Hundredfold2026!",
        "свобода2026!!!",
        "qwertz-qwertz-1",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert "easy to guess" in str(passwords.objection(password))


def test_olga_cannot_use_her_own_name_and_address() -> None:
    assert passwords.objection("olga.petrova.2026", about=("Olga Petrova", "olga.petrova@example.org"))
    assert passwords.objection("olga likes quiet rivers", about=("Olga Petrova", "olga@example.org")) is None


async def test_a_password_is_known_again_by_its_argon2id_hash() -> None:
    hashed = await passwords.hash("a quiet river in autumn")

    assert hashed.startswith("$argon2id$")
    assert await passwords.matches("a quiet river in autumn", hashed)
    assert not await passwords.matches("a quiet river in winter", hashed)


async def test_without_a_hash_nothing_matches_not_even_the_dummy() -> None:
    assert not await passwords.matches("", "")
    assert not await passwords.matches("nobody has this password", "")
    assert not await passwords.matches("a quiet river in autumn", "damaged")
