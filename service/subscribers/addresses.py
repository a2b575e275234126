"""An e-mail address as we keep it: checked without asking any server, in lower case, its domain as A-labels."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _

LONGEST = 254
_LONGEST_MAILBOX = 64
_SAME_DOMAIN = {"googlemail.com": "gmail.com"}
_PLAIN_MAILBOX = re.compile(r"[\w+-]+(?:\.[\w+-]+)*", re.ASCII)


class BadAddress(Problem):
    code = "bad_address"
    status = 422
    sentence = _("This does not look like an e-mail address that we can write to. Is there a typing mistake in it?")

    def __init__(self, told: Sentence | None = None) -> None:
        super().__init__()
        self.told = told or self.sentence


EMPTY = _("Please enter your e-mail address.")
NO_AT = _("An e-mail address has an @ in its middle, like anna@example.org.")
TOO_LONG = _("This address is longer than an e-mail address can be. Please check it.")
FOREIGN_LETTERS = _(
    "The part before the @ has letters that many mail servers cannot deliver to. "
    "Please use an address with only plain letters (a to z) there."
)


def normalise(typed: str) -> str:
    """The address as it is sealed and compared. Raises BadAddress."""
    address = typed.strip()
    mailbox, at, domain = address.rpartition("@")
    if not address:
        raise BadAddress(EMPTY)
    if not at:
        raise BadAddress(NO_AT)
    if len(address) > LONGEST or len(mailbox) > _LONGEST_MAILBOX:
        raise BadAddress(TOO_LONG)
    if not mailbox.isascii():
        raise BadAddress(FOREIGN_LETTERS)
    whole = f"{_checked_mailbox(mailbox)}@{_checked_domain(domain)}".lower()
    if len(whole) > LONGEST:
        raise BadAddress(TOO_LONG)
    return whole


def mailbox_of(address: str) -> str:
    """The mailbox behind tags and dots, for limits alone: anna.k+news@example.org → annak@example.org."""
    mailbox, _at, domain = address.rpartition("@")
    return f"{mailbox.partition('+')[0].replace('.', '')}@{_SAME_DOMAIN.get(domain, domain)}"


def _checked_mailbox(mailbox: str) -> str:
    return mailbox if _PLAIN_MAILBOX.fullmatch(mailbox) else _checked(f"{mailbox}@example.org").rpartition("@")[0]


@lru_cache(maxsize=4096)
def _checked_domain(domain: str) -> str:
    # An import asks for the same few domains again and again.
    return _checked(f"a@{domain}").rpartition("@")[2]


def _checked(address: str) -> str:
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        raise BadAddress from None
    assert checked
    return checked
