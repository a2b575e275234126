import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kit.errors import Problem
from service.rendering import markdown, text


def test_a_letter_becomes_plain_text_that_reads_like_one() -> None:
    written = (
        "# Hello\n\nWrite to [Maria](https://example.org/m) **today**, or ask us: "
        "[by mail](mailto:we@example.org)\n\n"
        "- one\n- two\n  1. deep [down](https://example.org/d)\n  2. deeper\n\n3. three\n4. four\n\n> said\n> so\n\n<https://example.org>"
    )
    assert text.tidy(markdown.plain(written)) == (
        "Hello\n-----\n\n"
        "Write to Maria (https://example.org/m) today, or ask us: by mail:\nmailto:we@example.org\n\n"
        "- one\n- two\n  1. deep down: https://example.org/d\n  2. deeper\n\n"
        "3. three\n4. four\n\n> said\n> so\n\nhttps://example.org\n"
    )


def test_lines_end_at_72_and_addresses_stay_whole() -> None:
    address = "https://example.org/" + "x" * 90
    wrapped = text.tidy(f"- {'word ' * 40}{address}\n> {'said ' * 40}")
    lines = wrapped.splitlines()
    assert f"  {address}" in lines
    assert all(len(line) <= 72 for line in lines if address not in line)
    assert all(line.startswith(("- ", "  ", "> ")) for line in lines)


@pytest.mark.parametrize(
    "written",
    [
        "[x](javascript:alert(1))",
        "[x](http://example.org)",
        "[x](//example.org)",
        "[x](data:text/html,x)",
        "[x](/relative)",
        "<ftp://example.org>",
        "[x](https://news.example.org.example.net)[y](http://news.example.org.example.net/)",
    ],
)
def test_a_link_that_is_neither_https_nor_mailto_is_refused(written: str) -> None:
    with pytest.raises(markdown.LinkRefused, match="begins with https://"):
        markdown.html(written)


def test_a_name_cannot_be_part_of_a_link() -> None:
    with pytest.raises(markdown.NameInLink):
        markdown.must_be_usable("https://example.org/pzt0123456789abn0z")


def test_markup_typed_into_a_text_is_shown_and_not_done() -> None:
    shown = markdown.html("<script>alert(1)</script> <img src=x onerror=alert(1)> ![x](https://example.net/x.png)")
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("[]()<>*_`#>-&\n"), max_size=120))
def test_whatever_is_typed_only_harmless_elements_come_out(written: str) -> None:
    try:
        shown = markdown.html(written)
    except Problem:
        return
    for element in ("<script", "<img", "<iframe", "<style", "<svg", "<form", 'href="javascript'):
        assert element not in shown.lower()
    markdown.plain(written)
