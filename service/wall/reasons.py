"""Why a post is not shown: the words for staff, and a kind reply to its author."""

from enum import StrEnum

from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _


class Reason(StrEnum):
    """As `Post.reason` keeps it."""

    FOUND = "found"
    OTHERS = "others"
    CHILD = "child"
    RELATIVE = "relative"
    DANGER = "danger"
    HURTS = "hurts"
    ADVERT = "advert"
    UNCLEAR = "unclear"
    OFF_TOPIC = "off_topic"
    TWICE = "twice"
    OTHER = "other"


LABELS = {
    Reason.FOUND: "Not their own picture",
    Reason.OTHERS: "Others can be recognised",
    Reason.CHILD: "Somebody under 18",
    Reason.RELATIVE: "A prisoner’s relative",
    Reason.DANGER: "Puts somebody in danger",
    Reason.HURTS: "Hate, insults, violence",
    Reason.ADVERT: "Advertising or a link",
    Reason.UNCLEAR: "Too dark or blurred",
    Reason.OFF_TOPIC: "About something else",
    Reason.TWICE: "Is there already",
    Reason.OTHER: "Another reason",
}
REPLIES = {
    Reason.FOUND: _(
        "We could not be sure that the photo is yours to give: it looks like a picture of somebody else, or like one "
        "from the web. A photo that you took yourself, or a hand-written sign without a face, is always welcome."
    ),
    Reason.OTHERS: _(
        "Other people can be recognised in the photo, and we could not see whether they agree. Please cover their "
        "faces with the boxes of the form, or choose another photo."
    ),
    Reason.CHILD: _(
        "The photo seems to show somebody under 18. The wall is for adults, so that no child has to live with it "
        "later. You are welcome with a photo of yourself, or with a hand-written sign."
    ),
    Reason.RELATIVE: _(
        "The photo or the text shows a relative of a prisoner. Families can be put under pressure, so we show them "
        "only when they have asked for it themselves."
    ),
    Reason.DANGER: _(
        "Something in it could put a person in danger: a name, a place or a face. Please leave it out, and we will "
        "gladly look again."
    ),
    Reason.HURTS: _(
        "The wall is there to stand by people. What insults others or calls for violence has no place on it, even "
        "where the anger behind it is easy to understand. You are welcome to say it in other words."
    ),
    Reason.ADVERT: _(
        "We show no links, advertising or collections on the wall. Please leave them out, and say in your own words "
        "why you stand by the prisoners."
    ),
    Reason.UNCLEAR: _(
        "The photo is too dark or too blurred to see who stands there. One more, taken by daylight or with a steady "
        "hand, would help."
    ),
    Reason.OFF_TOPIC: _(
        "We could not see what the text has to do with the prisoners. A sentence such as “I stand by you because …” "
        "is all it needs."
    ),
    Reason.TWICE: _(
        "This photo or this sentence stands on the wall already, and once is enough to be seen. Thank you for "
        "wanting to say it again."
    ),
    Reason.OTHER: _(
        "It does not fit the wall as it is. You can change the photo or the text, and we will look at it again."
    ),
}


def known(word: str) -> Reason:
    """OTHER for a word that none of them is."""
    return Reason(word) if word in set(Reason) else Reason.OTHER


def reply(word: str) -> Sentence:
    return REPLIES[known(word)]
