"""What a supporter agrees to: the words that are shown, and the record of exactly these words."""

from collections.abc import Collection
from typing import NamedTuple

from service.kit import clock, db
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _

ADULT, AGREED, ON_SITE, IN_MAILS, ON_SOCIAL = "adult", "agreed", "on_site", "in_mails", "on_social"
REQUIRED = (ADULT, AGREED, ON_SITE)
MISSING = {
    ADULT: _("The wall is for adults. Please tick this if you are 18 or older."),
    AGREED: _("Please make sure that everybody in the photo agrees, and tick this."),
    ON_SITE: _("Without this we cannot show your photo. Please tick it if you agree."),
}


class Consent(NamedTuple):
    """A box of the form: `field` is its name."""

    field: str
    wording: Sentence
    required: bool


def asked(organisation: str) -> list[Consent]:
    """The boxes, in their order."""
    return [Consent(field, wording, field in REQUIRED) for field, wording in _wordings(organisation).items()]


def purpose(organisation: str) -> Sentence:
    """What is said of the e-mail address."""
    return _(
        "{organisation} uses my address only to confirm this post and to tell me what becomes of it, keeps it "
        "encrypted as long as the post is there, and shows it to nobody.",
        organisation=organisation,
    )


async def keep(post: int, ticked: Collection[str], organisation: str, language: str) -> None:
    """Writes down what was agreed to, in the words of `language`: a row for each."""
    given = [box.wording for box in asked(organisation) if box.field in ticked]
    if ADULT in ticked:
        # The address is asked for together with this one, once.
        given.append(purpose(organisation))
    await db.execute(
        "INSERT INTO wall_consent (post, language, wording, at) SELECT $1, $2, unnest($3::text[]), $4",
        post,
        language,
        [wording.into(language) for wording in given],
        clock.now(),
    )


def _wordings(organisation: str) -> dict[str, Sentence]:
    return {
        ADULT: _("I am 18 or older."),
        AGREED: _(
            "The photo is mine to give. Everybody who can be recognised in it is an adult and agrees to be shown "
            "here. It shows no relative of a prisoner who was not asked first."
        ),
        ON_SITE: _(
            "I agree that {organisation} shows my photo and what I wrote on the photo wall of its website, for "
            "everybody to see. I know that this can reveal my political opinions, and I expressly agree to that as "
            "well. I can take my post down at any time; copies that others made cannot be called back.",
            organisation=organisation,
        ),
        IN_MAILS: _("{organisation} may also show my post in its e-mails.", organisation=organisation),
        ON_SOCIAL: _("{organisation} may also show my post on social media.", organisation=organisation),
    }
