"""How answers become a letter, and how it gets into somebody's own mail program."""

from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.advocacy import composing
from service.advocacy.representing import Member
from service.kit.i18n import LANGUAGES

ROSA = Member(
    id=1, key="rosa", name="Rosa Beispiel", family_name="Beispiel", party="Example Party", faction="",
    languages=["de", "fr"], email="rosa@parliament.example.org", phone="", postal="", website="", source="",
    retrieved_on=None, parliament=1, parliament_key="ch-nr", parliament_name="National Council",
    timezone="Europe/Zurich", area=1, area_name="Bern", committees=[], bounced=False,
)  # fmt: skip


def replaced(**changes: object) -> Member:
    return msgspec.structs.replace(ROSA, **changes)


@pytest.mark.parametrize(
    ("writes", "greeted", "closed"),
    [
        ("en", "Dear Rosa Beispiel,", "Kind regards"),
        ("fr", "Bonjour Rosa Beispiel,", "Meilleures salutations"),
        ("de", "Guten Tag Rosa Beispiel", "Freundliche Grüsse"),
        ("ru", "Здравствуйте, Rosa Beispiel!", "С уважением"),
        ("be", "Вітаю, Rosa Beispiel!", "З павагай"),
    ],
)
@pytest.mark.parametrize("reads", [["de", "fr"], ["it"], []])
def test_a_letter_begins_and_ends_in_the_language_that_it_is_written_in(reads, writes, greeted, closed):
    parts = composing.letter(replaced(languages=reads), ["Why."], "Please.", [], writes).split("\n\n")
    assert (parts[0], parts[-1]) == (greeted, closed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_her_own_words_then_the_ask_then_a_closing(language):
    parts = composing.letter(ROSA, ["First.", "", " Second. "], "Please sponsor Maria.", [], language).split("\n\n")
    assert parts[1:4] == ["First.", "Second.", "Please sponsor Maria."]
    assert len(parts) == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_whom_she_chose_is_named(language):
    letter = composing.letter(ROSA, ["Why."], "Please.", ["Maria K.", "Ales B."], language)
    assert "Maria K., Ales B." in letter.split("\n\n")[1]


def test_the_mail_program_gets_every_sign_as_it_is():
    subject, text = "100% & more? #1 + ä", "Guten Tag\n\nA & B = C? 50 % + Ж\n\nAnna"
    link = composing.mailto("rosa@parliament.example.org", subject, text)
    assert " " not in link
    assert "\n" not in link
    parts = urlsplit(link)
    assert parts.scheme == "mailto"
    assert parseaddr(unquote(parts.path))[1] == "rosa@parliament.example.org"
    found = parse_qs(parts.query.replace("+", "%2B"), strict_parsing=True)
    assert found == {"subject": [subject], "body": [text.replace("\n", "\r\n")]}


@given(st.text(max_size=300), st.text(max_size=4000))
def test_no_text_adds_a_field_or_makes_the_link_too_long(subject, text):
    link = composing.mailto(
        "rosa@parliament.example.org",
        subject.encode("utf-8", "ignore").decode(),
        text.encode("utf-8", "ignore").decode(),
    )
    assert link.count("?") == 1
    assert link.count("&") == int(composing.has_text(link))
    if composing.has_text(link):
        assert len(link) <= composing.LONGEST_MAILTO


def test_a_letter_in_cyrillic_that_is_too_long_for_a_link_is_copied_instead():
    assert not composing.has_text(composing.mailto("rosa@parliament.example.org", "Мария", "Ж" * 400))
    assert composing.has_text(composing.mailto("rosa@parliament.example.org", "Мария", "Ж" * 200))
