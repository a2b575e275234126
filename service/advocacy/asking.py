"""Whom somebody may write to in an action, and the one they chose: what the pages of a letter stand on."""

from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec

from service.advocacy import ledger, places, queries, targets
from service.advocacy.ledger import Deed
from service.advocacy.queries import Action
from service.advocacy.representing import Member
from service.cases import queries as cases
from service.cases.publication import Person
from service.kit import db
from service.kit.errors import NotFound
from service.kit.i18n import LANGUAGES, Sentence
from service.kit.i18n import lazy as _

_PROMPT = _("Why do you write, and what do you ask for?")
# More areas than a postcode lies in.
MOST_AREAS = 10
# No row has such a number, and some no column takes.
_NO_ROW_HAS = 1 << 31


class NotAsked(NotFound):
    code = "not_asked"
    sentence = _("This person is not asked here, or is in office no longer. Please choose somebody else.")


class Card(msgspec.Struct, frozen=True):
    """A member, and what they did so far."""

    member: Member
    deeds: list[Deed]


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """An open action and one of those it asks. `people`: the prisoners it is about who may be shown."""

    action: Action
    member: Member
    areas: list[int]
    people: list[Person]
    language: str

    @property
    def path(self) -> str:
        return f"/{self.language}/actions/{self.action.key}"

    @property
    def area(self) -> int | None:
        """Where the letter comes from: of several areas the one that sends the member."""
        if self.member.area in self.areas:
            return self.member.area
        return self.areas[0] if self.areas else None

    @property
    def can_mail(self) -> bool:
        return reachable(self.member)

    @property
    def has_choice(self) -> bool:
        """Whether one can write about some of the prisoners and not about others."""
        return len(self.people) > 1

    @property
    def prompts(self) -> Sequence[str | Sentence]:
        """Questions of the action; one of ours where it has none."""
        return self.action.edition.prompts or [_PROMPT]

    @property
    def points(self) -> list[str]:
        own = self.action.edition.points_for(self.member.party)
        return own or self.action.edition.points_for(self.member.faction)

    @property
    def others(self) -> list[str]:
        """Languages of ours that the member reads and the action speaks, where the writer's is not among them."""
        reads = [code for code in self.member.languages if code in self.action.languages and code in LANGUAGES]
        return [] if self.language in reads else reads


def reachable(member: Member) -> bool:
    """Whether letters to the e-mail address arrive, as far as we know."""
    return bool(member.email) and not member.bounced


async def cards(action: Action, areas: Sequence[int], language: str) -> list[Card]:
    """Who is asked, those we can mail first."""
    asked = await targets.asked(action, areas, language)
    done = await ledger.deeds([member.id for member in asked], language)
    found = [Card(member, done.get(member.id, [])) for member in asked]
    return sorted(found, key=lambda card: not reachable(card.member))


async def of(action: str, representative: str, areas: Sequence[int], language: str) -> Ask:
    """By their keys. Raises NotFound, Closed, Frozen, NotAsked."""
    found = await queries.open_action(action, language)
    for member in await targets.asked(found, areas, language):
        if member.key == representative:
            people = await cases.people(found.prisoners, language)
            return Ask(action=found, member=member, areas=list(areas), people=people, language=language)
    raise NotAsked


async def countries(action: Action) -> list[str]:
    """Where those live who have members of their own to write to."""
    known = await places.countries()
    asked = await db.fetch("SELECT country FROM parliament WHERE id = ANY($1)", action.targets.parliaments)
    return [code for code in known if code in {row["country"] for row in asked}] or known


def with_areas(path: str, areas: Sequence[int]) -> str:
    """`path`, and where its reader votes."""
    return f"{path}?{urlencode([('area', area) for area in areas])}" if areas else path


def few(areas: Sequence[int]) -> list[int]:
    """Each once, and no more than a postcode has."""
    return [area for area in dict.fromkeys(areas) if 0 < area < _NO_ROW_HAS][:MOST_AREAS]
