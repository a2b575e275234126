"""What people pass on of an action: a sentence, links that need no script of anybody, and a picture made here."""

import hashlib
import textwrap

import msgspec

from service.advocacy import live_count
from service.advocacy.queries import Action
from service.cases import queries as cases
from service.cases import share
from service.cases.publication import Person
from service.cases.share import HASHTAG, Way
from service.kit import typesetting
from service.kit.i18n import lazy as _
from service.kit.keeping import Kept
from service.kit.settings import settings

WIDTH, HEIGHT = 1200, 630
_TEMPLATE = "action_share"
# In letters: what two lines of the picture hold.
_LONGEST_ASK = 105
_kept = Kept(most=60, patience=12)
_SAID = _("Ask your member of parliament to stand by those who are in prison in Belarus. It takes two minutes.")


class Page(msgspec.Struct, frozen=True):
    """Where the action stands for the readers of one language."""

    path: str

    @property
    def url(self) -> str:
        return settings().origin + self.path


def page(action: Action, language: str) -> Page:
    return Page(f"/{language}/actions/{action.key}")


def text(action: Action, language: str) -> str:
    """What staff wrote for it, else a sentence of ours; without the address of the page."""
    said = " ".join(action.edition.share.split()) or _SAID.into(language)
    return said if HASHTAG.casefold() in said.casefold() else f"{said} {HASHTAG}"


def ways(action: Action, language: str) -> list[Way]:
    return share.ways_of(action.edition.title, text(action, language), page(action, language).url, language)


class Picture(msgspec.Struct, frozen=True):
    """What the picture shows. `face`: whom the action is about, where that is one person with a photo."""

    data: dict[str, object]
    face: Person | None

    @property
    def mark(self) -> str:
        """Changes with everything that it shows."""
        shown = [self.data, self.face.photo if self.face else ""]
        return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:32]


async def picture(action: Action, language: str, organisation: str) -> Picture:
    done = await live_count.present(action)
    face = await _face(action, language)
    return Picture(
        {
            "language": action.edition.language,
            "title": action.edition.title,
            "ask": textwrap.shorten(action.edition.ask, _LONGEST_ASK, placeholder=" …"),
            "count": done.sentence.into(language) if done.done else "",
            "done": done.done,
            "goal": done.goal,
            "organisation": organisation,
            "hashtag": HASHTAG,
            "credit": face.photo_credit if face else "",
        },
        face,
    )


async def drawn(picture: Picture) -> bytes:
    """A PNG of 1200 by 630 pixels. Raises Busy, and what typesetting.png raises."""

    async def make() -> bytes:
        photo = await share.photo(picture.face) if picture.face else []
        return await typesetting.png(_TEMPLATE, {**picture.data, "photo": photo})

    return await _kept.get(picture.mark, make)


async def _face(action: Action, language: str) -> Person | None:
    people = await cases.people(action.prisoners, language) if len(action.prisoners) == 1 else []
    return people[0] if people and people[0].photo else None
