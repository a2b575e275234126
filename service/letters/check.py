"""The letter check: what could keep a letter from arriving. It keeps nothing, sends nothing and forbids nothing."""

import re
from collections.abc import Iterable

import msgspec

from service.cases.records import Facility
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.letters.risky_words import RISKS

MOST = 4000
# About one page by hand.
LONG = 1800
SHORT = 40
MOST_QUOTES = 5
_AROUND = 28

SERIOUS, CAREFUL, HINT = "serious", "careful", "hint"
_ORDER = {SERIOUS: 0, CAREFUL: 1, HINT: 2}
Span = tuple[int, int]

# Latin letters that look like Cyrillic ones.
_ALIKE = str.maketrans("AaBCcEeHIiKkMOoPpTXxYy", "АаВСсЕеНІіКкМОоРрТХхУу")
_ALPHABETS = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіўґ")
_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w@.])[\w-]{1,40}\.(?:com|org|net|info|by|ru|me|io|eu|de|ch|fr|tv|бел|рф)(?!\w)\S*"
    r"|(?<!\S)@\w{3,}",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}")
_PHONE = re.compile(r"(?<![\w.,])\+?\(?\d[\d ()-]{7,17}\d(?!\w)")
_EMOJI = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?")
_REPLY = re.compile(
    r"(?<!\w)(?:(?<!не )(?:ответь(?:те)?|отвечай(?:те)?|отпиши(?:те|сь|тесь)?|черкни(?:те)?|адкажы(?:це)?)(?!\w)"
    r"|(?<!не )(?:напиши|пиши|напишите|пишите|напішы|пішы|напішыце|пішыце)\s{1,3}(?:мне|нам|в ответ|у адказ)(?!\w)"
    r"|(?:жду|ждем|чакаю|чакаем)\s{1,3}(?:\w{1,12}\s{1,3}){0,3}(?:ответ|письм|весточк|адказ|ліст)\w{0,4}"
    r"|(?:рад|рада|рады|ждать|чакаць|буду)\s{1,3}(?:\w{1,12}\s{1,3}){0,3}(?:ответ|письму|весточк|адказ|лісту)\w{0,4})"
)


class Quote(msgspec.Struct, frozen=True):
    """A place in the letter, with a little of what stands around it."""

    before: str
    found: str
    after: str


class Advice(msgspec.Struct, frozen=True):
    """`weight`: serious, careful or hint. `quotes`: at most five; `more`: how many places there are beyond them."""

    kind: str
    weight: str
    title: Sentence
    why: Sentence
    instead: Sentence
    quotes: list[Quote]
    more: int = 0


def check(text: str, place: Facility | None = None) -> list[Advice]:
    """What there is to say about a letter, the most serious first; `place`: where it goes, for the rules there."""
    folded = _folded(text)
    found = [
        *_script(text),
        *_reply(text, folded, place),
        *_risky(text, folded),
        *_contacts(text),
        *_emoji(text),
        *_length(text),
    ]
    return sorted(found, key=lambda advice: _ORDER[advice.weight])


def _folded(text: str) -> str:
    """Of the same length: in small letters, ё as е, and a letter that only looks Cyrillic as if it were."""
    small = "".join(c.lower() if len(c.lower()) == 1 else c for c in _WORD.sub(_one_script, text))
    return small.replace("ё", "е").replace("\u00a0", " ")


def _one_script(word: re.Match[str]) -> str:
    return word[0].translate(_ALIKE) if any(_is_cyrillic(c) for c in word[0]) else word[0]


def _script(text: str) -> list[Advice]:
    cyrillic = sum(_is_cyrillic(c) for c in text)
    latin = sum(_is_latin(c) for c in text)
    if latin > cyrillic or not (cyrillic or latin):
        return [_NOT_CYRILLIC] if text else []
    words = list(_WORD.finditer(text))
    mixed = [word.span() for word in words if _is_mixed(word[0])]
    reached = [m.span() for pattern in (_LINK, _MAIL) for m in pattern.finditer(text)]
    latin_words = [word.span() for word in words if _is_latin(word[0][0]) and word.span() not in mixed]
    foreign = [span for span in latin_words if not _within(span, reached)]
    other = [word.span() for word in words if _is_of_another_language(word[0])]
    return [
        *_advice(_MIXED, text, mixed),
        *_advice(_LATIN, text, foreign),
        *_advice(_OTHER_LANGUAGE, text, other),
    ]


def _is_mixed(word: str) -> bool:
    """Of both scripts, or a Latin a, c, i, o or y that stands alone as the Cyrillic words do."""
    scripts = {_is_cyrillic(c) for c in word if _is_cyrillic(c) or _is_latin(c)}
    return len(scripts) == 2 or word.lower() in ("a", "c", "i", "o", "y")


def _is_of_another_language(word: str) -> bool:
    return any(c.isalpha() and not _is_latin(c) and c.lower() not in _ALPHABETS for c in word)


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f"


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and letter < "\u0250"


def _reply(text: str, folded: str, place: Facility | None) -> list[Advice]:
    known = place.reply_punished if place else None
    if known is False:
        return []
    return _advice(_REPLY_PUNISHED if known else _REPLY_UNKNOWN, text, (m.span() for m in _REPLY.finditer(folded)))


