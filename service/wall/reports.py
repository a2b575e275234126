"""What visitors report. Two of them hide a post until somebody has looked; who they were is not kept."""

import hmac
from enum import StrEnum
from ipaddress import ip_network

from service.auth import audit
from service.kit import clock, db, limits
from service.kit.errors import Invalid
from service.kit.i18n import lazy as _
from service.organisation import queries as organisations
from service.wall import states
from service.wall.showing import Face
from service.wall.tables import PostState

# So many visitors hide a post.
ENOUGH = 2
# One visitor, or one house, cannot hide the wall post by post.
_AN_HOUR, _A_DAY = 10, 20


class Complaint(StrEnum):
    """As `PostReport.reason` keeps it."""

    ME = "me"
    CHILD = "child"
    FALSE = "false"
    DANGER = "danger"
    HATE = "hate"
    SPAM = "spam"
    OTHER = "other"


# To visitors …
ASKED = {
    Complaint.ME: _("I am in this photo, and nobody asked me"),
    Complaint.CHILD: _("It shows somebody under 18"),
    Complaint.FALSE: _("The person in the photo is not who posted it"),
    Complaint.DANGER: _("It can put somebody in danger"),
    Complaint.HATE: _("It is hateful or insulting"),
    Complaint.SPAM: _("It is advertising, or has nothing to do with the prisoners"),
    Complaint.OTHER: _("Something else is wrong with it"),
}
# … and to staff.
LABELS = {
    Complaint.ME: "“I am in this photo, and nobody asked me”",
    Complaint.CHILD: "Shows somebody under 18",
    Complaint.FALSE: "Not their own picture",
    Complaint.DANGER: "Puts somebody in danger",
    Complaint.HATE: "Hateful or insulting",
    Complaint.SPAM: "Advertising, or off the subject",
    Complaint.OTHER: "Something else",
}


async def report(face: Face, visitor: str, complaint: str) -> None:
    """`visitor`: as web.client_of says; the same one counts once. Raises Invalid for `reason`, TooMany."""
    if complaint not in set(Complaint):
        raise Invalid({"reason": _("Please choose what is wrong with this post.")})
    visitor = _house_of(visitor)
    await limits.take("wall_report", visitor, _AN_HOUR, 3600)
    await limits.take("wall_reports", visitor, _A_DAY, 86_400)
    reporter = hmac.digest(await organisations.pepper(), f"wall report|{face.id}|{visitor}".encode(), "sha256")
    async with db.transaction():
        reports = await _note(face.id, reporter, complaint)
        if reports >= ENOUGH and await states.move([face.id], PostState.REPORTED):
            await audit.record(None, "wall.hidden", f"post {face.id}", {"reports": reports})


def _house_of(visitor: str) -> str:
    """Of an IPv6 network the /48 that it is in: whoever rents one has 65,536 of them."""
    return str(ip_network(visitor).supernet(new_prefix=48)) if ":" in visitor else visitor


async def _note(post: int, reporter: bytes, complaint: str) -> int:
    """How many there are now; 0 for whoever said it before, and for what is not shown any more."""
    reports: int | None = await db.fetch_value(_COUNT, post, reporter, complaint, clock.now())
    if reports:
        await audit.record(None, "wall.reported", f"post {post}", {"reason": complaint})
    return reports or 0


_COUNT = """
    WITH shown AS (SELECT id FROM wall_post WHERE id = $1 AND state = 'published' FOR UPDATE),
         noted AS (
        INSERT INTO wall_report (post, reporter, reason, at) SELECT id, $2, $3, $4 FROM shown
        ON CONFLICT (post, reporter) DO NOTHING RETURNING post
    )
    UPDATE wall_post SET reports = reports + 1 WHERE id = (SELECT post FROM noted) RETURNING reports
"""
