"""A campaign as text for a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from service.campaigns.queries import Audience, Campaign, Edition
from service.campaigns.rehearsal import Rehearsal
from service.delivery.queries import Progress
from service.kit import countries
from service.kit.formats import filters
from service.kit.i18n import LANGUAGES
from service.organisation.queries import Organisation
from service.rendering.blocks import (
    ActionCard,
    Birthdays,
    Block,
    Columns,
    FacilityAddress,
    FromTheWall,
    Living,
    NewCases,
    OnePrisoner,
    YourPrisoners,
    YourRepresentatives,
)


def lines(
    campaign: Campaign,
    editions: dict[str, Edition],
    progress: Progress | None,
    organisation: Organisation,
    lists: dict[int, str],
) -> Iterator[str]:
    """`lists`: names by id."""
    yield f"{campaign.name} ({progress.state if progress else campaign.state}, number {campaign.id})"
    yield f"Audience: {_audience(campaign.audience, lists)}"
    if campaign.send_at and not progress:
        yield f"Leaves:   {_local(campaign.send_at, organisation)} ({organisation.timezone})"
    yield f"Archive:  {'shown' if campaign.archived else 'not shown'} in the public archive"
    if progress:
        yield from _fared(progress, organisation)
    if campaign.trouble:
        yield f"Trouble:  {campaign.trouble}"
    for edition in editions.values():
        yield from ("", f"{LANGUAGES[edition.language]}: {edition.subject or '(no subject yet)'}")
        if edition.preview_text:
            yield f"    ({edition.preview_text})"
        yield from _texts(edition.blocks, "    ")


def rehearsed(found: Rehearsal, organisation: Organisation) -> Iterator[str]:
    """What a rehearsal found."""
    yield f"{found.mails} mails written for the next {found.days} days, and none sent."
    for each in found.findings:
        again = f", {each.times} times" if each.times > 1 else ""
        where = f" ({each.what}, {_local(each.at, organisation)}{again})" if each.what else ""
        yield f"{each.kind + ':':<9}{each.sentence}{where}"
    if not found.missing:
        yield "Nothing is missing."


def _audience(chosen: Audience, lists: dict[int, str]) -> str:
    if not chosen:
        return "nobody is chosen yet"
    who = ", ".join([*(lists.get(id, f"list {id}, archived") for id in chosen.lists), *chosen.topics])
    only = ", ".join(LANGUAGES.get(language, language) for language in chosen.languages)
    who = f"{who}; only those who read {only}" if only else who
    posting = ", ".join(countries.name(code, "en") if code else "nowhere named" for code in chosen.countries)
    who = f"{who}; only those who post from {posting}" if posting else who
    if chosen.took_part:
        who = f"{who}; only those who took part in action {chosen.took_part}"
    return f"{who}; only those who took no part in action {chosen.took_no_part}" if chosen.took_no_part else who


def _fared(progress: Progress, organisation: Organisation) -> Iterator[str]:
    if progress.started_at:
        yield f"Began:    {_local(progress.started_at, organisation)} ({organisation.timezone})"
    books = progress.books
    people = "1 person" if books.audience == 1 else f"{books.audience} people"
    yield (
        f"Books:    {people}: {books.sent} sent, {books.refused} refused, {books.skipped} skipped, "
        f"{books.unknown} unknown, {books.open} still to send"
    )
    if progress.trouble:
        yield f"Paused:   {progress.trouble}"


def _texts(content: Sequence[Block], margin: str) -> Iterator[str]:
    for block in content:
        if isinstance(block, Columns):
            yield from _texts([*block.left, *block.right], margin + "    ")
            continue
        if isinstance(block, Living):
            yield from ("", f"{margin}[{_living(block)}]")
            continue
        words = [value for name, value in msgspec.to_builtins(block).items() if name != "type" and value]
        told = "\n".join(value for value in words if isinstance(value, str)) or "—"
        yield ""
        yield from (f"{margin}{line}".rstrip() for line in told.splitlines())


def _living(block: Living) -> str:
    """What fills itself when the mail is rendered."""
    match block:
        case NewCases(most=most):
            return f"new cases, at most {most} people"
        case Birthdays(window=window):
            return f"birthdays of a {window.replace('_', ' ')}"
        case OnePrisoner(key=key):
            return f"one person: {key or 'nobody is chosen yet'}"
        case YourPrisoners(count=count):
            return f"{count} people for each reader to write to"
        case FacilityAddress(facility=facility):
            return f"address of facility {facility}"
        case FromTheWall(posts=posts) if posts:
            return f"from the wall: {len(posts)} chosen"
        case FromTheWall(count=count, only_new=only_new):
            return f"from the wall: {'the new' if only_new else 'the latest'}, at most {count}"
        case YourRepresentatives(action=action):
            return f"to whom each reader can write: {_action(action)}"
        case ActionCard(action=action, shows=shows):
            return f"{_action(action)}{', as thanks' if shows == 'thanks' else ''}"


def _action(key: str) -> str:
    return f"action {key}" if key else "the action that opened last"


def _local(moment: datetime, organisation: Organisation) -> str:
    return filters("en")["local"](moment, organisation.timezone)
