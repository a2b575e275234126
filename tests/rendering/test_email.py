import re
import unicodedata
from collections.abc import Callable
from email.header import decode_header, make_header
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.kit.errors import Invalid
from service.rendering import email, environment, personal
from service.rendering.checks import UnfitMail

Newsletter = Callable[..., email.CompiledEdition]

HOSTILE = [
    "Anna\r\nBcc: everybody@example.org",
    "=?utf-8?q?Hi=0ABcc:_x@example.org?=",
    "{{ 7 * 7 }}{% for x in y %}",
    "<script>alert(1)</script>",
    '"><img src=https://example.net/x onerror=alert(1)>',
    "Anna\u202egnp.exe",
    "\ud83d half",
    "a\x00b\x1b[31m\x85",
    "\u2028line",
    "مریم‌جان",
    "Zoë 👩‍👩‍👧",
    "' or 1=1 --",
    "]]></mj-text>",
]
names = st.sampled_from(HOSTILE) | st.text(max_size=40)
unhurried = settings(deadline=None)


class Reader(HTMLParser):
    """What a mail reader makes of it: the elements and the words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def test_no_name_breaks_out_of_a_newsletter(newsletter: Newsletter, anna: dict[str, str]) -> None:
    compiled = newsletter()
    plain = email.fill(compiled, anna)

    @unhurried
    @given(name=names)
    def breaks_out_of_none(name: str) -> None:
        hostile = email.fill(compiled, anna | {"first_name": name})
        assert Reader(hostile.html).elements == Reader(plain.html).elements
        assert str(make_header(decode_header(hostile.subject))) == hostile.subject
        assert not any(unicodedata.category(character) == "Cc" for character in hostile.subject)
        for part in (hostile.subject, hostile.html, hostile.text):
            part.encode()

    breaks_out_of_none()


@pytest.mark.parametrize("name", ["<b>Anna & Co.</b>", "{{ Anna }}", "Zoë 👩‍👩‍👧", "مریم‌جان", 'O\'Neill "Jo"'])
def test_an_unusual_name_reaches_its_reader_unharmed(newsletter: Newsletter, anna: dict[str, str], name: str) -> None:
    mail = email.fill(newsletter(), anna | {"first_name": name})
    assert f"Dear {name}," in mail.text
    assert f"Dear {name}," in Reader(mail.html).words
    assert mail.subject.startswith(f"{name}, ten letters")


def test_no_colleague_breaks_an_invitation() -> None:
    context = {"role": "editor", "expires_days": 7, "invitation_url": "https://news.example.org/x"}
    calm = email.render("staff/invitation", "en", context | {"organisation": "Us", "inviter": "Mira"})

    @unhurried
    @given(name=names)
    def breaks_none(name: str) -> None:
        mail = email.render("staff/invitation", "en", context | {"organisation": name, "inviter": name})
        assert Reader(mail.html).elements == Reader(calm.html).elements
        assert str(make_header(decode_header(mail.subject))) == mail.subject

    breaks_none()


def test_a_header_hidden_in_a_name_stays_a_name(newsletter: Newsletter, anna: dict[str, str]) -> None:
    mail = email.fill(newsletter(), anna | {"first_name": "=?utf-8?q?Hi=0ABcc:_x@example.org?="})
    assert mail.subject == "= ?utf-8?q?Hi=0ABcc:_x@example.org?=, ten letters can change a year"
    assert "=?utf-8?q?Hi=0ABcc:_x@example.org?=" in mail.text


def test_a_missing_value_is_named(newsletter: Newsletter, anna: dict[str, str]) -> None:
    del anna["unsubscribe_url"]
    with pytest.raises(environment.MissingVariable, match="“unsubscribe_url”"):
        email.fill(newsletter(), anna)


@pytest.mark.parametrize(
    "name", ["subscribers/nothing", "../secrets", "subscribers/../staff/recovery", "", "_layout"]
)
def test_a_mail_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(email.UnknownMail):
        email.render(name, "en", {})


def test_an_unknown_language_reads_english(newsletter: Newsletter, anna: dict[str, str]) -> None:
    assert email.fill(newsletter("tlh"), anna) == email.fill(newsletter("en"), anna)
    assert email.fill(newsletter("fr-CH"), anna) == email.fill(newsletter("fr"), anna)


def test_the_document_says_its_language_and_title(newsletter: Newsletter, anna: dict[str, str]) -> None:
    html = email.fill(newsletter("be"), anna).html
    assert '<html lang="be" dir="ltr"' in html
    assert "<title>Anna, ten letters can change a year</title>" in html
    assert all('role="presentation"' in table for table in re.findall("<table[^>]*>", html))


def test_every_reader_can_leave_and_knows_why_the_mail_came(newsletter: Newsletter, anna: dict[str, str]) -> None:
    mail = email.fill(newsletter("de"), anna)
    for part in (mail.html, mail.text):
        assert anna["unsubscribe_url"] in part
        assert anna["preferences_url"] in part
        assert "schickt Ihnen diese Mail, weil Sie" in part
        assert "Beispielweg 12" in part


def test_without_an_archive_nobody_is_sent_to_the_web(
    newsletter: Newsletter, anna: dict[str, str], letterhead: email.Letterhead
) -> None:
    assert "Read this mail on the web" in email.fill(newsletter(), anna).html
    hidden = newsletter(letterhead=msgspec.structs.replace(letterhead, archive_url=""))
    assert "Read this mail on the web" not in hidden.html + hidden.text
    with pytest.raises(personal.NotPersonal, match="no page on the web"):
        newsletter(
            letterhead=msgspec.structs.replace(letterhead, archive_url=""),
            blocks=[{"type": "button", "label": "Web", "url": "{{ archive_url }}"}],
        )


def test_the_page_in_the_archive_offers_no_strangers_links(newsletter: Newsletter) -> None:
    public = newsletter(
        site="https://news.example.org/en", blocks=[{"type": "heading", "text": "Hello"}], subject="Hello"
    )
    assert "unsubscribe" not in public.html + public.text
    assert "{{" not in public.html + public.text


def test_mira_can_look_at_the_dark_mail_on_a_light_screen(newsletter: Newsletter, anna: dict[str, str]) -> None:
    html = email.fill(newsletter(), anna).html
    assert "@media (prefers-color-scheme: dark) {" in html
    assert "@media all {" in email.seen_in(html, "dark")
    assert "@media not all {" in email.seen_in(html, "light")


def test_mira_is_told_every_field_that_is_wrong(newsletter: Newsletter) -> None:
    with pytest.raises(Invalid) as refused:
        newsletter(subject="{{ name }}", preview_text="{% for %}", blocks=[{"type": "image"}])
    assert set(refused.value.fields) == {"subject", "preview_text", "blocks[0].src", "blocks[0].alt"}
    with pytest.raises(Invalid) as refused:
        newsletter(subject=" ", blocks=[])
    assert set(refused.value.fields) == {"subject", "blocks"}


def test_an_empty_rest_of_a_subject_is_not_sent(newsletter: Newsletter, anna: dict[str, str]) -> None:
    compiled = newsletter(subject="{{ first_name }}")
    assert email.fill(compiled, anna).subject == "Anna"
    with pytest.raises(UnfitMail, match="subject is empty"):
        email.fill(compiled, anna | {"first_name": ""})


def test_whatever_staff_type_the_mail_is_fit_or_refused(newsletter: Newsletter, anna: dict[str, str]) -> None:
    calm = [{"type": "heading", "text": "x"}, {"type": "quote", "text": "x", "source": "x"}]
    expected = _without_breaks(email.fill(newsletter(blocks=calm), anna))

    @unhurried
    @given(words=st.text(max_size=60))
    def is_fit_or_refused(words: str) -> None:
        written = [{"type": "heading", "text": words}, {"type": "quote", "text": words, "source": words}]
        try:
            mail = email.fill(newsletter(subject=words, preview_text=words, blocks=written), anna)
        except (Invalid, UnfitMail):
            return
        assert _without_breaks(mail) == expected

    is_fit_or_refused()


def _without_breaks(mail: email.Rendered) -> list[str]:
    return [found for found in Reader(mail.html).elements if found != "br"]