def _risky(text: str, folded: str) -> Iterable[Advice]:
    taken = _phones(text)
    for risk in RISKS:
        spans = [m.span("risk") for m in risk.words.finditer(folded) if m["risk"]]
        weight = SERIOUS if risk.serious else CAREFUL
        advice = Advice(risk.kind, weight, risk.title, risk.why, risk.instead, [])
        yield from _advice(advice, text, [span for span in spans if not _within(span, taken)])


def _contacts(text: str) -> list[Advice]:
    mails = [m.span() for m in _MAIL.finditer(text)]
    links = [(m.start(), m.start() + len(m[0].rstrip(",.;:!?)»”"))) for m in _LINK.finditer(text)]
    return [
        *_advice(_LINKS, text, (link for link in links if not _within(link, mails))),
        *_advice(_REACHED, text, sorted([*mails, *_phones(text)])),
    ]


def _phones(text: str) -> list[Span]:
    """Two years or a date have fewer figures, and a row of numbers more parts."""
    found = ((m.span(), re.findall(r"\d+", m[0])) for m in _PHONE.finditer(text))
    return [span for span, parts in found if len(parts) <= 6 and len("".join(parts)) >= 9]


def _emoji(text: str) -> list[Advice]:
    return _advice(_PICTURES, text, (m.span() for m in _EMOJI.finditer(text)))


def _length(text: str) -> list[Advice]:
    if len(text) > LONG:
        return [_TOO_LONG]
    return [_TOO_SHORT] if 0 < len(text) < SHORT else []


def _advice(advice: Advice, text: str, spans: Iterable[Span]) -> list[Advice]:
    """With the places in the letter; nothing where there are none."""
    places = list(spans)
    quotes = [_quote(text, span) for span in places[:MOST_QUOTES]]
    return [msgspec.structs.replace(advice, quotes=quotes, more=len(places) - len(quotes))] if places else []


def _quote(text: str, span: Span) -> Quote:
    start, end = span
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    # Whole words only, unless the letter begins or ends there.
    if start > _AROUND:
        before = "… " + before.partition(" ")[2]
    if end + _AROUND < len(text):
        after = after.rpartition(" ")[0] + " …"
    return Quote(before, text[start:end], after)


def _within(span: Span, others: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


_NOT_CYRILLIC = Advice(
    "not_cyrillic",
    SERIOUS,
    _("This is not in Russian or Belarusian"),
    _("Letters in any other language, or in Latin letters, are not handed over."),
    _("Write in your language, let a translation program make it Russian, and copy that by hand. Mistakes are fine."),
    [],
)
_MIXED = Advice(
    "mixed",
    CAREFUL,
    _("Latin letters inside Cyrillic words"),
    _("They look the same, but they come from another keyboard. A mixture looks like a code when it is typed."),
    _("If you copy the letter by hand, this disappears. If you print it, type these words again."),
    [],
)
_LATIN = Advice(
    "latin",
    CAREFUL,
    _("Words in Latin letters"),
    _("Censors may stop what they cannot read."),
    _(
        "Write names and places in Cyrillic as well: Anna becomes Анна, Geneva becomes Женева. "
        "Only the country in the address stays in Latin letters."
    ),
    [],
)
_OTHER_LANGUAGE = Advice(
    "other_language",
    SERIOUS,
    _("Letters that neither Russian nor Belarusian has"),
    _("Letters in other languages, Ukrainian among them, are often not handed over."),
    _("Write these words in Russian or Belarusian."),
    [],
)
_REPLY_PUNISHED = Advice(
    "reply_punished",
    SERIOUS,
    _("A request to answer"),
    _("In this place people were put into a punishment cell for answering letters from abroad."),
    _("Take it out. Write instead: “Отвечать не нужно.” “Адказваць не трэба.” (There is no need to answer.)"),
    [],
)
_REPLY_UNKNOWN = Advice(
    "reply",
    CAREFUL,
    _("A request to answer"),
    _("In at least one colony people were punished for answering letters from abroad, and most cannot answer."),
    _(
        "Leave it out, or take the weight off: “Отвечать не обязательно.” “Адказваць не абавязкова.” "
        "(You need not answer.)"
    ),
    [],
)
_LINKS = Advice(
    "links",
    CAREFUL,
    _("Links and names in networks"),
    _("Nobody can open them in prison, and an address on the internet can be one that is forbidden in Belarus."),
    _("Tell in a few sentences what is to be seen there."),
    [],
)
_REACHED = Advice(
    "contacts",
    CAREFUL,
    _("Telephone numbers and e-mail addresses"),
    _("They can lead others to you, and bring the reader questions about you."),
    _("Leave them out. A postal return address is allowed and never needed."),
    [],
)
_PICTURES = Advice(
    "emoji",
    HINT,
    _("Little pictures"),
    _("By hand they become riddles, and on paper from us they are left out."),
    _("Say it in a word, or draw a flower or a cat beside your text."),
    [],
)
_TOO_LONG = Advice(
    "long",
    HINT,
    _("This is long"),
    _("Every letter is read by a censor. Short ones are read sooner and arrive more often."),
    _("Keep to one page by hand. The rest makes a second letter next week."),
    [],
)
_TOO_SHORT = Advice(
    "short",
    HINT,
    _("This is very short"),
    _("A few lines are enough, but a small story stays with somebody for days."),
    _("Add what you see from your window, or what made you laugh this week."),
    [],
)
