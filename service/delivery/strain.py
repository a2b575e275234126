"""Whether an answer asks us to be slower: it speaks of our speed or of how many we are, and of nobody's mailbox."""

import re
from enum import StrEnum

from service.delivery.replies import Phase, Reply


class Strain(StrEnum):
    RATE = "rate"
    CONNECTIONS = "connections"


# By then the recipient's domain is known; what is said earlier is about the server that we speak to.
_OF_A_DOMAIN = (Phase.RCPT, Phase.DATA, Phase.END)
_MAILBOX = re.compile(r"\s*4\.2\.\d")
_OTHERS = re.compile(
    r"gr[ea]y.?list|postgrey|mailbox|quota|storage|disk"
    r"|(?:user|recipient|account) (?:\S+ ){0,6}(?:receiving|has exceeded)",
    re.I,
)
_CONNECTIONS = re.compile(
    r"(?:too many|maximum|number of|limit on|simultaneous|concurrent|parallel).{0,30}(?:connection|session)"
    r"|concurrency|connection.{0,12}limit|trop de (?:connexions|sessions)"
    r"|zu viele (?:gleichzeitige )?(?:verbindungen|sitzungen)|слишком много (?:соединений|подключений)",
    re.I,
)
_RATE = re.compile(
    r"\brate\b|ratelimit|throttl|too (?:many|much|fast|quick|frequent)|slow(?:er| down)|\bvolume\b|overload|congest"
    r"|temporarily (?:deferred|rate|limited)|(?:server|system|service|host|too) busy|load (?:is )?too high"
    r"|exceed\w* .{0,40}(?:limit|hour|minute|second|day)|(?:try|come back|retry) (?:again )?(?:\w+ )?later"
    r"|später (?:noch ?mal|erneut|wieder)|réessay|plus tard|zu viele|trop de|позже|слишком (?:много|часто)"
    r"|^\s*4\.(?:4\.5|7\.28)\b",
    re.I,
)


def strain(reply: Reply) -> Strain | None:
    """What the recipient's domain wants less of; None where the answer is about something else."""
    if reply.code // 100 != 4 or reply.phase not in _OF_A_DOMAIN:
        return None
    if _MAILBOX.match(reply.text) or _OTHERS.search(reply.text):
        return None
    if _CONNECTIONS.search(reply.text):
        return Strain.CONNECTIONS
    return Strain.RATE if _RATE.search(reply.text) else None
