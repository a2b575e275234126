"""The console's pages about people: how many there are, and one whose exact address is known."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from service.auth import audit
from service.auth.guards import can
from service.kit import clock, db, limits, tokens, web
from service.kit.errors import NotFound, Problem
from service.kit.i18n import Sentence
from service.subscribers import (
    addresses,
    erasure,
    exporting,
    leaving,
    list_queries,
    people_queries,
    queries,
    suppression,
    topics,
)
from service.subscribers.people_queries import Selection
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
    if person is None:
        suppressed = await suppression.reason(address)
        return await _overview(request, typed, {"address": _unknown(suppressed)})
    # A number could be counted through by somebody who may look at people but not export them.
    key = tokens.make(LOOKED_UP, [person.id, request.state.staff.id], LOOKED_UP_FOR)
    return web.redirect(f"/staff/subscribers/{key}")


@get("/staff/subscribers/{key:str}", guards=[can("subscribers.view")])
async def show(request: Request, key: FromPath[str]) -> Response[str]:
    return await _person(request, key, await _required(request, key), {})


@post("/staff/subscribers/{key:str}/unsubscribe", guards=[can("subscribers.edit")])
async def unsubscribe(request: Request, key: FromPath[str]) -> Response[Any]:
    person = await _required(request, key)
    async with db.transaction():
        await leaving.leave(person.id, _STAFF)
        await audit.record(request.state.staff.id, "subscriber.unsubscribed", f"subscriber {person.id}")
    return web.redirect(f"/staff/subscribers/{key}", "Unsubscribed. A mail confirms it to them.")


@post("/staff/subscribers/{key:str}/erase", guards=[can("subscribers.edit")])
async def erase(request: Request, key: FromPath[str]) -> Response[Any]:
    person = await _required(request, key)
    if (await web.form(request)).text("confirmation", 20).lower() != ERASE:
        return await _person(
            request, key, person, {"confirmation": Sentence("Please type the word “erase” to go on.")}
        )
    async with db.transaction():
        await erasure.forget(person.address)
        # The number would tell, with an older backup, who it was.
        await audit.record(request.state.staff.id, "subscriber.erased")
    return web.redirect("/staff/subscribers", "Everything about this person is erased.")


@post("/staff/subscribers/{key:str}/data", guards=[can("subscribers.edit")])
async def data(request: Request, key: FromPath[str]) -> Response[bytes]:
    """All that is held about one person, for them."""
    person = await _required(request, key)
    held = await erasure.export_person(person.address)
    await audit.record(request.state.staff.id, "subscriber.data_given", f"subscriber {person.id}")
    body = msgspec.json.format(msgspec.json.encode(held), indent=2)
    return Response(body, status_code=200, media_type=MediaType.JSON, headers=web.download("personal-data.json"))


@get("/staff/subscribers/export", guards=[can("subscribers.export")])
async def export_page(request: Request) -> Response[str]:
    return web.html(
        request,
        "staff/subscribers/export.html",
        lists=await list_queries.choices(),
        chosen=request.query_params.get("list"),
        topics=topics.LABELS,
    )


@post("/staff/subscribers/export", guards=[can("subscribers.export")])
async def export(request: Request) -> Response[Any]:
    form = await web.form(request)
    selection = Selection(form.number("mailing_list"), form.text("topic", 12), form.text("language", 2))
    await exporting.record(selection, request.state.staff.id)
    return csv(exporting.people(selection), f"subscribers-{clock.now():%Y-%m-%d}.csv")


def csv(parts: AsyncIterator[str], name: str) -> Response[Any]:
    """A download that is made while it leaves."""
    return Stream(parts, status_code=200, media_type="text/csv; charset=utf-8", headers=web.download(name))


async def _required(request: Request, key: str) -> Person:
    """Whom the same colleague found by their address within the last hour. Raises LookAgain or NotFound."""
    try:
        subscriber, found_by = tokens.read(LOOKED_UP, key)
    except tokens.ExpiredToken:
        raise LookAgain from None
    except tokens.BadToken:
        raise NotFound from None
    person = await queries.person(subscriber) if found_by == request.state.staff.id else None
    if person is None:
        raise NotFound
    return person


def _unknown(suppressed: str | None) -> Sentence:
    if suppressed:
        return Sentence("Nobody has this address here, and it must not be written to ({why}).", why=suppressed)
    return Sentence("Nobody is subscribed with exactly this address. Perhaps they use another one?")


async def _overview(request: Request, typed: str, errors: dict[str, Sentence]) -> Response[str]:
    return web.html(
        request,
        "staff/subscribers/overview.html",
        422 if errors else 200,
        figures=await people_queries.figures(),
        lists=await list_queries.in_use(),
        topics=topics.LABELS,
        typed=typed,
        errors=errors,
    )


async def _person(request: Request, key: str, person: Person, errors: dict[str, Sentence]) -> Response[str]:
    consents = await queries.consents_of(person.id)
    return web.html(
        request,
        "staff/subscribers/person.html",
        422 if errors else 200,
        key=key,
        person=person,
        lists=await queries.lists_of(person.id),
        consents=consents,
        sources=await people_queries.names_of_sources({consent["source"] for consent in consents}),
        mails=await people_queries.mails_to(person.id),
        topics=topics.labels(person.topics, "en"),
        errors=errors,
    )


ROUTES = [overview, find, show, unsubscribe, erase, data, export_page, export]
