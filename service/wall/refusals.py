"""Why a photo cannot be taken, each as one clear sentence."""

from enum import StrEnum

from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _


class Refusal(StrEnum):
    """As `Photo.refusal` keeps it."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    UNKNOWN = "unknown"
    TOO_WIDE = "too_wide"
    TOO_HEAVY = "too_heavy"
    TOO_SMALL = "too_small"
    ANIMATED = "animated"
    BROKEN = "broken"
    EXPIRED = "expired"


SENTENCES = {
    Refusal.EMPTY: _("This file is empty. Please choose your photo again."),
    Refusal.TOO_BIG: _("This photo is larger than 20 MB. Please make it smaller, or choose another one."),
    Refusal.UNKNOWN: _("This is not a photo that we can read. Please choose a JPEG, PNG, WebP, HEIC or AVIF."),
    Refusal.TOO_WIDE: _("This photo has more than 50 megapixels. Please make it smaller, or choose another one."),
    Refusal.TOO_HEAVY: _(
        "A photo of this kind takes too much room to be read at this size. "
        "Please save it as an ordinary JPEG, or make it smaller."
    ),
    Refusal.TOO_SMALL: _("This photo is too small to be seen well: it needs at least 300 pixels on each side."),
    Refusal.ANIMATED: _("This picture moves. Please choose one that stands still."),
    Refusal.BROKEN: _("This photo is damaged and could not be read to its end. Please choose another one."),
    Refusal.EXPIRED: _("We keep a photo for two hours until it is sent. Please choose yours again."),
}


class PhotoRefused(Problem):
    code = "photo_refused"
    status = 422
    sentence = Sentence("{reason}")

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(reason=refusal)
        self.refusal = refusal
        self.told = SENTENCES[refusal]
