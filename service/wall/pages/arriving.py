"""A form with a photo as it arrives: its texts, its ticks, and the photo that is here now or was before."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile

from service.kit import web
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _
from service.wall import intake, wishes
from service.wall.refusals import PhotoRefused
from service.wall.wishes import Wishes

TEXTS = ("sentence", "name", "role", "town", "country", "prisoner", "who", "email", "crop", "covers", "shape")
TICKED = ("adult", "agreed", "on_site", "in_mails", "on_social", "noindex")
# Twice as much as a photo may have: who sends one that is too big hears so beside the field, and keeps the rest.
LARGEST_FORM = 2 * intake.LARGEST
# More than any field takes: what is too long comes back whole.
_LONGEST_TEXT = 10_000
_CHOOSE = _("Please choose a photo.")


class Arrived(msgspec.Struct):
    """`values`: every name of TEXTS and TICKED; `kept`: the token of the photo, empty as long as there is none."""

    values: dict[str, str]
    upload: UploadFile | None
    kept: str
    looks_for_somebody: bool
    by_a_machine: bool

    @property
    def ticked(self) -> set[str]:
        return {name for name in TICKED if self.values[name]}


async def read(request: Request) -> Arrived:
    form = await web.form(request)
    texts = {name: form.text(name, _LONGEST_TEXT) for name in TEXTS}
    return Arrived(
        values=texts | {name: "yes" if form.checked(name) else "" for name in TICKED},
        upload=form.file("photo"),
        kept=form.text("photo_kept"),
        looks_for_somebody=form.checked("find") and bool(texts["who"]),
        by_a_machine=form.checked("website"),
    )


async def take_photo(arrived: Arrived) -> dict[str, Sentence]:
    """Keeps a photo that came with the form; says why when it cannot be taken."""
    if arrived.upload is None:
        return {}
    try:
        arrived.kept = intake.token(await intake.accept(arrived.upload.file))
    except PhotoRefused as problem:
        return {"photo": problem.told}
    return {}


def photo(arrived: Arrived) -> int:
    """The photo that was kept. Raises Invalid."""
    if not arrived.kept:
        raise Invalid({"photo": _CHOOSE})
    try:
        return intake.read_token(arrived.kept)
    except PhotoRefused as problem:
        raise lost(arrived, problem) from None


def asked_for(arrived: Arrived) -> Wishes:
    """Raises Invalid."""
    return wishes.read(arrived.values["crop"], arrived.values["covers"], arrived.values["shape"])


def lost(arrived: Arrived, problem: PhotoRefused) -> Invalid:
    """The photo that was kept is not there any more: it has to be chosen again."""
    arrived.kept = ""
    return Invalid({"photo": problem.told})


@contextmanager
def gathering(wrong: dict[str, Sentence]) -> Iterator[None]:
    """What cannot be taken in the block is added to `wrong`; the first sentence about a field counts."""
    try:
        yield
    except Invalid as problem:
        for field, sentence in problem.fields.items():
            wrong.setdefault(field, sentence)
