"""The bytes parse back to what was meant, whatever people are called."""

import hashlib
import quopri
import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from service.delivery import dkim, headers, wire
from service.delivery.headers import Unmailable
from service.rendering import inserts
from service.rendering.email import CompiledEdition, fill
from service.rendering.inserts import AREAS, Insert

NAMES = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(
    [
        ".",
        "..",
        ". .",
        "=",
        "=\r\n",
        "=?utf-8?q?Hi=0ABcc:_x@example.org?=",
        "Ånne-Marie",
        "Аляксандра",
        "👩‍👩‍👧",
        "a" * 200,
    ]
)
LITERALS = st.text(
    st.characters(exclude_characters="{}\r\x1c\x1d\x1e\x85\u2028\u2029\x0b\x0c\x00", exclude_categories=("Cs", "Cc")),
    max_size=300,
)


def parsed(message: bytes) -> EmailMessage:
    found = message_from_bytes(message, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def parts(message: bytes) -> dict[str, str]:
    return {
        part.get_content_subtype(): part.get_payload(decode=True).decode().replace("\r\n", "\n")  # type: ignore[union-attr]
        for part in parsed(message).iter_parts()
    }


def lines_are_fit(message: bytes) -> None:
    assert re.fullmatch(rb"[\x20-\x7e\t\r\n]*", message)
    body = message.partition(b"\r\n\r\n")[2].split(b"\r\n")
    assert max(map(len, body)) <= 76
    assert not any(line.startswith(b".") or line.endswith((b" ", b"\t")) for line in body)
    assert message.count(b"\n") == message.count(b"\r\n") == message.count(b"\r")


@settings(deadline=None)
@given(first=NAMES, last=NAMES, before=LITERALS, between=LITERALS)
def test_filled_on_the_wire_it_is_the_mail_that_rendering_fills(
    first: str, last: str, before: str, between: str
) -> None:
    named, left = '{{ (first_name or "friend") }}', "{{ unsubscribe_url }}"
    source = f"{before}{named}{between}\n.{{{{ last_name }}}}.\n{before}{left}\n"
    compiled = CompiledEdition('News for {{ (first_name or "friend") }}', source, source)
    reader = {"first_name": first, "last_name": last, "unsubscribe_url": "https://example.org/u/abc"}
    meant = fill(compiled, reader)
    edition = wire.Edition(compiled, {})
    filled = edition.fill(reader)
    subject, message = (
        filled.subject,
        wire.message(headers.line("Subject", filled.subject) + edition.content_type, *filled.pieces),
    )
    lines_are_fit(message)
    assert subject == meant.subject
    assert str(parsed(message)["Subject"]).split() == meant.subject.split()
    assert parts(message) == {"plain": meant.text, "html": meant.html}


@settings(deadline=None)
@given(
    pieces=st.lists(st.tuples(LITERALS, LITERALS), min_size=2, max_size=5),
    before=LITERALS,
    keys=st.lists(st.integers(1, 4), max_size=3, unique=True),
)
def test_lists_joined_on_the_wire_are_those_that_rendering_joins(
    pieces: list[tuple[str, str]], before: str, keys: list[int]
) -> None:
    source = f"{before}{{{{ list_1_KIND }}}}{before}\n{{{{ list_0_KIND }}}}.\n"
    inserts = [Insert(place, place == 1, key, key, *piece) for place in (0, 1) for key, piece in enumerate(pieces)]
    html, text = source.replace("KIND", "html"), source.replace("KIND", "text")
    compiled = CompiledEdition("News", html, text, tuple(inserts))
    keys = [key for key in keys if key < len(pieces)]
    meant = fill(compiled, {}, keys)
    edition = wire.Edition(compiled, {}, signed=True)
    filled = edition.fill({}, keys)
    message = wire.message(b"Subject: News\r\n" + edition.content_type, *filled.pieces)
    lines_are_fit(message)
    assert parts(message) == {"plain": meant.text, "html": meant.html}
    assert filled.body_hash == hashlib.sha256(dkim.relaxed_body(filled.body)).digest()


@settings(deadline=None)
@given(
    pieces=st.lists(st.tuples(LITERALS, LITERALS), min_size=2, max_size=4),
    area=st.none() | st.integers(0, 5),
    people=st.lists(st.integers(1, 4), max_size=3, unique=True),
)
def test_the_own_area_on_the_wire_is_that_which_rendering_shows(
    pieces: list[tuple[str, str]], area: int | None, people: list[int]
) -> None:
    source = "Go: https://example.org/a{{ own_area }}\n{{ list_0_KIND }}\n{{ list_1_KIND }}.\n"
    own = [Insert(0, True, AREAS + number, number, *piece) for number, piece in enumerate(pieces)]
    others = [Insert(1, True, number, number, *piece) for number, piece in enumerate(pieces)]
    html, text = source.replace("KIND", "html"), source.replace("KIND", "text")
    compiled = CompiledEdition("News", html, text, (*own, *others))
    keys = [key for key in people if key < len(pieces)] + ([] if area is None else [AREAS + area])
    meant = fill(compiled, {}, keys)
    edition = wire.Edition(compiled, {}, signed=True)
    filled = edition.fill({}, keys)
    message = wire.message(b"Subject: News\r\n" + edition.content_type, *filled.pieces)
    lines_are_fit(message)
    assert parts(message) == {"plain": meant.text, "html": meant.html}
    assert filled.body_hash == hashlib.sha256(dkim.relaxed_body(filled.body)).digest()
    named = f"/members?area={area}\n" if area else "/a\n"
    assert meant.text.startswith(f"Go: https://example.org/a{named.removeprefix('/a')}")
    # Whoever named none, or one of which nothing is known, sees what is there for them.
    shown = area if area is not None and area < len(pieces) else 0
    assert inserts.values(compiled.inserts, keys)["list_0_text"] == pieces[shown][1]


@pytest.mark.parametrize("end", ["b", ".", "=", "ü", " "])
@pytest.mark.parametrize("length", range(70, 80))
def test_a_line_that_is_just_full_before_a_name_is_not_too_long(length: int, end: str) -> None:
    source = "a" * (length - len(quopri.encodestring(end.encode()))) + end + "{{ first_name }}\n"
    filled = wire.Edition(CompiledEdition("News", source, source), {}).fill({"first_name": source})
    message = wire.message(b"Subject: News\r\n" + wire.plain("", "")[0], filled.body)
    lines_are_fit(message)
    assert quopri.decodestring(filled.body).count(source.replace("{{ first_name }}\n", "").encode()) == 4


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=400))
def test_quoted_printable_comes_back_as_it_was(text: str) -> None:
    encoded = wire.quoted(text)
    assert all(len(line) <= 76 and not line.startswith(b".") for line in encoded.split(b"\r\n"))
    assert quopri.decodestring(encoded.replace(b"\r\n", b"\n")).decode() == text


