"""What every mail must satisfy before it may leave, in one place."""

import re
from email.errors import MessageError
from email.header import decode_header, make_header

import msgspec

from service.kit.errors import Problem
from service.kit.i18n import Sentence

LARGEST = 300_000
LONGEST_SUBJECT = 400
# Gmail cuts a longer one; campaigns warn, because the sender may still want it.
COMFORTABLE = 100_000

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ADDRESSES = re.compile(r"\s(href|src|background|action)\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_STYLES = re.compile(r"<style[^>]*>(.*?)</style>|\sstyle=\"([^\"]*)\"", re.DOTALL)
_STYLED = re.compile(r"url\(|@import|expression\(", re.IGNORECASE)
_ACTIVE = re.compile(r"<(script|link|iframe|form|object|embed|base|input|svg)\b", re.IGNORECASE)
_BRACES = ("{{", "{%", "{#")


class Rendered(msgspec.Struct, frozen=True):
    """One mail, ready for the wire: subject as plain text, a whole HTML document, and the text part."""

    subject: str
    html: str
    text: str


class UnfitMail(Problem):
    code = "mail_unfit"
    status = 422
    sentence = Sentence("This mail cannot be sent: {reason}.")


def check(mail: Rendered, origin: str, given: str = "") -> Rendered:
    """The mail itself. Raises UnfitMail. What stands in `given`, the values filled in, may hold braces."""
    check_subject(mail.subject)
    _check_text(mail.text)
    _check_html(mail.html, origin)
    for braces in _BRACES:
        if braces not in given and any(braces in part for part in (mail.subject, mail.html, mail.text)):
            raise UnfitMail(reason=f"“{braces}” was left over in it")
    return mail


def check_subject(subject: str) -> str:
    """The subject itself. Raises UnfitMail, also for control characters that only decoding brings out."""
    if not subject.strip():
        raise UnfitMail(reason="its subject is empty")
    if len(subject) > LONGEST_SUBJECT:
        raise UnfitMail(reason=f"its subject has more than {LONGEST_SUBJECT} characters")
    if subject.isprintable() and "=?" not in subject:
        return subject
    if _CONTROL.search(subject) or _CONTROL.search(_decoded(subject)):
        raise UnfitMail(reason="its subject holds a line break or a control character")
    _check_characters(subject)
    return subject


def _check_text(text: str) -> None:
    if not text.strip():
        raise UnfitMail(reason="its text part is empty")
    _check_size(text)
    _check_characters(text)


def _check_html(html: str, origin: str) -> None:
    _check_size(html)
    _check_characters(html)
    if "<mj-" in html:
        raise UnfitMail(reason="an element of the template was not understood (<mj-…)")
    if active := _ACTIVE.search(html):
        raise UnfitMail(reason=f"<{active[1].lower()}> has no place in a mail")
    if _STYLED.search(_styles(html)):
        raise UnfitMail(reason="a style in it fetches something from elsewhere")
    for attribute, address in _ADDRESSES.findall(html):
        _check_address(attribute.lower(), address, origin)


def _check_address(attribute: str, address: str, origin: str) -> None:
    own = address == origin or address.startswith(f"{origin}/")
    if attribute == "href" and not own and not address.startswith(("https://", "mailto:")):
        raise UnfitMail(reason=f"the link “{address[:80]}” does not begin with https://")
    if attribute != "href" and not own:
        raise UnfitMail(reason="a picture in it comes from another site")


def _styles(html: str) -> str:
    return " ".join(sheet or inline for sheet, inline in _STYLES.findall(html))


def _check_size(part: str) -> None:
    if len(part) > LARGEST:
        raise UnfitMail(reason=f"it has {len(part)} characters, and {LARGEST} is the most")


def _check_characters(part: str) -> None:
    try:
        part.encode()
    except UnicodeEncodeError:
        raise UnfitMail(reason="it holds half a character, which no mail can carry") from None


def _decoded(subject: str) -> str:
    try:
        return str(make_header(decode_header(subject)))
    except (MessageError, UnicodeError, LookupError, ValueError):
        return "\n"
