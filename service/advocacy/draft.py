"""What somebody typed to write to a representative, checked: a draft, or a sentence for each field that is wrong."""

import re
import unicodedata
from collections.abc import Mapping

import msgspec

from service.advocacy import composing
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.subscribers import addresses

# The writer's own words together, and the letter as it leaves.
FEWEST_WORDS, MOST_WORDS = 40, 4000
SHORTEST, LONGEST = 120, 6000
LONGEST_OF = {"name": 80, "street": 100, "postcode": 12, "town": 80, "subject": 120}
FIRST_PROMPT = "own-1"
_MISSING = {
    "name": _("Please enter your name: members answer people, not strangers."),
    "postcode": _("Please enter your postcode."),
    "town": _("Please enter the town that you live in."),
    "subject": _("Please write a subject."),
}
# A header that speaks in code could say something else than what is read, and a name that leads somewhere is none.
_CODED = re.compile(r"=\?|\?=")
_NO_NAME = re.compile(r"[<>@\"\\]|://|www\.", re.IGNORECASE)
_WORDLESS = re.compile(r"[\W\d_]*")
_EMPTY_LINES = re.compile(r"\n{3,}")
# Joiners that some scripts and emoji are written with.
_JOINERS = "\u200c\u200d\ufe0f"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """`own`: the answers to the prompts; `text`: the letter without what is signed, empty as long as there is none.

    `address`: normalised; empty where none was asked for.
    """

    own: list[str]
    name: str
    street: str
    postcode: str
    town: str
    address: str
    subject: str
    text: str

    @property
    def signature(self) -> str:
        return composing.signature(self.name, self.street, self.postcode, self.town)

    @property
    def home(self) -> str:
        """On one line: Kramgasse 1, 3011 Bern."""
        return ", ".join(self.signature.split("\n")[1:])

    @property
    def body(self) -> str:
        return composing.whole(self.text, self.signature)


def checked(typed: Mapping[str, str], prompts: int, with_address: bool = True) -> Draft:
    """`typed`: by the names of the form; either the answers own-1 to own-`prompts`, or the letter itself in `text`.

    `with_address`: whether it is to leave through us. Raises Invalid.
    """
    wrong: dict[str, Sentence] = {}
    own = [lines(typed.get(f"own-{n}", "")) for n in range(1, prompts + 1)]
    text = lines(typed.get("text", ""))
    if text:
        subject = _short("subject", typed.get("subject", ""), wrong)
        _must_fit(text, wrong)
    else:
        subject = ""
        _must_say_something(own, wrong)
    short = {field: _short(field, typed.get(field, ""), wrong) for field in ("name", "street", "postcode", "town")}
    address = _address(typed.get("email", ""), wrong) if with_address else ""
    if wrong:
        raise Invalid(wrong)
    return Draft(own=own, **short, address=address, subject=subject, text=text)


def plain(text: str) -> str:
    """On one line, composed, without signs that nobody sees."""
    return " ".join("".join(_seen(text)).split())


def lines(text: str) -> str:
    """With its line breaks, without signs that nobody sees and without more than one empty line."""
    rows = (plain(row) for row in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(rows)).strip()


def _seen(text: str) -> list[str]:
    kinds = ("Cc", "Cf", "Cs", "Co", "Cn")
    composed = unicodedata.normalize("NFC", text)
    return [c for c in composed if c.isspace() or c in _JOINERS or unicodedata.category(c) not in kinds]


def _must_say_something(own: list[str], wrong: dict[str, Sentence]) -> None:
    length = sum(len(each) for each in own)
    if length < FEWEST_WORDS:
        wrong[FIRST_PROMPT] = _("Please write a little: two or three sentences of your own are enough.")
    elif length > MOST_WORDS:
        wrong[FIRST_PROMPT] = _(
            "Your answers are {count} characters long together, and {most} fit. Please shorten them a little.",
            count=length,
            most=MOST_WORDS,
        )


def _must_fit(text: str, wrong: dict[str, Sentence]) -> None:
    if len(text) < SHORTEST or _WORDLESS.fullmatch(text):
        wrong["text"] = _("Please write a little more: at least {least} characters.", least=SHORTEST)
    elif len(text) > LONGEST:
        wrong["text"] = _(
            "Your letter is {count} characters long, and {most} fit. Members read short letters; please shorten it.",
            count=len(text),
            most=LONGEST,
        )


def _short(field: str, typed: str, wrong: dict[str, Sentence]) -> str:
    text = plain(typed)
    if field in _MISSING and not text:
        wrong[field] = _MISSING[field]
    elif len(text) > LONGEST_OF[field]:
        wrong[field] = _("At most {most} characters fit here. Please shorten it.", most=LONGEST_OF[field])
    elif "\n" in typed.strip() or "\r" in typed.strip() or _CODED.search(text):
        wrong[field] = _("Please write this on one line, in plain letters.")
    elif field == "name" and (_NO_NAME.search(text) or _WORDLESS.fullmatch(text)):
        wrong[field] = _("Please enter your name only, as you would sign a letter.")
    return text


def _address(typed: str, wrong: dict[str, Sentence]) -> str:
    try:
        return addresses.normalise(typed)
    except addresses.BadAddress as problem:
        wrong["email"] = problem.told
        return ""