@settings(deadline=None)
@given(value=st.text(st.sampled_from("ab. <=é"), max_size=240))
def test_a_value_reads_the_same_in_both_parts_whatever_its_length(value: str) -> None:
    edition = wire.Edition(CompiledEdition("News", "<p>{{ first_name }}.\n", "Dear {{ first_name }}.\n"), {})
    message = wire.message(b"Subject: News\r\n" + edition.content_type, *edition.fill({"first_name": value}).pieces)
    lines_are_fit(message)
    assert parts(message) == {"plain": f"Dear {value}.\n", "html": f"<p>{escape(value)}.\n"}


@pytest.mark.parametrize("source", ["{{ last_name }}", '{{ (last_name or "friend") }}'])
def test_a_mail_that_asks_for_what_nobody_gave_is_not_written(source: str) -> None:
    for compiled in (CompiledEdition(source, "", ""), CompiledEdition("News", source, "")):
        with pytest.raises(Unmailable, match="'last_name' is undefined"):
            wire.Edition(compiled, {}).fill({"first_name": "Anna"})


def test_a_long_html_line_is_cut_without_losing_a_letter() -> None:
    html = "<p>" + "Падтрымка " * 2000 + "</p>\n"
    content_type, body = wire.plain("kurz\n", html)
    message = wire.message(content_type, body)
    lines_are_fit(message)
    assert parts(message)["html"] == html
