import pytest

from service.rendering.checks import LARGEST, Rendered, UnfitMail, check

OURS = "https://news.example.org"


def mail(subject: str = "Hello", html: str = "<p>Hello</p>", text: str = "Hello") -> Rendered:
    return Rendered(subject, html, text)


@pytest.mark.parametrize(
    ("unfit", "told"),
    [
        (mail(subject=" "), "subject is empty"),
        (mail(subject="Hi\r\nBcc: x@example.org"), "control character"),
        (mail(subject="=?utf-8?q?Hi=0ABcc:_x@example.org?="), "control character"),
        (mail(subject="=?utf-8?b?SGkKQmNjOiB4QGV4YW1wbGUub3Jn?="), "control character"),
        (mail(subject="=?nonsense?q?x?="), "control character"),
        (mail(subject="=?café?q?x?="), "control character"),
        (mail(subject="x" * 401), "more than 400"),
        (mail(subject="\ud83d"), "half a character"),
        (mail(text=" \n"), "text part is empty"),
        (mail(text="Hello {{ first_name }}"), "left over"),
        (mail(html="<p>{% if x %}</p>"), "left over"),
        (mail(html="<mj-txet>Hello</mj-txet>"), "not understood"),
        (mail(html='<a href="http://example.org">x</a>'), "https://"),
        (mail(html="<a HREF='javascript:x'>x</a>"), "https://"),
        (mail(html='<a href="">x</a>'), "https://"),
        (mail(html='<img src="https://example.net/pixel.gif">'), "another site"),
        (mail(html='<td background="https://example.net/x.png">'), "another site"),
        (mail(html='<p style="background:url(https://example.net/x)">'), "from elsewhere"),
        (mail(html="<style>@import 'https://example.net/x.css'</style>"), "from elsewhere"),
        (mail(html='<link href="https://news.example.org/x.css">'), "<link>"),
        (mail(html="<script>x</script>"), "<script>"),
        (mail(html="x" * (LARGEST + 1)), str(LARGEST)),
    ],
)
def test_an_unfit_mail_is_never_handed_on(unfit: Rendered, told: str) -> None:
    with pytest.raises(UnfitMail, match=told):
        check(unfit, OURS)


def test_a_fit_mail_passes_unchanged() -> None:
    fit = mail(
        subject="Привет, =? и пока",
        html=f'<p style="color:red">x</p><img src="{OURS}/pictures/a.png"><a href="{OURS}">a</a>'
        '<a href="https://example.org/?a=1&amp;b=2">b</a><a href="mailto:we@example.org">c</a>',
    )
    assert check(fit, OURS) is fit


def test_braces_that_somebody_typed_are_no_left_over() -> None:
    typed = mail(text="Mira {{ writes")
    assert check(typed, OURS, given="Mira {{") is typed
