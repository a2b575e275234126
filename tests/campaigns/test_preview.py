import pytest

from service.campaigns import preview
from service.campaigns.compose import Draft
from service.campaigns.filling import Filled
from service.campaigns.preview import Reader
from service.kit.i18n import LANGUAGES
from service.rendering import email
from service.rendering.blocks import Block, Button, Columns, Image, Text
from service.rendering.email import Letterhead
from tests.make.campaigns import draft

LETTER = Letterhead(organisation="Lanterna")
NAMELESS = Reader("", "")


def look(blocks: list[Block], **changes: str) -> preview.Look:
    written = Draft(changes.get("subject", "Hello"), changes.get("preview_text", ""), blocks)
    return preview.look(written, "en", LETTER, NAMELESS, Filled())


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_each_language_somebody_with_a_name_and_somebody_without_look_at_it(language: str) -> None:
    named, nameless = preview.readers(language)[:2]
    assert named.first_name and not nameless.first_name
    mails = [preview.look(draft(language), language, LETTER, reader, Filled()).mail for reader in (named, nameless)]
    assert all(mails)
    assert named.first_name in mails[0].text and "friend" in mails[1].text  # type: ignore[union-attr]


def test_what_is_unfinished_shows_as_a_note_in_its_place() -> None:
    found = look([Text("Before."), Button("Write", ""), Text("After.")])
    assert found.mail and "Not shown yet: Say where the button leads." in found.mail.text
    assert "Before." in found.mail.text and "After." in found.mail.text
    assert list(found.missing) == ["blocks[1].url"]


def test_a_picture_is_shown_although_its_words_are_still_missing() -> None:
    found = look([Image(src="/media/boat.jpg")])
    assert found.mail and "https://news.example.org/media/boat.jpg" in found.mail.html


def test_what_is_unfinished_in_a_column_leaves_the_other_column_alone() -> None:
    found = look([Columns([Text("Left.")], [Button("Write", "javascript:alert(1)")])])
    assert found.mail and "Left." in found.mail.text and "Not shown yet" in found.mail.text
    assert 'href="javascript' not in found.mail.html


def test_an_empty_mail_invites_to_begin() -> None:
    found = look([])
    assert found.mail and "Nothing here yet" in found.mail.text


@pytest.mark.parametrize("broken", ["{{ first_nam }}", "{{", "{% for x in y %}", "{{ ''.__class__ }}"])
def test_braces_that_cannot_be_used_never_hide_the_rest(broken: str) -> None:
    found = look([Text("Fine."), Text(broken)], subject=broken, preview_text=broken)
    assert found.mail and "Fine." in found.mail.text
    assert {"subject", "preview_text", "blocks[1].text"} <= set(found.missing)


def test_dark_is_dark_on_every_screen_and_light_is_light() -> None:
    mail = preview.look(draft(), "en", LETTER, NAMELESS, Filled()).mail
    assert mail
    assert "@media all" in email.seen_in(mail.html, "dark")
    assert "prefers-color-scheme" not in email.seen_in(mail.html, "dark").replace('name="color-scheme"', "")
    assert "@media not all" in email.seen_in(mail.html, "light")
