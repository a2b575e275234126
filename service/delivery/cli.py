"""`hundredfold smtp test`, `hundredfold warmup …` and `hundredfold bounces`."""

from functools import partial

import rich_click as click

from service.delivery import relay, servers, warmup
from service.delivery.dns import cli as dns
from service.delivery.intake import running
from service.delivery.probe import Finding, probe
from service.kit.commands import asynchronous, fail, show
from service.kit.formats import filters
from service.kit.settings import settings
from service.organisation import queries as organisations


@click.group()
def smtp() -> None:
    """The servers by which mail leaves."""


@smtp.command()
@click.option("--to", default="", metavar="ADDRESS", help="Also send a test mail there.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@asynchronous
async def test(to: str, as_json: bool) -> None:
    """Connects to every server of SMTP_URL as the workers do, and says how it went."""
    named = [servers.server(url) for url in settings().smtp_urls]
    if not named:
        fail(relay.NO_SERVER)
    organisation = await organisations.required()
    found = [await probe(server, organisation, to) for server in named]
    show(found, as_json, _told)
    if not all(finding.works for finding in found):
        raise SystemExit(1)


@click.command()
@asynchronous
async def bounces() -> None:
    """Take mails that came back, from every place that BOUNCE_URL names, until it is stopped."""
    await running.run()


def _told(finding: Finding) -> str:
    return "\n".join([finding.server, *(f"  {line}" for line in finding.lines)])


@click.group(name="warmup")
def warming() -> None:
    """Let a sending domain that is new to the world send a little more each day."""


@warming.command()
@click.argument("domain")
@asynchronous
async def start(domain: str) -> None:
    """Campaigns from DOMAIN keep to the plan from now on; what is too much for a day goes on the next."""
    print(_of_plan(await warmup.start(domain), await _zone()))


@warming.command(name="show")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@asynchronous
async def show_all(as_json: bool) -> None:
    """All domains that are being warmed up."""
    standings, zone = await warmup.standings(), await _zone()
    if as_json or standings:
        show(standings, as_json, partial(_of_plan, zone=zone))
    else:
        print("No domain is being warmed up.")


@warming.command()
@click.argument("domain")
@asynchronous
async def stop(domain: str) -> None:
    """Campaigns from DOMAIN no longer keep to the plan."""
    await warmup.stop(domain)
    print(f"{domain} sends as much as there is from now on.")


async def _zone() -> str:
    return (await organisations.required()).timezone


def _of_plan(found: warmup.Standing, zone: str) -> str:
    number, local = filters("en")["number"], filters("en")["local"]
    after = (
        f"{number(found.tomorrow)} a day from {{at}} on" if found.tomorrow else "as many as there are from {at} on"
    )
    return (
        f"{found.domain}: day {found.day} of {found.days}, {number(found.used)} of {number(found.most)} mails used; "
        + after.format(at=local(found.next_day_at, zone))
    )


COMMANDS = [smtp, warming, bounces, *dns.COMMANDS]
