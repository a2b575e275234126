"""What an action says in each language: checked, kept, and who saved last."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from service.advocacy import queries
from service.advocacy.changing import Overtaken, hold
from service.advocacy.queries import Edition, Point
from service.auth import audit
from service.kit import clock, db
from service.kit.errors import Invalid, Problem
from service.kit.i18n import LANGUAGES, Sentence

# What fits into the columns, and into what people read on a phone.
LONGEST = {
    "title": 120,
    "lead": 3000,
    "ask": 600,
    "subject": 120,
    "example": 4000,
    "call": 2000,
    "share": 280,
    "thanks": 1000,
}
# Of one line; the others keep their paragraphs.
LINES = ("title", "subject", "share")
MOST_PROMPTS, LONGEST_PROMPT = 6, 200
MOST_POINTS, LONGEST_POINT, LONGEST_PARTY = 20, 500, 120


class EditionNotFound(Problem):
    code = "action_edition_not_found"
    status = 404
    sentence = Sentence("This action has no text in that language.")


class LastOne(Problem):
    code = "last_edition"
    status = 409
    sentence = Sentence("This is the only language that is left. Add another one before you remove it.")


def checked(language: str, typed: Mapping[str, str], points: Sequence[Point]) -> Edition:
    """`typed`: by the names of an Edition, the prompts one on each line; unfinished is fine. Raises Invalid."""
    wrong: dict[str, Sentence] = {}
    texts: dict[str, Any] = {name: _fits(name, typed.get(name, ""), most, wrong) for name, most in LONGEST.items()}
    prompts = [" ".join(line.split()) for line in typed.get("prompts", "").split("\n") if line.strip()]
    if len(prompts) > MOST_PROMPTS:
        wrong["prompts"] = Sentence("At most {most} questions: more are not answered on a phone.", most=MOST_PROMPTS)
    elif any(len(prompt) > LONGEST_PROMPT for prompt in prompts):
        wrong["prompts"] = Sentence("A question has at most {most} characters.", most=LONGEST_PROMPT)
    kept = [point for point in points if point.text]
    _check_points(points, wrong)
    if wrong:
        raise Invalid(wrong)
    return Edition(language=language, **texts, prompts=prompts, points=kept)


async def save(action: int, edition: Edition, version: int, by: int | None) -> None:
    """`version`: of the edition that was looked at. Raises EditionNotFound, NotFound, Over, Overtaken."""
    async with db.transaction():
        await hold(action)
        if (await find(action, edition.language)).version != version:
            raise Overtaken
        await write(action, edition)
        await _note(action, "action.text_saved", edition.language, by)


async def add(action: int, language: str, copy_of: str, by: int | None) -> None:
    """Empty or as a copy of another; one that there is already stays as it is. Raises EditionNotFound, Over."""
    if language not in LANGUAGES:
        raise EditionNotFound
    async with db.transaction():
        await hold(action)
        there = await queries.editions(action)
        if language in there:
            return
        source = await find(action, copy_of) if copy_of else Edition(language=language)
        await write(action, msgspec.structs.replace(source, language=language))
        await _note(action, "action.text_begun", language, by)


async def remove(action: int, language: str, by: int | None) -> None:
    """Raises EditionNotFound, LastOne, Over."""
    async with db.transaction():
        await hold(action)
        await find(action, language)
        if len(await queries.editions(action)) == 1:
            raise LastOne
        await db.execute("DELETE FROM action_edition WHERE action = $1 AND language = $2", action, language)
        await _note(action, "action.text_removed", language, by)


async def find(action: int, language: str) -> Edition:
    """Raises EditionNotFound."""
    found = (await queries.editions(action)).get(language)
    if found is None:
        raise EditionNotFound
    return found


async def write(action: int, edition: Edition) -> None:
    """Begins or replaces the text in one language, in the transaction that holds the action."""
    said = msgspec.structs.asdict(edition)
    said |= {name: msgspec.json.encode(said[name]).decode() for name in ("prompts", "points")}
    await db.execute(_WRITE, action, clock.now(), *(said[name] for name in _COLUMNS))


def _fits(name: str, text: str, most: int, wrong: dict[str, Sentence]) -> str:
    text = " ".join(text.split()) if name in LINES else text.strip()
    if len(text) > most:
        wrong[name] = Sentence(
            "This is {count} characters long, and {most} fit. Please shorten it a little.", count=len(text), most=most
        )
    return text


def _check_points(points: Sequence[Point], wrong: dict[str, Sentence]) -> None:
    for number, point in enumerate(points):
        if len(point.text) > LONGEST_POINT or len(point.party) > LONGEST_PARTY:
            wrong[f"point.{number}.text"] = Sentence("At most {most} characters fit.", most=LONGEST_POINT)
    if len(points) > MOST_POINTS:
        wrong["point.0.text"] = Sentence("At most {most} talking points.", most=MOST_POINTS)


async def _note(action: int, done: str, language: str, by: int | None) -> None:
    await audit.record(by, done, f"action {action}", {"language": language})


_COLUMNS = ("language", *LONGEST, "prompts", "points")
_WRITE = f"""
    INSERT INTO action_edition (action, changed_at, {", ".join(_COLUMNS)})
    VALUES ($1, $2, {", ".join(f"${n}" for n, _name in enumerate(_COLUMNS, 3))})
    ON CONFLICT (action, language) DO UPDATE SET version = action_edition.version + 1,
        changed_at = excluded.changed_at, {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}
"""  # noqa: S608
