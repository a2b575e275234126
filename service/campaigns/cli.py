"""`hundredfold campaigns …`, `hundredfold automations …` and `hundredfold demo`."""

from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from service.campaigns import (
    automation_queries,
    automations,
    demo,
    documents,
    moments,
    queries,
    readable,
    rehearsal,
    sending,
)
from service.campaigns.sending import NotReady
from service.delivery import queries as deliveries
from service.kit import clock
from service.kit.commands import asynchronous, fail, show
from service.kit.errors import Invalid
from service.organisation import queries as organisations
from service.subscribers import list_queries


@click.group()
def campaigns() -> None:
    """Write, schedule and send campaigns from a script."""


@campaigns.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@asynchronous
async def create(file: Path, as_json: bool) -> None:
    """A draft from FILE, a JSON document with name, audience and editions, as `campaigns show --json` prints it."""
    try:
        id = await documents.create(file.read_bytes())
        show({"id": id} if as_json else [id], as_json, str)
    except Invalid as problem:
        fail("\n".join(f"{path}: {told}" for path, told in problem.fields.items()))


@campaigns.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@asynchronous
async def listing(as_json: bool) -> None:
    """All campaigns, those touched last first."""
    rows = [_with_one_state(msgspec.to_builtins(found)) for found in await queries.listing()]
    show(rows, as_json, lambda row: f"{row['id']:>6}  {row['state']:<10} {row['name']}")


def _with_one_state(row: dict[str, Any]) -> dict[str, Any]:
    """A script need not know that from its start on the mailing's state counts."""
    return row | {"state": row.pop("mailing_state") or row["state"]}


@campaigns.command(name="show")
@click.argument("campaign", type=int)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@asynchronous
async def show_one(campaign: int, as_json: bool) -> None:
    """One campaign with its texts, and its books once it is being sent."""
    found = await queries.find(campaign)
    editions = await queries.editions(campaign)
    progress = await deliveries.progress(found.mailing) if found.mailing else None
    if as_json:
        show(documents.shown(found, editions, progress), as_json, str)
    else:
        organisation, lists = await organisations.required(), dict(await list_queries.choices())
        show(readable.lines(found, editions, progress, organisation, lists), as_json, str)


@campaigns.command()
@click.argument("campaign", type=int)
@click.option("--at", default="", help='Local time of the organisation: "2026-12-01 09:00". Now, if left out.')
@click.option("--yes", is_flag=True, help="Send although there are warnings.")
@asynchronous
async def send(campaign: int, at: str, yes: bool) -> None:
    """Sends a campaign, now or at a time. Errors keep it back; warnings do unless --yes is given."""
    zone = (await organisations.required()).zone
    moment = moments.upcoming(at, zone, clock.now()) if at else moments.immediately(zone, clock.now())
    try:
        await sending.schedule(campaign, moment, by=None, seen=None, warned=yes)
    except NotReady as problem:
        kinds = {True: "error", False: "warning (--yes sends all the same)"}
        fail("\n".join(f"{kinds[found.is_error]}: {found.sentence}" for found in problem.findings))
    print(f"Campaign {campaign} leaves at {moment.local} ({zone.key}). {moment.note}".strip())


@campaigns.command()
@click.argument("campaign", type=int)
@asynchronous
async def pause(campaign: int) -> None:
    """Stops before the next mail."""
    await sending.pause(campaign, None)
    print("Paused. What is being handed over now still arrives.")


@campaigns.command()
@click.argument("campaign", type=int)
@asynchronous
async def resume(campaign: int) -> None:
    """Goes on where it stopped."""
    await sending.resume(campaign, None)
    print("It goes on where it stopped.")


@campaigns.command()
@click.argument("campaign", type=int)
@asynchronous
async def cancel(campaign: int) -> None:
    """Takes a scheduled campaign back, or ends one that is being sent."""
    if (await queries.find(campaign)).is_started:
        print(f"Cancelled; {await sending.cancel(campaign, None)} people do not get it.")
    else:
        await sending.unschedule(campaign, None)
        print("Taken back; it is a draft again.")


@campaigns.command()
@click.option("--days", type=click.IntRange(1, rehearsal.MOST_DAYS), default=rehearsal.MOST_DAYS, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@asynchronous
async def rehearse(days: int, as_json: bool) -> None:
    """Writes every mail of the next days in every language, sends none, and tells what is missing."""
    begun = await rehearsal.begin(days)
    await rehearsal.run(begun, wait=True)
    found = await rehearsal.find(begun)
    if as_json:
        show(found, as_json, str)
    else:
        show(readable.rehearsed(found, await organisations.required()), as_json, str)


@click.group(name="automations")
def automations_group() -> None:
    """What makes drafts again and again."""


@automations_group.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@asynchronous
async def list_automations(as_json: bool) -> None:
    """All automations, with what came of them last."""
    state = {True: "on", False: "off"}
    show(
        await automation_queries.listing(),
        as_json,
        lambda found: (
            f"{found.id:>6}  {state[found.is_on]:<4} {found.name}, {found.spoken_rule}: "
            f"{found.outcome or 'has not run yet'}"
        ),
    )


@automations_group.command()
@click.argument("automation", type=int)
@asynchronous
async def run(automation: int) -> None:
    """Runs one now; its drafts wait for approval."""
    found = await automation_queries.find(automation)
    ran = await automations.run_by_hand(automation, found.last_at, None)
    print("\n".join([f"{ran.sentence[0].upper()}{ran.sentence[1:]}.", *(f"Draft {draft}" for draft in ran.drafts)]))


@click.command(name="demo")
@click.option("--if-empty", is_flag=True, help="Do nothing where somebody has subscribed or written already.")
@asynchronous
async def fill_with_demo(if_empty: bool) -> None:
    """An invented organisation with subscribers and campaigns, to look around in."""
    print(await demo.load(if_empty))


COMMANDS = [campaigns, automations_group, fill_with_demo]
