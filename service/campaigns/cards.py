"""People and facilities as mails show them, in the words of the reader's language."""

import re

import msgspec

from service.cases import partial_dates, publication
from service.cases.birthdays import Birthday
from service.cases.publication import Passage, Person
from service.cases.records import Facility
from service.cases.summary import CYRILLIC
from service.cases.tables import Designation
from service.kit import clock
from service.kit.formats import filters
from service.kit.i18n import ngettext
from service.rendering import people
from service.rendering.people import Card, Place, Words
from service.wall import states
from service.wall.in_mails import Counts
from service.wall.showing import Face

# In pixels: sharp where a photo is half as wide as a mail, and as wide as a phone.
_PHOTO = 640
# Of more birthdays than these each has one line.
MOST_IN_FULL = 25
_ONLY_BELARUSIAN = re.compile("[ўі]", re.IGNORECASE)


def of_case(person: Person) -> Card:
    """Somebody whose case is new; how to write to them stands on their page."""
    return Card(
        key=person.id,
        name=person.name,
        url=person.url,
        detained=partial_dates.written(person.arrested_on, person.language),
        sentence=_words(person.sentence),
        photo=person.photo,
        photo_credit=person.photo_credit if person.photo else "",
        sources=_sources(person),
    )


def of_writing(person: Person) -> Card:
    """Somebody to write to."""
    return msgspec.structs.replace(
        of_case(person),
        detained="",
        born=partial_dates.written(person.born, person.language),
        place=facility_name(person.facility, person.language) if person.facility else "",
        address=person.address,
        script=_script(person.envelope),
    )


def of_story(person: Person) -> Card:
    """Somebody of whom the mail tells in particular."""
    return msgspec.structs.replace(
        of_writing(person), detained=of_case(person).detained, biography=_words(person.biography)
    )


def of_birthdays(found: list[Birthday]) -> list[Card]:
    brief = len(found) > MOST_IN_FULL
    return [_of_birthday(each, brief) for each in found]


def of_facility(facility: Facility, language: str) -> Place | None:
    """None without an address that is valid today."""
    lines = [facility.name, facility.street, facility.postcode, facility.town]
    if not all(lines) or not facility.is_valid_on(clock.now().date()):
        return None
    return Place(
        name=facility.latin if language not in CYRILLIC else "",
        address=[facility.name, facility.street, f"{facility.postcode}, {facility.town}", publication.COUNTRY],
        rules=_words(publication.passage(facility.rules, language)),
        checked=filters(language)["day"](facility.checked_on) if facility.checked_on else "",
    )


def of_face(face: Face) -> people.Face:
    return people.Face(
        key=states.mail_key(face.id),
        url=face.url,
        photo=face.photo.path(max(width for width in face.photo.widths if width <= _PHOTO)),
        sentence=Words(face.sentence, face.spoken),
        name=face.name,
        line=face.line,
        about=face.person.id if face.person else 0,
        person=face.person.name if face.person else "",
        person_url=face.person.url if face.person else "",
    )


def counted(counts: Counts, language: str) -> str:
    """How many stand on the wall; how many of them are new, unless all are."""
    here = ngettext(
        "{count} person stands by them on our wall.", "{count} people stand by them on our wall.", counts.people
    )
    new = ngettext("{count} of them is new.", "{count} of them are new.", counts.new)
    said = [here] * bool(counts.people) + [new] * (0 < counts.new < counts.people)
    return " ".join(sentence.into(language) for sentence in said)


def facility_name(facility: Facility, language: str) -> str:
    return facility.name if language in CYRILLIC else facility.latin or facility.name


def _of_birthday(found: Birthday, brief: bool) -> Card:
    person = found.person
    day = partial_dates.written(f"--{found.day:%m-%d}", person.language)
    if brief:
        return Card(key=person.id, name=person.name, url=person.url, birthday=day, age=found.age, is_brief=True)
    return msgspec.structs.replace(of_writing(person), birthday=day, age=found.age)


def _words(passage: Passage | None) -> Words | None:
    return Words(passage.text, passage.language) if passage else None


def _script(name: str) -> str:
    return "be" if _ONLY_BELARUSIAN.search(name) else "ru"


def _sources(person: Person) -> list[str]:
    """Those who count the person as a political prisoner first, then who told us something else."""
    counting = [status.organisation for status in person.statuses if status.designation == Designation.ACTIVE]
    telling = [source.get("organisation", "") for source in person.sources.values()]
    return list(dict.fromkeys(name for name in [*counting, *sorted(telling)] if name))
