import pytest

from service.kit import i18n


@pytest.mark.parametrize(
    ("asked", "spoken"), [("fr", "fr"), ("fr-CH", "fr"), ("de_AT", "de"), ("BE", "be"), ("xx", "en"), (None, "en")]
)
def test_a_language_that_we_do_not_speak_falls_back(asked: str | None, spoken: str) -> None:
    assert i18n.known(asked) == spoken


def test_a_sentence_waits_for_its_language() -> None:
    inner = i18n.lazy("(optional)")
    assert str(i18n.lazy("{who} writes {inner}", who="Anna", inner=inner)) == "Anna writes (optional)"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_language_has_a_catalogue(language: str) -> None:
    assert i18n.catalogue(language).gettext("no such sentence") == "no such sentence"
