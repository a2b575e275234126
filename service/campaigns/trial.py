"""Test sends: the bytes of the real send, to people of one's own choice, with [Test] in the subject."""

import re
from collections.abc import Sequence

import msgspec

from service.auth import audit
from service.campaigns import compose, filling, preview, queries, sending
from service.campaigns.preview import Reader
from service.delivery import outbox
from service.kit import db, limits, sealing
from service.kit.errors import Invalid
from service.kit.i18n import Sentence
from service.kit.settings import settings
from service.organisation import queries as organisations
from service.rendering import people
from service.rendering.email import POSTED, Letterhead
from service.subscribers import addresses, suppression
from service.subscribers.addresses import BadAddress

MOST_AT_ONCE = 5
MOST_AN_HOUR = 30
MARK = "[Test] "

_ROWS = (
    "SELECT NULL::bigint AS subscriber, $2::varchar AS language, address, $3::bytea AS first_name,"
    " $4::bytea AS last_name FROM unnest($1::bytea[]) AS address"
)


async def send(
    campaign: int, language: str, typed: str, reader: Reader, by: int, number: int = 0, area: int | None = None
) -> list[str]:
    """Sends the edition to the addresses in `typed`, as `reader`, the example of that `number`, would get it.

    `area`: where that reader votes, as in filling.fill.

    Returns the addresses. People to write to are examples; none of them is reserved, and no letter can be counted.
    Raises Invalid for the field `addresses` or for what is unfinished, and TooMany after 30 an hour.
    """
    to = await _checked(typed)
    edition = await compose.edition(campaign, language)
    organisation = await organisations.required()
    found = await queries.find(campaign)
    letter = _with_staff_preview(preview.letterhead(organisation, found, language), campaign, language)
    filled = await filling.fill(edition.blocks, language, await filling.moments(found, organisation), area=area)
    compiled = preview.compiled(edition, letter, filled)
    for _address in to:
        await limits.take("campaign-test", str(by), MOST_AN_HOUR, 3600)
    async with db.transaction():
        marked = msgspec.structs.replace(compiled, subject=MARK + compiled.subject)
        new = msgspec.structs.replace(sending.new_mailing(organisation), shared={POSTED: people.mine_url(language)})
        mailing = await outbox.create(new, {language: marked})
        sealed = [sealing.seal_address(address) for address in to]
        await outbox.freeze(mailing, _ROWS, [sealed, language, *_names(reader)])
        await _give(mailing, filled.own(number))
        await outbox.open(mailing)
        await audit.record(by, "campaign.tested", f"campaign {campaign}", {"language": language, "mails": len(to)})
    return to


async def _give(mailing: int, own: Sequence[int]) -> None:
    rows = await db.fetch("SELECT id FROM delivery WHERE mailing = $1", mailing)
    await outbox.give(mailing, [row["id"] for row in rows], [own] * len(rows))


def _with_staff_preview(letter: Letterhead, campaign: int, language: str) -> Letterhead:
    """Before it was sent it has no page on the web, so the link to it leads to the preview in the console."""
    page = f"{settings().origin}/staff/campaigns/{campaign}/preview/{language}"
    return msgspec.structs.replace(letter, archive_url=letter.archive_url and page)


def _names(reader: Reader) -> list[bytes | None]:
    return [
        sealing.seal(field, value) if (value := getattr(reader, field)) else None
        for field in ("first_name", "last_name")
    ]


async def _checked(typed: str) -> list[str]:
    wanted = list(dict.fromkeys(part for part in re.split(r"[\s,;]+", typed) if part))
    if not wanted:
        raise Invalid({"addresses": Sentence("Write at least one address.")})
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid({"addresses": Sentence("At most {most} addresses at once.", most=MOST_AT_ONCE)})
    try:
        to = [addresses.normalise(address) for address in wanted]
    except BadAddress as problem:
        raise Invalid({"addresses": problem.told}) from None
    if await suppression.suppressed(to):
        sentence = "Somebody with one of these addresses has asked us never to write to them. Leave it out, please."
        raise Invalid({"addresses": Sentence(sentence)})
    return to
