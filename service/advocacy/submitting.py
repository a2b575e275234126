"""A letter that somebody finished: written down unconfirmed, and a mail to whoever has the address."""

import hmac
from collections.abc import Sequence
from typing import Any

from service.advocacy import confirm_mail, likeness
from service.advocacy.asking import Ask
from service.advocacy.draft import Draft
from service.advocacy.tables import AdvocacyState as State
from service.kit import clock, db, limits, sealing
from service.organisation import queries as organisations
from service.subscribers import addresses, requests

_DAY = 86_400
# A stand where people write one after the other behind one router is not an attack.
MOST_BY_ONE = (60, 600)
MOST_IN_A_DAY = (400, _DAY)
# After a mail to everybody a thousand letters may come within minutes.
MOST_BY_ALL = (600, 60)
# Whoever writes to all members of a large canton needs one mail for many letters; nobody needs more than these.
MOST_MAILS = ((6, _DAY), (24, 30 * _DAY))


async def admit(client: str) -> None:
    """Counts a form that was sent. Raises TooMany."""
    await requests.take_both("advocacy forms", client, *MOST_BY_ONE)
    await requests.take_both("advocacy forms in a day", client, *MOST_IN_A_DAY)
    await limits.take("advocacy forms by all", "", *MOST_BY_ALL)


async def admit_address(client: str, address: str) -> None:
    """Counts a letter that would be confirmed at `address`. Raises TooMany, whether or not it is known."""
    # Not which addresses: what we count must not tell who wrote.
    domain = addresses.mailbox_of(address).rpartition("@")[2]
    await limits.take("advocacy letters for a domain", f"{client} {domain}", *requests.MOST_OF_A_DOMAIN)


async def submit(ask: Ask, draft: Draft, about: Sequence[int]) -> None:
    """Does the same for every address; whether it has written already is told by the mail alone."""
    has_room = await _has_room(draft.address)
    signature = await likeness.signed(ask.action.id, draft.text)
    async with db.transaction():
        letter = await _write_down(ask, draft, about, signature, has_room)
        if has_room and letter:
            await confirm_mail.confirm(letter, ask, draft.address)
        elif has_room:
            await confirm_mail.already(ask, draft.address)


async def writer_of(action: int, representative: int, address: str) -> bytes:
    """The mark by which a second letter is known, and nothing else."""
    pepper = await organisations.pepper()
    return hmac.digest(pepper, f"advocacy {action} {representative} {address}".encode(), "sha256")


async def _write_down(
    ask: Ask, draft: Draft, about: Sequence[int], signature: list[int], may_remind: bool
) -> int | None:
    """The new letter, or the one that it replaces as long as nobody confirmed that; None where one has left."""
    writer = await writer_of(ask.action.id, ask.member.id, draft.address)
    # Who did not confirm it in time may write again.
    await db.execute(
        "UPDATE advocacy_letter SET writer = $2 WHERE writer = $1 AND state = 'dropped'",
        writer,
        clock.random_bytes(32),
    )
    values: dict[str, Any] = {
        "action": ask.action.id,
        "representative": ask.member.id,
        "parliament": ask.member.parliament,
        "writer": writer,
        "state": State.UNCONFIRMED.value,
        "language": ask.language,
        "area": ask.area,
        "prisoners": list(about) or [person.id for person in ask.people],
        "is_test": ask.action.is_test,
        "address": sealing.seal_address(draft.address),
        "name": sealing.seal("advocacy name", draft.name),
        "home": sealing.seal("advocacy home", draft.home),
        "subject": sealing.seal("advocacy subject", draft.subject),
        "body": sealing.seal("advocacy body", draft.body),
        "likeness": signature,
        "created_at": clock.now(),
        # Whose mailbox gets no more today gets none tomorrow for the same letters, whatever tags they came with.
        "reminded_at": None if may_remind else clock.now(),
    }
    letter: int | None = await db.fetch_value(_insert(list(values)), *values.values())
    return letter


def _insert(columns: Sequence[str]) -> str:
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    anew = ", ".join(f"{column} = excluded.{column}" for column in columns if column != "writer")
    return f"""
        INSERT INTO advocacy_letter ({", ".join(columns)}, held_for, reason, outcome)
        VALUES ({places}, '{{}}', '', '')
        ON CONFLICT (writer) DO UPDATE SET {anew}
         WHERE advocacy_letter.state = 'unconfirmed' RETURNING id
    """  # noqa: S608


async def _has_room(address: str) -> bool:
    """Counts a mail to an address that somebody typed: tags and dots do not make a mailbox new."""
    mailbox = addresses.mailbox_of(address)
    used = [await limits.count("advocacy mails", mailbox, seconds) <= most for most, seconds in MOST_MAILS]
    return all(used)
