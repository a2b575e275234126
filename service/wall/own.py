"""What the author of a post may do with it, by the links that were mailed: look, confirm, change, take down."""

from collections.abc import Collection

import msgspec

from service.delivery import outbox
from service.kit import db
from service.kit.i18n import Sentence
from service.kit.tokens import ExpiredToken
from service.organisation.queries import Organisation
from service.wall import consent, photos, rules, showing, states
from service.wall.draft import Draft
from service.wall.refusals import SENTENCES, Refusal
from service.wall.showing import Face, Gone
from service.wall.tables import PhotoState, PostState
from service.wall.wishes import Wishes

# What an edit takes off the wall until somebody has looked at it again.
_LOOKED_AT = (PostState.PUBLISHED, PostState.REPORTED, PostState.REJECTED)


class Mine(msgspec.Struct, frozen=True):
    """A post in any state as its author sees it. `country`: two letters; `reason`: why it was rejected."""

    face: Face
    state: str
    photo: int
    photo_state: str
    refusal: str
    country: str
    prisoner: int | None
    reason: str

    @property
    def is_prepared(self) -> bool:
        return self.photo_state == PhotoState.READY

    @property
    def is_refused(self) -> bool:
        return self.photo_state == PhotoState.REFUSED

    @property
    def why_refused(self) -> Sentence:
        return SENTENCES[Refusal(self.refusal)]


async def mine(post: int, language: str) -> Mine:
    """Raises Gone for what is there no more."""
    rows = await db.fetch(f"{_MINE} WHERE w.id = $1 AND w.state <> 'withdrawn'", post)
    faces = await showing.seen(language, "w.id = $1", post)
    if not rows or not faces:
        raise Gone
    return Mine(face=faces[0], **rows[0])


async def sent(post: int, language: str) -> Mine:
    """For whoever filled in the form: once it is confirmed, it belongs to the owner of the address alone.

    Raises Gone, ExpiredToken.
    """
    found = await mine(post, language)
    if found.state != PostState.UNCONFIRMED:
        raise ExpiredToken
    return found


async def confirm(post: int) -> bool:
    """The click in the mail: from now on it waits for somebody to look at it. False when its photo cannot be shown.

    The second click changes nothing. Raises Gone.
    """
    async with db.transaction():
        found = await _locked(post)
        if found.state == PostState.UNCONFIRMED:
            if not found.is_prepared:
                return False
            await states.move([post], PostState.WAITING)
    return True


async def change(
    post: int,
    draft: Draft,
    photo: tuple[int, Wishes] | None,
    ticked: Collection[str],
    organisation: Organisation,
    language: str,
) -> bool:
    """Whether it has to be looked at again: another picture or other words do that, another permission does not.

    Raises Gone, and PhotoRefused for another photo.
    """
    async with db.transaction():
        before = await _locked(post)
        draft = _still_for(before, draft)
        is_other = photo is not None or _content(before) != draft.content
        if is_other and before.state in _LOOKED_AT:
            await states.move([post], PostState.WAITING)
        if photo:
            await _replace_photo(post, before.photo, *photo)
        await _write(post, draft)
        if is_other and before.state != PostState.UNCONFIRMED:
            await rules.look([post])
        await _permit(before, draft, ticked, organisation, language)
    return is_other and before.state in _LOOKED_AT


async def take_down(post: int, by: int | None = None) -> None:
    """At once and for good: nobody gets the photo any more, and the row keeps nothing of its author.

    `by`: the account, where somebody wrote to staff. Raises Gone when that has been done already.
    """
    async with db.transaction():
        found = await _locked(post)
        await states.move([post], PostState.WITHDRAWN, by)
        await empty(post)
        await photos.destroy(found.photo)


async def empty(post: int) -> None:
    """In the transaction that withdrew it."""
    await db.execute(_EMPTY, post)
    await db.execute("DELETE FROM wall_consent WHERE post = $1", post)
    await db.execute("DELETE FROM wall_report WHERE post = $1", post)


async def _locked(post: int) -> Mine:
    await db.execute("SELECT FROM wall_post WHERE id = $1 FOR UPDATE", post)
    return await mine(post, "en")


def _content(mine: Mine) -> tuple[object, ...]:
    face = mine.face
    return (face.sentence, face.name, face.role, face.town, mine.country, mine.prisoner)


def _still_for(before: Mine, draft: Draft) -> Draft:
    """Whoever may not be shown now stands in no form, and is left by nobody who only mends a word."""
    if before.prisoner and before.face.person is None and draft.prisoner is None:
        return msgspec.structs.replace(draft, prisoner=before.prisoner)
    return draft


async def _replace_photo(post: int, old: int, new: int, wishes: Wishes) -> None:
    await photos.begin(new, wishes)
    await db.execute("UPDATE wall_post SET photo = $2 WHERE id = $1", post, new)
    await photos.destroy(old)


async def _write(post: int, draft: Draft) -> None:
    await db.execute(_CHANGE, post, *draft.content, *draft.permissions)


async def _permit(
    before: Mine, draft: Draft, ticked: Collection[str], organisation: Organisation, language: str
) -> None:
    """What is allowed anew is kept in its words; what is allowed no more holds at once."""
    was = {consent.IN_MAILS: before.face.in_mails, consent.ON_SOCIAL: before.face.on_social}
    await consent.keep(
        before.face.id, [field for field in ticked if not was.get(field, True)], organisation.name, language
    )
    if before.face.in_mails and not draft.in_mails:
        await outbox.withdraw_key(states.mail_key(before.face.id), "withdrawn")
    if before.state == PostState.PUBLISHED:
        await states.renew_mark()


_MINE = """
    SELECT w.state, w.photo, o.state AS photo_state, o.refusal, w.country, w.prisoner, w.reason
      FROM wall_post w JOIN wall_photo o ON o.id = w.photo
"""
_CHANGE = """
    UPDATE wall_post SET sentence = $2, name = $3, role = $4, town = $5, country = $6, prisoner = $7, in_mails = $8,
           on_social = $9, noindex = $10, version = version + 1
     WHERE id = $1
"""
_EMPTY = """
    UPDATE wall_post SET sentence = '', name = '', role = '', town = '', country = '', prisoner = NULL,
           address = NULL, noticed = '{}', rank = 0, reason = '', before = '', tell_at = NULL, pinned_at = NULL
     WHERE id = $1
"""
