"""MJML to HTML, with bounds that the compiler itself does not have."""

import re

from mjml import mjml2html

from service.kit.errors import Problem
from service.kit.i18n import Sentence

DEEPEST = 60
LONGEST = 400_000

_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)[^<>]*?(/?)>")
_LEFT_OVER = re.compile(r"</?(mj-[\w-]*)")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class MailTooLarge(Problem):
    code = "mail_too_large"
    status = 413
    sentence = Sentence("This mail is too long: {size} characters of {limit}. Please split it into two mails.")


class MailTooDeep(Problem):
    code = "mail_too_deep"
    status = 422
    sentence = Sentence("This mail nests its parts more than {limit} deep. Please make its structure flatter.")


class UnknownElement(Problem):
    code = "mail_unknown_element"
    status = 422
    sentence = Sentence("The mail template uses <{element}>, which does not exist. Please check its spelling.")


class NotMjml(Problem):
    code = "mail_not_understood"
    status = 422
    sentence = Sentence("The mail template could not be read: {reason}.")


def compile(mjml: str) -> str:
    """A whole HTML document. Raises MailTooLarge, MailTooDeep, UnknownElement or NotMjml."""
    if len(mjml) > LONGEST:
        raise MailTooLarge(size=len(mjml), limit=LONGEST)
    if depth(mjml) > DEEPEST:
        raise MailTooDeep(limit=DEEPEST)
    html = _compiled(mjml)
    if left_over := _LEFT_OVER.search(html):
        raise UnknownElement(element=left_over[1])
    return html


def depth(markup: str) -> int:
    """How deep elements nest at most; an element that is never closed counts to the end."""
    open_now = deepest = 0
    for closing, name, closed in _TAG.findall(markup):
        if closing:
            open_now = max(open_now - 1, 0)
        elif not closed and name.lower() not in _VOID:
            open_now += 1
            deepest = max(deepest, open_now)
    return deepest


def _compiled(mjml: str) -> str:
    try:
        # Without this MJML links the fonts that it knows from a third party.
        return mjml2html(mjml, fonts={}, disable_comments=True)
    except ValueError as error:
        raise NotMjml(reason=error) from None
