"""Transactional mails that wait to be sent, as their reader will see them."""

import re

import msgspec

from service.kit import db, sealing
from service.rendering import email

ORIGIN = "https://news.example.org"


class Mail(msgspec.Struct, frozen=True):
    template: str
    address: str
    language: str
    subject: str
    text: str
    html: str

    def link(self, part: str) -> str:
        """The path of the first link that has `part` in it."""
        found = re.search(rf"{re.escape(ORIGIN)}(\S*{re.escape(part)}\S*)", self.text)
        assert found, f"no link with {part} in: {self.text}"
        return found[1]


async def waiting(address: str = "") -> list[Mail]:
    """In the order in which they were written; to one address, or to all."""
    rows = await db.fetch("SELECT * FROM delivery WHERE mailing IS NULL AND state IN ('queued', 'later') ORDER BY id")
    mails = [_opened(row) for row in rows]
    return [mail for mail in mails if address in ("", mail.address)]


async def last(address: str = "") -> Mail:
    return (await waiting(address))[-1]


def _opened(row: db.Record) -> Mail:
    context = msgspec.json.decode(sealing.unseal("context", row["context"]))
    rendered = email.render(row["template"], row["language"], context)
    return Mail(
        template=row["template"],
        address=sealing.unseal_address(row["address"]),
        language=row["language"],
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
    )
