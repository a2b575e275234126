"""What somebody typed into the form, checked: a draft of a post, or a sentence for each field that is wrong."""

import unicodedata
from collections.abc import Collection, Mapping

import msgspec

from service.cases import queries as cases
from service.kit import countries
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.subscribers import addresses
from service.wall import consent

SHORTEST, LONGEST = 10, 400
# What the columns hold.
LONGEST_OF = {"name": 60, "role": 80, "town": 80}
# Joiners that emoji and some scripts are written with; every other invisible sign only hides or turns what is read.
_JOINERS = "\u200c\u200d\ufe0f"
# Letters that have no shape.
_UNSEEN = "\u034f\u115f\u1160\u2800\u3164\uffa0"
# Accents upon one letter; no script needs more.
_MOST_MARKS = 4


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A post without its photo. `prisoner`: None for all of them; `address`: empty when none was asked for."""

    sentence: str
    name: str
    role: str
    town: str
    country: str
    prisoner: int | None
    in_mails: bool
    on_social: bool
    noindex: bool
    address: str = ""

    @property
    def content(self) -> tuple[str | int | None, ...]:
        """What somebody looks at before it is shown, as the columns of a post stand in order."""
        return (self.sentence, self.name, self.role, self.town, self.country, self.prisoner)

    @property
    def permissions(self) -> tuple[bool, bool, bool]:
        return (self.in_mails, self.on_social, self.noindex)


async def checked(typed: Mapping[str, str], ticked: Collection[str], is_new: bool = True) -> Draft:
    """`typed` and `ticked` by the names of the form; `is_new`: with the address and what must be agreed to.

    Raises Invalid.
    """
    wrong: dict[str, Sentence] = {}
    sentence = _sentence(typed.get("sentence", ""), wrong)
    prisoner = await _prisoner(typed.get("prisoner", ""), wrong)
    short = {field: _short(field, typed.get(field, ""), wrong) for field in LONGEST_OF}
    if is_new:
        wrong |= {field: consent.MISSING[field] for field in consent.REQUIRED if field not in ticked}
    address = _address(typed.get("email", ""), wrong) if is_new else ""
    if wrong:
        raise Invalid(wrong)
    return Draft(
        sentence=sentence,
        **short,
        country=typed.get("country", "") if typed.get("country") in countries.names("en") else "",
        prisoner=prisoner,
        in_mails=consent.IN_MAILS in ticked,
        on_social=consent.ON_SOCIAL in ticked,
        noindex="noindex" in ticked,
        address=address,
    )


def plain(text: str) -> str:
    """On one line, composed, without signs that nobody sees or that run over the lines above and below."""
    kept, marks = [], 0
    for sign in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS and (sign.isspace() or sign in _JOINERS or _is_seen(sign, kind)):
            kept.append(sign)
    text = " ".join("".join(kept).split())
    return text if text.strip(_JOINERS + " ") else ""


def _is_seen(sign: str, kind: str) -> bool:
    """Not what only hides or turns, nor what no feed may hold: U+FFFF and its like."""
    is_none = ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
    return kind not in ("Cc", "Cf", "Cs", "Co") and sign not in _UNSEEN and not is_none


def _sentence(typed: str, wrong: dict[str, Sentence]) -> str:
    sentence = plain(typed)
    if not sentence:
        wrong["sentence"] = _("Please write a sentence: why do you stand by them?")
    elif len(sentence) < SHORTEST:
        wrong["sentence"] = _("Please write a little more: at least {least} characters.", least=SHORTEST)
    elif len(sentence) > LONGEST:
        wrong["sentence"] = _(
            "This is {count} characters long, and {most} fit. Please shorten it a little.",
            count=len(sentence),
            most=LONGEST,
        )
    return sentence


def _short(field: str, typed: str, wrong: dict[str, Sentence]) -> str:
    text = plain(typed)
    if field == "name" and not text:
        wrong[field] = _("Please enter a first name, or another name that you choose.")
    elif len(text) > LONGEST_OF[field]:
        wrong[field] = _("At most {most} characters fit here. Please shorten it.", most=LONGEST_OF[field])
    return text


async def _prisoner(key: str, wrong: dict[str, Sentence]) -> int | None:
    try:
        return (await cases.person(key, "en")).id if key else None
    except NotFound:
        wrong["prisoner"] = _("This person is not on our list any more. Please choose somebody else, or all of them.")
        return None


def _address(typed: str, wrong: dict[str, Sentence]) -> str:
    try:
        return addresses.normalise(typed)
    except addresses.BadAddress as problem:
        wrong["email"] = problem.told
        return ""
