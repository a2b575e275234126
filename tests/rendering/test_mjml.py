import pytest

from service.rendering import mjml


def mail(inside: str) -> str:
    return (
        f"<mjml><mj-body><mj-section><mj-column><mj-text>{inside}</mj-text></mj-column></mj-section></mj-body></mjml>"
    )


def test_a_mail_becomes_a_document_that_asks_no_other_host_for_anything() -> None:
    html = mjml.compile(mail("Hello").replace("<mj-text>", '<mj-text font-family="Roboto, Ubuntu, Lato">'))
    assert html.startswith("<!doctype html>")
    assert "fonts.googleapis" not in html
    assert "<link" not in html


def test_a_misspelt_element_is_named() -> None:
    with pytest.raises(mjml.UnknownElement, match="<mj-txet>"):
        mjml.compile(mail("").replace("mj-text", "mj-txet"))


@pytest.mark.parametrize("nested", [100, 100_000])
def test_too_deep_a_mail_is_refused_before_the_compiler_dies_of_it(nested: int) -> None:
    with pytest.raises((mjml.MailTooDeep, mjml.MailTooLarge)):
        mjml.compile(mail("<b>" * nested + "x" + "</b>" * nested))
    with pytest.raises(mjml.MailTooDeep):
        mjml.compile(mail("<b>" * 5_000))


def test_what_lies_side_by_side_is_not_deep() -> None:
    assert mjml.depth("<b>x</b><br><img src='x'/>" * 500) == 1
    assert "x<br" in mjml.compile(mail("<b>x<br /></b>" * 500))


def test_too_long_a_mail_is_refused() -> None:
    with pytest.raises(mjml.MailTooLarge, match="split it"):
        mjml.compile(mail("x" * 400_000))


def test_what_is_no_mjml_is_refused_with_the_reason() -> None:
    with pytest.raises(mjml.NotMjml):
        mjml.compile("<p>Hello")


def test_a_file_of_the_server_cannot_be_included() -> None:
    with pytest.raises(mjml.NotMjml):
        mjml.compile(mail("").replace("<mj-text></mj-text>", '<mj-include path="/etc/passwd" />'))
