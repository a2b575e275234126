"""What stands between a draft and its opening: errors keep it back, notes want to be read."""

from collections.abc import Iterator, Mapping

import msgspec

from service.advocacy import queries, reach
from service.advocacy.queries import Action, Edition
from service.advocacy.reach import Reach
from service.cases import queries as cases
from service.cases.tables import State as Detention
from service.kit import clock, db
from service.kit.i18n import LANGUAGES
from service.organisation import queries as organisations

_NEEDED = {
    "title": "the title",
    "lead": "the introduction",
    "ask": "the request",
    "subject": "the subject",
    "prompts": "the questions",
}
_HELPFUL = {
    "example": "an example",
    "call": "a guide for the telephone",
    "share": "words to share",
    "thanks": "a word of thanks",
}


class Finding(msgspec.Struct, frozen=True):
    """`part` leads to where it is mended, from the page of the action."""

    sentence: str
    part: str = ""
    is_error: bool = True


async def findings(action: Action) -> list[Finding]:
    """Everything, the errors first."""
    said, organisation = await queries.editions(action.id), await organisations.required()
    found = [
        *_about_reach(await reach.of(action.targets)),
        *_about_languages(said, organisation.languages),
        *(finding for edition in said.values() for finding in _about_edition(edition)),
        *await _about_prisoners(action),
        *await _about_trials(action),
        *_about_time(action),
    ]
    return sorted(found, key=lambda finding: not finding.is_error)


def _about_reach(reached: Reach) -> Iterator[Finding]:
    if not reached.groups:
        yield Finding("Nobody is asked yet. Choose the targets.", "targets")
    elif not reached.members:
        yield Finding("These targets reach nobody today: no member with a mandate is known.", "targets")
    elif without := len(reached.without_address):
        told = f"{without} of {len(reached.members)} {'has' if without == 1 else 'have'} no e-mail address"
        yield Finding(f"{told}: supporters can call them or print a letter.", "targets", False)
    if bounced := len(reached.bounced):
        whose = "One address" if bounced == 1 else f"{bounced} addresses"
        yield Finding(f"{whose} sent letters back. Look at them before it opens.", "targets", False)
    for group in reached.groups:
        if group.unmapped:
            told = f"{group.label}: no postcode leads to {group.unmapped} of {group.areas} areas."
            yield Finding(f"{told} People there choose their area by hand.", "targets", False)


def _about_languages(said: Mapping[str, Edition], wanted: list[str]) -> Iterator[Finding]:
    if not said:
        yield Finding("It says nothing yet. Add a text.", "#editions")
    for language in wanted if said else ():
        if language not in said:
            told = f"There is no text in {LANGUAGES[language]}: its readers get another language."
            yield Finding(told, "#editions", False)


def _about_edition(edition: Edition) -> Iterator[Finding]:
    part, name = f"texts/{edition.language}", LANGUAGES[edition.language]
    missing = {field: called for field, called in _NEEDED.items() if not getattr(edition, field)}
    if missing:
        is_one = len(missing) == 1 and "prompts" not in missing
        told = f"{name}: {_listed(list(missing.values()))} {'is' if is_one else 'are'} missing."
        yield Finding(told, f"{part}#{next(iter(missing))}")
    lacking = [called for field, called in _HELPFUL.items() if not getattr(edition, field)]
    if lacking:
        yield Finding(f"{name}: without {_listed(lacking)}.", part, False)


async def _about_prisoners(action: Action) -> list[Finding]:
    people = await cases.people(action.prisoners, "en")
    found = [
        Finding(f"{person.name} is not in prison any more.", "about", False)
        for person in people
        if person.state != Detention.DETAINED
    ]
    if len(people) < len(action.prisoners):
        found.append(Finding("Somebody whom it is about may not be shown any more. Choose again.", "about"))
    elif action.is_hidden:
        found.append(
            Finding("Somebody whom it is about is shown by initials alone, and a text names them.", "#editions")
        )
    return found


async def _about_trials(action: Action) -> list[Finding]:
    tried = await db.fetch_value(
        "SELECT EXISTS (SELECT FROM advocacy_letter WHERE action = $1 AND is_test AND confirmed_at IS NOT NULL)",
        action.id,
    )
    return (
        [] if tried else [Finding("Nobody has tried it out yet, from the postcode to the letter.", "#trial", False)]
    )


def _about_time(action: Action) -> Iterator[Finding]:
    if action.closes_at and action.closes_at <= clock.now():
        yield Finding("Its last day has passed.", "about#last_day")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
