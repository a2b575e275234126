"""A letter that comes to nothing: its writer is told why, kindly, and gets the text back."""

from enum import StrEnum

from service.advocacy import mail, scrubbing, states, written
from service.advocacy.tables import AdvocacyState
from service.auth import audit
from service.kit import db
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _


class Why(StrEnum):
    """As `AdvocacyLetter.reason` keeps it. The first ones are for staff to choose, the others the machine finds."""

    HURTS = "hurts"
    LINKS = "links"
    COPY = "copy"
    EXAMPLE = "example"
    ELSEWHERE = "elsewhere"
    DANGER = "danger"
    OFF_TOPIC = "off_topic"
    OTHER = "other"
    GONE = "gone"
    REFUSED = "refused"
    CAME_BACK = "came_back"
    UNCERTAIN = "uncertain"
    LEFT_OFFICE = "left_office"
    NO_ADDRESS = "no_address"
    CLOSED = "closed"
    RESTED = "rested"
    NOT_SEEN = "not_seen"
    TRIAL_OVER = "trial_over"


# For staff who send a letter back.
LABELS = {
    Why.HURTS: "Hate, insults, threats",
    Why.LINKS: "Links or advertising",
    Why.COPY: "Nearly the same as others",
    Why.EXAMPLE: "The example as it is",
    Why.ELSEWHERE: "Not from the member’s area",
    Why.DANGER: "Puts somebody in danger",
    Why.OFF_TOPIC: "About something else",
    Why.OTHER: "Another reason",
}
REPLIES = {
    Why.HURTS: _(
        "Your anger is easy to understand. A letter that insults or threatens is put aside, though, and can be "
        "turned against those it wants to help. Said in other words, it will reach more."
    ),
    Why.LINKS: _(
        "It holds links, and offices often take such letters for advertising. Without them, and in your own words, "
        "it is more likely to be read."
    ),
    Why.COPY: _(
        "Many others wrote nearly the same, and members set such letters aside. Two sentences of your own, about why "
        "it matters to you, make all the difference."
    ),
    Why.EXAMPLE: _(
        "It is the example as it stands on our page. Please say it in your own words: then it counts as a letter of "
        "yours, and not as one of many copies."
    ),
    Why.ELSEWHERE: _(
        "Members answer people whom they represent, and the place in your letter lies elsewhere. With your postcode "
        "we show you who represents you."
    ),
    Why.DANGER: _(
        "Something in it could put a person in danger: a name, a place or a detail. Please leave it out, and write "
        "again."
    ),
    Why.OFF_TOPIC: _(
        "We could not see what it has to do with this action. A few sentences about the person in prison, and what "
        "you ask for, are enough."
    ),
    Why.OTHER: _("It does not fit this action as it is. You are welcome to write it anew."),
    Why.GONE: _(
        "The address that the parliament gives for this member does not exist any more. Our team sees it and looks "
        "for the right one."
    ),
    Why.REFUSED: _("The parliament’s mail server did not take it. That was not your doing."),
    Why.CAME_BACK: _("It had left, but the parliament’s mail server sent it back. That was not your doing."),
    Why.UNCERTAIN: _(
        "The connection broke at the last moment, and nobody can say whether it arrived. So that you do not have to "
        "wait for nothing, here is your text."
    ),
    Why.LEFT_OFFICE: _("This member has left the parliament, so your letter would have reached nobody."),
    Why.NO_ADDRESS: _(
        "There is no e-mail address of this member any more. A letter on paper or a call still arrives."
    ),
    Why.CLOSED: _("The action ended before your letter’s turn came."),
    Why.RESTED: _("The action had to rest for so long that we do not want to keep your text any longer."),
    Why.NOT_SEEN: _("We wanted to look at it first, and did not manage to in time. We are sorry."),
    Why.TRIAL_OVER: _("The action is no longer tried out, so there is nobody to send a trial letter to."),
}
# Who may have been reached does not get a second letter.
_MAY_HAVE_ARRIVED = (Why.UNCERTAIN,)


def reply(why: str) -> Sentence:
    """The sentence for its writer; that of OTHER for a word that none of them is."""
    return REPLIES[Why(why) if why in set(Why) else Why.OTHER]


async def fail(letter: int, why: Why, by: int | None = None) -> bool:
    """Ends it, mails the text back to its writer and forgets it here; False when it had come to an end before.

    `by`: the staff member who sends it back, for the audit. Its writer may write to the same member again, unless it
    may have arrived.
    """
    may_try_again = why not in _MAY_HAVE_ARRIVED
    async with db.transaction():
        given = await written.of(letter, lock=True)
        if not await states.move([letter], AdvocacyState.FAILED, reason=why.value):
            return False
        if given:
            await mail.failed(given, reply(why), may_try_again)
        await scrubbing.scrub([letter], writer=may_try_again)
        if by is not None:
            await audit.record(by, "letter.sent_back", subject=f"letter {letter}", detail={"why": why.value})
    return True
