"""How far an action has come, as a picture in mails: whoever opens one late sees how far it is then."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from io import BytesIO

import msgspec
from PIL import Image

from service.advocacy import counting, progress, queries
from service.advocacy.progress import Progress
from service.advocacy.queries import Action
from service.kit import clock, typesetting
from service.kit.keeping import Kept

# How long pictures say the same number.
KEPT_FOR = timedelta(minutes=3)
_TEMPLATE = "action_count"
# Twice, for sharp screens.
_PIXELS = 2
_COLOURS = 32
_MOST_REMEMBERED = 300
# Many open a mail in the same moment, and wait for the same picture.
_kept = Kept(most=60, patience=500)
_counts: dict[str, tuple[datetime, Progress]] = {}


async def present(action: Action) -> Progress:
    """As it was some minutes ago at most: pictures are asked for by thousands."""
    known = _remembered(action.key)
    if known and known.goal == action.goal:
        return known
    found = progress.of(action, (await counting.of([action.id]))[action.id])
    if len(_counts) >= _MOST_REMEMBERED:
        _counts.clear()
    _counts[action.key] = (clock.now(), found)
    return found


async def shown(key: str, language: str) -> dict[str, object]:
    """What the picture says. Raises NotFound."""
    done = _remembered(key) or await present(await queries.shown_action(key, language))
    return {
        "language": language,
        "count": done.sentence.into(language),
        "aim": done.aim(language),
        "done": done.done,
        "goal": done.goal,
    }


def mark(data: dict[str, object]) -> str:
    """Changes with everything that the picture says."""
    return hashlib.sha256(msgspec.json.encode(data)).hexdigest()[:32]


async def picture(data: dict[str, object]) -> bytes:
    """A PNG, readable on light and on dark ground. Raises Busy, and what typesetting.png raises."""

    async def make() -> bytes:
        return await asyncio.to_thread(_small, await typesetting.png(_TEMPLATE, data, _PIXELS))

    return await _kept.get(mark(data), make)


def _remembered(key: str) -> Progress | None:
    at, known = _counts.get(key, (None, None))
    return known if at and timedelta() <= clock.now() - at < KEPT_FOR else None


def _small(png: bytes) -> bytes:
    """The same in few colours: it is loaded as often as the mail is opened."""
    target = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(
        target, "PNG", optimize=True
    )
    return target.getvalue()
