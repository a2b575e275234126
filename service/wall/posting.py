"""A new post: written down unconfirmed, with what was agreed to, and a mail to its author."""

from collections.abc import Collection

from service.kit import clock, db, jobs, limits, sealing
from service.kit.i18n import lazy as _
from service.organisation.queries import Organisation
from service.subscribers import requests
from service.wall import consent, mail, photos
from service.wall.draft import Draft
from service.wall.tables import PostState
from service.wall.wishes import Wishes

_DAY = 86_400
# A stand where people post one after the other behind one router is not an attack.
MOST_BY_ONE = (30, 600)
MOST_IN_A_DAY = (200, _DAY)
MOST_BY_ALL = (120, 60)
# Photos that wait for their form to be mended, or for a worker, take room: 500 are 10 GB at most.
MOST_STORED = 500


class TooBusy(limits.TooMany):
    sentence = _("Many people send us photos just now. Please wait a little and send yours again.")


async def admit(client: str, brings_photo: bool) -> None:
    """Counts a form that was sent, before its photo is looked at. Raises TooMany."""
    await requests.take_both("wall forms", client, *MOST_BY_ONE)
    await requests.take_both("wall forms in a day", client, *MOST_IN_A_DAY)
    await limits.take("wall forms by all", "", *MOST_BY_ALL)
    if brings_photo and not await _has_room():
        raise TooBusy


async def post(
    draft: Draft,
    photo: int,
    wishes: Wishes,
    ticked: Collection[str],
    language: str,
    organisation: Organisation,
) -> int:
    """The id of the new post. Does the same for every address. Raises PhotoRefused when the photo is used already."""
    async with db.transaction():
        await photos.begin(photo, wishes)
        id = await write_down(draft, photo, ticked, language, organisation)
        if await requests.mailbox_has_room(draft.address):
            await mail.confirm(id, draft.address, language)
    return id


async def write_down(
    draft: Draft, photo: int, ticked: Collection[str], language: str, organisation: Organisation
) -> int:
    """A post that nobody has confirmed, and what was agreed to; in the transaction of its photo."""
    id: int = await db.fetch_value(
        _INSERT,
        clock.random_bytes(12).hex(),
        PostState.UNCONFIRMED.value,
        photo,
        language,
        *draft.content,
        sealing.seal_address(draft.address),
        *draft.permissions,
        clock.now(),
    )
    await consent.keep(id, ticked, organisation.name, language)
    return id


async def choose_another(post: int, photo: int, wishes: Wishes) -> None:
    """Another photo for a post whose own could not be used; nothing happens to others. Raises PhotoRefused."""
    async with db.transaction():
        old = await db.fetch_value(
            "SELECT w.photo FROM wall_post w JOIN wall_photo o ON o.id = w.photo"
            " WHERE w.id = $1 AND w.state = 'unconfirmed' AND o.state = 'refused' FOR UPDATE OF w",
            post,
        )
        if old:
            await photos.begin(photo, wishes)
            await db.execute("UPDATE wall_post SET photo = $2, version = version + 1 WHERE id = $1", post, photo)
            await photos.destroy(old)


async def _has_room() -> bool:
    """For one photo more; the oldest whose form was never finished gives way, so that nobody keeps others out."""
    stored = await db.fetch_value("SELECT count(*) FROM wall_photo WHERE state IN ('draft', 'uploaded')")
    if stored < MOST_STORED:
        return True
    gone = await db.fetch_value(_OLDEST_DRAFT)
    if gone:
        jobs.enqueue("wall.sweep_photos")
    return gone is not None


_OLDEST_DRAFT = """
    UPDATE wall_photo SET state = 'gone', to_delete = true WHERE id = (
        SELECT id FROM wall_photo WHERE state = 'draft' ORDER BY uploaded_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""


_INSERT = """
    INSERT INTO wall_post (key, state, photo, language, sentence, name, role, town, country, prisoner, address,
                           in_mails, on_social, noindex, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id
"""
