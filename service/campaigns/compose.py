"""Writing a campaign: drafts, their editions, and who saved last."""

import msgspec

from service.auth import audit
from service.campaigns import queries
from service.campaigns.queries import Campaign, CampaignNotFound, Edition
from service.kit import clock, db
from service.kit.errors import Invalid, Problem
from service.kit.i18n import LANGUAGES, Sentence
from service.organisation import queries as organisations
from service.rendering.blocks import Block, Heading, Text

LONGEST_NAME = 120


class Draft(msgspec.Struct, frozen=True):
    """An edition as somebody typed it, finished or not. `removed`: what they took away last."""

    subject: str = ""
    preview_text: str = ""
    blocks: list[Block] = []
    removed: dict | None = None


class Overtaken(Problem):
    code = "overtaken"
    status = 409
    sentence = Sentence(
        "{name} saved this edition while you were writing. Nothing is lost: yours is below, theirs beside it."
    )

    def __init__(self, theirs: Edition) -> None:
        super().__init__(name=theirs.changed_by or Sentence("Somebody"))
        self.theirs = theirs


class NotDraft(Problem):
    code = "not_a_draft"
    status = 409
    sentence = Sentence("This campaign is no draft any more, so its text stays as it is.")


class EditionNotFound(Problem):
    code = "edition_not_found"
    status = 404
    sentence = Sentence("This campaign has no edition in that language.")


async def create(name: str, by: int | None, editions: dict[str, Draft] | None = None) -> int:
    """A draft with the editions given, else with an empty one in the organisation's own language. Raises Invalid."""
    name = _named(name)
    if not editions:
        fallback = (await organisations.required()).fallback_language
        editions = {fallback: Draft(blocks=[Heading(level=1), Text()])}
    async with db.transaction():
        campaign: int = await db.fetch_value(
            "INSERT INTO campaign (name, archive_key, created_at, changed_at) VALUES ($1, $2, $3, $3) RETURNING id",
            name,
            clock.random_bytes(12).hex(),
            clock.now(),
        )
        for language, draft in editions.items():
            await _begin(campaign, language, draft, by)
        await audit.record(by, "campaign.created", f"campaign {campaign}")
    return campaign


async def duplicate(campaign: int, by: int | None) -> int:
    """A new draft with the same audience and texts; also of one that was sent."""
    original, editions = await queries.find(campaign), await queries.editions(campaign)
    name = f"{original.name[: LONGEST_NAME - 7]} (copy)"
    async with db.transaction():
        made = await create(name, by, {language: as_draft(edition) for language, edition in editions.items()})
        await db.execute(
            "UPDATE campaign SET (audience, archived) = (SELECT audience, archived FROM campaign WHERE id = $2)"
            " WHERE id = $1",
            made,
            campaign,
        )
    return made


async def rename(campaign: int, name: str, by: int | None) -> None:
    """At any time: the name is for staff alone. Raises Invalid or CampaignNotFound."""
    async with db.transaction():
        if not await db.execute("UPDATE campaign SET name = $2 WHERE id = $1", campaign, _named(name)):
            raise CampaignNotFound
        await audit.record(by, "campaign.renamed", f"campaign {campaign}")


async def save(campaign: int, language: str, version: int, draft: Draft, by: int | None) -> int:
    """Keeps what was typed, whatever it is, and returns the new version.

    Raises Overtaken when `version` is not the last one, NotDraft, CampaignNotFound or EditionNotFound.
    """
    async with db.transaction():
        await hold_draft(campaign)
        new: int | None = await db.fetch_value(
            "UPDATE campaign_edition SET subject = $4, preview_text = $5, blocks = $6, removed = $7,"
            " version = version + 1, changed_by = $8, changed_at = $9"
            " WHERE campaign = $1 AND language = $2 AND version = $3 RETURNING version",
            campaign,
            language,
            version,
            *_columns(draft),
            by,
            clock.now(),
        )
        if new is None:
            raise Overtaken(await edition(campaign, language))
        await touched(campaign)
        await audit.record(by, "campaign.edition_saved", f"campaign {campaign}", {"language": language})
    return new


async def add_edition(campaign: int, language: str, copy_of: str, by: int | None) -> None:
    """Begins an edition, empty or as a copy of another; one that exists already stays as it is."""
    if language not in LANGUAGES:
        raise EditionNotFound
    async with db.transaction():
        await hold_draft(campaign)
        source = as_draft(await edition(campaign, copy_of)) if copy_of else Draft(blocks=[Text()])
        await _begin(campaign, language, source, by)
        await touched(campaign)
        await audit.record(by, "campaign.edition_begun", f"campaign {campaign}", {"language": language})


async def remove_edition(campaign: int, language: str, by: int | None) -> None:
    async with db.transaction():
        await hold_draft(campaign)
        await db.execute("DELETE FROM campaign_edition WHERE campaign = $1 AND language = $2", campaign, language)
        await touched(campaign)
        await audit.record(by, "campaign.edition_removed", f"campaign {campaign}", {"language": language})


async def delete(campaign: int, by: int | None) -> None:
    """Only a draft can be deleted: what was sent stays in the books, and a blueprint goes with its automation."""
    async with db.transaction():
        if (await hold_draft(campaign)).is_blueprint:
            raise NotDraft
        await db.execute("DELETE FROM campaign WHERE id = $1", campaign)
        await audit.record(by, "campaign.deleted", f"campaign {campaign}")


async def show_in_archive(campaign: int, shown: bool, by: int | None) -> None:
    """At any time. In mails that left already the link stays, and then leads to a friendly 404."""
    async with db.transaction():
        if not await db.execute("UPDATE campaign SET archived = $2 WHERE id = $1", campaign, shown):
            raise CampaignNotFound
        await audit.record(by, "campaign.archive_changed", f"campaign {campaign}", {"shown": shown})


async def edition(campaign: int, language: str) -> Edition:
    """Raises EditionNotFound."""
    found = (await queries.editions(campaign)).get(language)
    if found is None:
        raise EditionNotFound
    return found


def as_draft(edition: Edition) -> Draft:
    """Its texts, without what was removed last."""
    return Draft(edition.subject, edition.preview_text, edition.blocks)


async def hold_draft(campaign: int) -> Campaign:
    """Locks a draft or a blueprint until the transaction ends. Raises CampaignNotFound or NotDraft."""
    await db.execute("SELECT 1 FROM campaign WHERE id = $1 FOR UPDATE", campaign)
    found = await queries.find(campaign)
    if not found.can_be_written:
        raise NotDraft
    return found


async def touched(campaign: int) -> None:
    """Every change of what would be sent counts the version up."""
    await db.execute(
        "UPDATE campaign SET version = version + 1, changed_at = $2 WHERE id = $1", campaign, clock.now()
    )


async def _begin(campaign: int, language: str, draft: Draft, by: int | None) -> None:
    await db.execute(
        "INSERT INTO campaign_edition (campaign, language, subject, preview_text, blocks, removed, changed_by,"
        " changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (campaign, language) DO NOTHING",
        campaign,
        language,
        *_columns(draft),
        by,
        clock.now(),
    )


def _columns(draft: Draft) -> tuple[str, str, str, str | None]:
    removed = msgspec.json.encode(draft.removed).decode() if draft.removed else None
    return draft.subject, draft.preview_text, msgspec.json.encode(draft.blocks).decode(), removed


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid({"name": Sentence("Give the campaign a name. Only you and your team see it.")})
    if len(name) > LONGEST_NAME:
        raise Invalid({"name": Sentence("A name has at most {most} characters.", most=LONGEST_NAME)})
    return name
