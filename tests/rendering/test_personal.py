from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rendering import email, personal


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("{{ 'x'|center(10**9) }}", "center"),
        ("{{ first_name|default('a' * 1000000) }}", "default"),
        ("{{ first_name.__class__ }}", "dot after a name"),
        ("{{ first_name['x'] }}", "bracket after a name"),
        ("{{ first_name() }}", "call"),
        ("{{ cycler('a') }}", "call"),
        ("{% for x in range(9) %}a{% endfor %}", "{% for %}"),
        ("{% include '/etc/passwd' %}", "{% include %}"),
        ("{% set first_name = 'x' %}", "{% set %}"),
        ("{{ 9999 ** 9999 }}", "calculation"),
        ("{{ first_name if last_name }}", "“if” without"),
        ("{% if first_name == 'x' %}a{% endif %}", "one name alone"),
        ("{% if first_name %}{% if last_name %}a{% endif %}{% endif %}", "inside another"),
        ("{% if first_name %}a{% elif last_name %}b{% endif %}", "elif"),
        ("{{ surname }}", "Did you mean last_name?"),
        ("{{ password }}", "You can use first_name"),
        ("Hello {{ first_name", "not closed"),
        ("Hello {{ }}", "could not be read"),
        ("{{ " + "(" * 250 + " }}", "too many brackets"),
        ("{{ first_name }}" * 51, "At most 50"),
        ("a" * 20_001, "too long"),
        ("{{ first_name|default('" + "a" * 400 + "') }}", "not closed"),
    ],
)
def test_mira_is_told_which_piece_cannot_be_used(written: str, named: str) -> None:
    with pytest.raises(personal.NotPersonal) as refused:
        personal.parse(written)
    assert named in str(refused.value)


@pytest.mark.parametrize(
    ("written", "for_anna", "for_a_stranger"),
    [
        ("Dear {{ first_name|default('friend') }}", "Dear anna", "Dear friend"),
        ("Dear {{first_name|capitalize}}", "Dear Anna", "Dear "),
        ("{{ first_name|upper|default('YOU') }}!", "ANNA!", "YOU!"),
        ("{% if first_name %}Dear {{ first_name }}{% else %}Hello{% endif %},", "Dear anna,", "Hello,"),
        ("{{ first_name|default('}} \"\\' {%') }}", "anna", "}} \"' {%"),
        ("{{ organisation|upper }} & {{ first_name }}", "US {{ & anna", "US {{ & "),
        ("a { b {# c #} }} %}", "a { b {# c #} }} %}", "a { b {# c #} }} %}"),
        ("{% raw %}{{ this }}{% endraw %}", "{{ this }}", "{{ this }}"),
    ],
)
def test_anna_and_a_stranger_read_what_is_meant_for_them(written: str, for_anna: str, for_a_stranger: str) -> None:
    pieces = personal.Pieces(written)
    source = pieces.put_back(pieces.take_out(written), {"organisation": "us {{"}, escaped=False)
    for name, expected in (("anna", for_anna), ("", for_a_stranger)):
        assert email._template(source, False).render(first_name=name) == expected


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("{}%#"), max_size=60), st.booleans())
def test_literal_text_survives_whatever_braces_it_has(literal: str, escaped: bool) -> None:
    pieces = personal.Pieces("")
    source = pieces.put_back(literal + pieces.marker("first_name") + literal, {}, escaped)
    unix = literal.replace("\r\n", "\n").replace("\r", "\n")
    assert email._template(source, escaped).render(first_name="Anna") == f"{unix}Anna{unix}".replace("\r", "\n")


@given(st.text(max_size=80))
def test_any_text_is_either_taken_or_refused_with_a_sentence(written: str) -> None:
    try:
        personal.parse(written)
    except personal.NotPersonal as refused:
        assert len(str(refused)) > 20


def test_a_source_is_cut_into_literal_text_and_expressions(
    newsletter: Callable[..., email.CompiledEdition], anna: dict[str, str]
) -> None:
    compiled = newsletter()
    parts = personal.segments(compiled.html)
    assert all("{{" not in part and "{%" not in part for is_expression, part in parts if not is_expression)
    assert {part for is_expression, part in parts if is_expression} == {
        '(first_name or "Friend")',
        '(first_name or "friend")',
        '(first_name or "Yours")',
        "preferences_url",
        "unsubscribe_url",
    }
    again = "".join(f"{{{{ {part} }}}}" if is_expression else part for is_expression, part in parts)
    assert again == compiled.html


def test_the_list_for_staff_names_what_each_mail_has() -> None:
    assert set(email.READER) == {known.name for known in personal.PERSONAL.values() if not known.shared}
    assert all(known.description and known.example for known in personal.PERSONAL.values())
