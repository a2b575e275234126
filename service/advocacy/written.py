"""A letter as it was written, unsealed, with all that the mails about it need."""

from datetime import datetime
from typing import Any

import msgspec

from service.kit import clock, db, log, sealing

_log = log.logger("advocacy")


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """`address`: its writer's; `to`: where it goes, in a try-out to whoever tries it, empty when there is nobody.

    `takes_letters`: whether its action still takes another one.
    """

    id: int
    action: int
    action_key: str
    takes_letters: bool
    representative: int
    representative_key: str
    representative_name: str
    language: str
    is_test: bool
    created_at: datetime
    left_at: datetime | None
    delivery: int | None
    address: str
    to: str
    name: str
    subject: str
    body: str

    @property
    def mails_to(self) -> str:
        """Where the mails about it go: everything of a try-out goes to one address."""
        return self.to or self.address if self.is_test else self.address


async def of(letter: int, lock: bool = False) -> Written | None:
    """None where its text is gone, or cannot be read any more. `lock`: nobody else moves it meanwhile."""
    row = await db.fetch_one(_WRITTEN + (" FOR UPDATE OF l" if lock else ""), letter, clock.now())
    if row is None or row["address"] is None or row["body"] is None:
        return None
    try:
        return _unsealed(row)
    except sealing.Unsealable:
        _log.error("letter_unsealable", letter=letter)
        return None


def _unsealed(row: db.Record) -> Written:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    values |= {name: sealing.unseal(f"advocacy {name}", row[name]) if row[name] else "" for name in _SEALED}
    if row["is_test"]:
        to = sealing.unseal_address(row["test_address"]) if row["test_address"] else ""
    else:
        to = row["email"]
    return Written(**values, address=sealing.unseal_address(row["address"]), to=to)


_SEALED = ("name", "subject", "body")
_PLAIN = tuple(name for name in Written.__struct_fields__ if name not in (*_SEALED, "address", "to"))
_WRITTEN = """
    SELECT l.id, l.action, l.representative, l.language, l.is_test, l.created_at, l.left_at, l.delivery, l.address,
           l.name, l.subject, l.body, a.key AS action_key, a.test_address,
           a.state = 'open' AND (a.closes_at IS NULL OR a.closes_at > $2) AS takes_letters,
           r.key AS representative_key, r.name AS representative_name, r.email
      FROM advocacy_letter l JOIN action a ON a.id = l.action JOIN representative r ON r.id = l.representative
     WHERE l.id = $1
"""
