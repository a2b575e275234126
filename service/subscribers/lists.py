"""The lists that staff keep: made, renamed, put away, and one person more or less."""

import re
import unicodedata

import asyncpg

from service.auth import audit
from service.kit import clock, db
from service.kit.errors import Invalid, Problem
from service.kit.i18n import Sentence
from service.subscribers import addresses, list_queries, queries
from service.subscribers.queries import Person
from service.subscribers.tables import SubscriberState

_LABEL = 50


class ListNotFound(Problem):
    code = "list_not_found"
    status = 404
    sentence = Sentence("This list does not exist any more.")


async def create(name: str, description: str, account: int | None) -> int:
    """Returns the id. The label in the mails' List-Id is made from the name, once and for good. Raises Invalid."""
    _require_name(name)
    async with db.transaction():
        try:
            async with db.savepoint():
                id: int = await db.fetch_value(
                    "INSERT INTO mailing_list (name, label, description, created_at) VALUES ($1, $2, $3, $4)"
                    " RETURNING id",
                    name,
                    await _free_label(name),
                    description,
                    clock.now(),
                )
        except asyncpg.UniqueViolationError:
            raise Invalid({"name": Sentence("There is a list of this name already.")}) from None
        await audit.record(account, "list.created", f"list {id}", {"name": name})
    return id


async def change(id: int, name: str, description: str, account: int) -> None:
    """Raises Invalid or ListNotFound."""
    _require_name(name)
    async with db.transaction():
        before = await required(id)
        try:
            async with db.savepoint():
                await db.execute(
                    "UPDATE mailing_list SET name = $2, description = $3 WHERE id = $1", id, name, description
                )
        except asyncpg.UniqueViolationError:
            raise Invalid({"name": Sentence("There is a list of this name already.")}) from None
        await audit.record(account, "list.changed", f"list {id}", {"name": name, "before": before.name})


async def archive(id: int, account: int) -> None:
    """Nobody is written to by this list any more; its people stay on it. Raises ListNotFound."""
    async with db.transaction():
        found = await required(id)
        await db.execute(
            "UPDATE mailing_list SET archived_at = coalesce(archived_at, $2) WHERE id = $1", id, clock.now()
        )
        await audit.record(account, "list.archived", f"list {id}", {"name": found.name})


async def restore(id: int, account: int) -> None:
    """Raises ListNotFound."""
    async with db.transaction():
        found = await required(id)
        await db.execute("UPDATE mailing_list SET archived_at = NULL WHERE id = $1", id)
        await audit.record(account, "list.restored", f"list {id}", {"name": found.name})


async def required(id: int) -> list_queries.MailingList:
    """Raises ListNotFound."""
    found = await list_queries.one(id)
    if found is None:
        raise ListNotFound
    return found


async def add(id: int, typed: str, account: int) -> bool:
    """Puts a subscriber on a list; False when they are on it already. Raises Invalid for anybody else."""
    async with db.transaction():
        await required(id)
        person = await _subscriber(typed)
        if person.state != SubscriberState.CONFIRMED:
            raise Invalid({"address": Sentence("This person does not get mail from us, so no list can hold them.")})
        added = await db.execute(
            "INSERT INTO list_member (mailing_list, subscriber, added_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            id,
            person.id,
            clock.now(),
        )
        if added:
            await audit.record(account, "list.joined", f"list {id}")
    return bool(added)


async def remove(id: int, typed: str, account: int) -> bool:
    """Takes somebody off a list; False when they were not on it. Raises Invalid for an address that nobody has."""
    async with db.transaction():
        await required(id)
        person = await _subscriber(typed)
        removed = await db.execute(
            "DELETE FROM list_member WHERE mailing_list = $1 AND subscriber = $2", id, person.id
        )
        if removed:
            await audit.record(account, "list.left", f"list {id}")
    return bool(removed)


def label(name: str) -> str:
    """Plain letters of a name, for the List-Id: “Amis & Amies” → amis-amies; empty when it has none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LABEL].strip("-")


async def _free_label(name: str) -> str:
    wanted = label(name) or "list"
    taken = await list_queries.labels_like(wanted)
    return next(
        free for free in (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))) if free not in taken
    )


async def _subscriber(typed: str) -> Person:
    try:
        address = addresses.normalise(typed)
    except addresses.BadAddress as problem:
        raise Invalid({"address": problem.told}) from None
    person = await queries.person_at(address)
    if person is None:
        raise Invalid({"address": Sentence("Nobody is subscribed with exactly this address.")})
    return person


def _require_name(name: str) -> None:
    if not name:
        raise Invalid({"name": Sentence("Please give the list a name.")})
