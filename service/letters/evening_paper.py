"""The list for whoever holds a letter evening together; each person has a card as well."""

from collections.abc import Sequence

from service.cases import partial_dates
from service.cases.publication import Person
from service.kit import typesetting
from service.kit.formats import filters
from service.kit.i18n import lazy as _
from service.letters.evenings import Evening

_INTRO = [
    _("Each person is on one card. Hand the cards out, and tick here what was posted."),
    _("Afterwards, write the figures down in the console: who wrote is nobody’s business, so nobody signs."),
    _("Do not ask for a reply where this list says so. Write again soon: most letters do not arrive."),
]
_COLUMNS = [_("No."), _("Who"), _("On the envelope"), _("Posted")]
_NO_REPLY = _("No reply, please: answering was punished there.")
_BIRTHDAY = _("Birthday: {day}")


async def list_file(evening: Evening, people: Sequence[Person]) -> bytes:
    """Raises what typesetting raises."""
    language = evening.language
    data = {
        "language": language,
        "title": _("Letter evening, {day}", day=filters(language)["day"](evening.day)).into(language),
        "intro": [sentence.into(language) for sentence in _INTRO],
        "columns": [label.into(language) for label in _COLUMNS],
        "people": [_row(person, language) for person in people if person.can_be_written_to],
    }
    return await typesetting.pdf("evening", data)


def _row(person: Person, language: str) -> dict[str, str]:
    assert person.facility, "there is an address"
    notes = []
    if partial_dates.birthday(person.born):
        notes.append(_BIRTHDAY.into(language).format(day=partial_dates.written(person.born, language)))
    if person.facility.reply_punished:
        notes.append(_NO_REPLY.into(language))
    return {
        "name": person.name,
        "envelope": person.envelope,
        "place": f"{person.facility.name}, {person.facility.town}",
        "note": " · ".join(notes),
    }
