"""The console's pages about people: how many there are, and one whose exact address is known."""

from datetime import timedelta
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.params import FromPath

from service.auth import audit
from service.auth.guards import can
from service.kit import db, limits, sealing, tokens, web
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence
from service.subscribers import (
    addresses,
    elsewhere,
    erasure,
    export_requests,
    leaving,
    list_queries,
    people_queries,
    queries,
    suppression,
    topics,
)
from service.subscribers.queries import Person

ERASE = "erase"
LOOKED_UP = "person looked up"
LOOKED_UP_FOR = timedelta(hours=1)
MOST_LOOKED_UP = (100, 3600)
_STAFF = "staff, on their wish"


class LookAgain(Problem):
    code = "look_again"
    status = 410
    sentence = Sentence("A person's page stays open for an hour. Please look them up by their address again.")


@get("/staff/subscribers", guards=[can("subscribers.view")])
async def overview(request: Request) -> Response[str]:
    return await _overview(request, "", {})


@post("/staff/subscribers/find", guards=[can("subscribers.view")])
async def find(request: Request) -> Response[Any]:
    """By POST, so that no address stands in a URL, a history or a log."""
    await limits.take("people looked up", str(request.state.staff.id), *MOST_LOOKED_UP)
    typed = (await web.form(request)).text("address", 320)
    try:
        address = addresses.normalise(typed)
    except addresses.BadAddress as problem:
        return await _overview(request, typed, {"address": problem.told})
    async with db.transaction():
        person = await queries.person_at(address)
    if person is None and not await _is_known_elsewhere(request, address):
        suppressed = await suppression.reason(address)
        return await _overview(request, typed, {"address": _unknown(suppressed)})
    # Sealed with a nonce: as it stands in our tables, an address in a log would tell who was looked up.
    # A number could be counted through by somebody who may look at people but not export them.
    whom = person.id if person else sealing.seal(LOOKED_UP, address).hex()
    key = tokens.make(LOOKED_UP, [whom, request.state.staff.id], LOOKED_UP_FOR)
    return web.redirect(f"/staff/subscribers/{key}")


@get("/staff/subscribers/{key:str}", guards=[can("subscribers.view")])
async def show(request: Request, key: FromPath[str]) -> Response[str]:
    return await _page(request, key, await _found(request, key), {})


@post("/staff/subscribers/{key:str}/unsubscribe", guards=[can("subscribers.edit")])
async def unsubscribe(request: Request, key: FromPath[str]) -> Response[Any]:
    person = await _required(request, key)
    async with db.transaction():
        await leaving.leave(person.id, _STAFF)
        await audit.record(request.state.staff.id, "subscriber.unsubscribed", f"subscriber {person.id}")
    return web.redirect(f"/staff/subscribers/{key}", "Unsubscribed. A mail confirms it to them.")


@post("/staff/subscribers/{key:str}/erase", guards=[can("subscribers.edit")])
async def erase(request: Request, key: FromPath[str]) -> Response[Any]:
    found = await _found(request, key)
    if (await web.form(request)).text("confirmation", 20).lower() != ERASE:
        return await _page(request, key, found, {"confirmation": Sentence("Please type the word “erase” to go on.")})
    async with db.transaction():
        gone = await erasure.forget(_address_of(found))
        # The number would tell, with an older backup, who it was.
        await audit.record(request.state.staff.id, "subscriber.erased")
    return web.redirect("/staff/subscribers", erasure.in_words(gone))


@post("/staff/subscribers/{key:str}/data", guards=[can("subscribers.edit")])
async def data(request: Request, key: FromPath[str]) -> Response[bytes]:
    """All that is held about one person, for them."""
    found = await _found(request, key)
    held = await erasure.export_person(_address_of(found))
    if held is None:
        raise NotFound
    subject = f"subscriber {found.id}" if isinstance(found, Person) else ""
    await audit.record(request.state.staff.id, "subscriber.data_given", subject)
    body = msgspec.json.format(msgspec.json.encode(held), indent=2)
    return Response(body, status_code=200, media_type=MediaType.JSON, headers=web.download("personal-data.json"))


async def _found(request: Request, key: str) -> Person | str:
    """Whom the same colleague found by their address within the last hour; of no subscriber the address alone.

    Raises LookAgain or NotFound.
    """
    try:
        whom, found_by = tokens.read(LOOKED_UP, key)
    except tokens.ExpiredToken:
        raise LookAgain from None
    except tokens.BadToken:
        raise NotFound from None
    if found_by != request.state.staff.id:
        raise NotFound
    if isinstance(whom, str):
        return sealing.unseal(LOOKED_UP, bytes.fromhex(whom))
    person = await queries.person(whom)
    if person is None:
        raise NotFound
    return person


async def _required(request: Request, key: str) -> Person:
    """The same, where only a subscriber will do."""
    found = await _found(request, key)
    if not isinstance(found, Person):
        raise NotFound
    return found


def _address_of(found: Person | str) -> str:
    return found.address if isinstance(found, Person) else found


async def _is_known_elsewhere(request: Request, address: str) -> bool:
    """Who posted or wrote without a subscription has the same rights; only who may answer them is told."""
    return request.state.staff.can("subscribers.edit") and bool(await elsewhere.tell(address))


def _unknown(suppressed: str | None) -> Sentence:
    if suppressed:
        return Sentence("Nobody has this address here, and it must not be written to ({why}).", why=suppressed)
    return Sentence("Nobody is subscribed with exactly this address. Perhaps they use another one?")


async def _overview(request: Request, typed: str, errors: dict[str, Sentence]) -> Response[str]:
    staff = request.state.staff
    return web.html(
        request,
        "staff/subscribers/overview.html",
        422 if errors else 200,
        figures=await people_queries.figures(),
        lists=await list_queries.in_use(),
        topics=topics.LABELS,
        exports=await export_requests.to_decide(staff.id) if staff.can("subscribers.export") else [],
        typed=typed,
        errors=errors,
    )


async def _page(request: Request, key: str, found: Person | str, errors: dict[str, Sentence]) -> Response[str]:
    address = _address_of(found)
    known = await elsewhere.in_short(address) if request.state.staff.can("subscribers.edit") else []
    shared = {"key": key, "address": address, "elsewhere": known, "errors": errors}
    status = 422 if errors else 200
    if isinstance(found, str):
        return web.html(request, "staff/subscribers/without_subscription.html", status, **shared)
    consents = await queries.consents_of(found.id)
    return web.html(
        request,
        "staff/subscribers/person.html",
        status,
        person=found,
        lists=await queries.lists_of(found.id),
        consents=consents,
        sources=await people_queries.names_of_sources({consent["source"] for consent in consents}),
        mails=await people_queries.mails_to(found.id),
        topics=topics.labels(found.topics, "en"),
        **shared,
    )


ROUTES = [overview, find, show, unsubscribe, erase, data]
