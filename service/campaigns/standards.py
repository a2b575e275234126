"""The automations that most organisations want, with texts to begin with in each of our languages."""

from pathlib import Path
from typing import Any

import msgspec

from service.campaigns import automation_queries, automations
from service.campaigns.compose import Draft
from service.campaigns.queries import Audience
from service.campaigns.tables import AutomationKind
from service.kit import db
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.rendering import blocks
from service.schedules import recurrence

_SAMPLES = Path(__file__).parent / "samples" / "automations"


class Standard(msgspec.Struct, frozen=True):
    """See samples/automations/*.json; ORIGIN in the texts stands for our own."""

    name: str
    kind: AutomationKind
    rule: dict[str, Any]
    topics: list[str]
    editions: dict[str, dict[str, Any]]

    def drafts(self, languages: list[str]) -> dict[str, Draft]:
        return {language: _draft(self.editions[language]) for language in languages}


def standard(kind: AutomationKind) -> Standard:
    source = (_SAMPLES / f"{kind}.json").read_text().replace("ORIGIN", settings().origin)
    return msgspec.json.decode(source, type=Standard)


async def set_up(kinds: list[AutomationKind], by: int | None) -> list[int]:
    """Those of `kinds` that are not there yet, turned on; their drafts wait for approval. Returns the new ones."""
    organisation = await organisations.required()
    async with db.transaction():
        # Two clicks set them up once.
        await db.execute("SELECT 1 FROM organisation FOR UPDATE")
        known = {found.kind for found in await automation_queries.listing()}
        made = [await _create(kind, organisation.languages, by) for kind in kinds if kind not in known]
        for automation in made:
            await automations.turn(automation, True, by)
    return made


async def create(kind: AutomationKind, by: int | None) -> int:
    """One more of a kind, turned off at first."""
    return await _create(kind, (await organisations.required()).languages, by)


async def _create(kind: AutomationKind, languages: list[str], by: int | None) -> int:
    found = standard(kind)
    rule, readers = recurrence.decode(found.rule), Audience(topics=found.topics)
    return await automations.create(found.name, kind, rule, found.drafts(languages), readers, by)


def _draft(edition: dict[str, Any]) -> Draft:
    return Draft(edition["subject"], edition["preview_text"], blocks.decode(edition["blocks"]))
