"""A person in a few lines, for cards, feeds, calendars and previews of links."""

from service.cases import partial_dates
from service.cases.publication import Person
from service.cases.records import Facility
from service.cases.tables import State
from service.kit.i18n import lazy as _

CYRILLIC = ("ru", "be")
_MOST_ARTICLES = 6


def lines(person: Person) -> list[str]:
    """What is known first of all, in the reader's language."""
    said = _of_the_end(person) or [
        person.arrested_on and _("Detained: {date}", date=_date(person, person.arrested_on)),
        person.facility and _("Held in: {place}", place=place_name(person.facility, person.language)),
    ]
    if person.articles:
        said.append(_("Articles: {articles}", articles=", ".join(person.articles[:_MOST_ARTICLES])))
    return [sentence.into(person.language) for sentence in said if sentence]


def sentence(person: Person) -> str:
    """Why this person's name is said at all; for a shared link and its picture."""
    texts = {
        State.DETAINED: _("In prison in Belarus. Nobody is forgotten."),
        State.RELEASED: _("Free again. Thank you to everybody who wrote."),
        State.DIED: _("We remember."),
    }
    return texts[State(person.state)].into(person.language)


def place_name(facility: Facility, language: str) -> str:
    """As readers of `language` can read it, with the town where that says more."""
    if language in CYRILLIC or not facility.latin:
        return ", ".join(part for part in (facility.name, facility.town) if part)
    return facility.latin


def _of_the_end(person: Person) -> list:
    if person.state == State.RELEASED:
        return [
            _("Released: {date}", date=_date(person, person.released_on)) if person.released_on else _("Released")
        ]
    if person.state == State.DIED:
        return [_("Died: {date}", date=_date(person, person.died_on)) if person.died_on else _("Died")]
    return []


def _date(person: Person, partial: str) -> str:
    return partial_dates.written(partial, person.language)
