"""`hundredfold smtp test`."""

import msgspec
import rich_click as click

from service.delivery import relay, servers
from service.delivery.probe import probe
from service.kit.commands import asynchronous, fail, show
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
    show([msgspec.to_builtins(finding) for finding in found], as_json, _told)
    if not all(finding.works for finding in found):
        raise SystemExit(1)


def _told(finding: dict) -> str:
    return "\n".join([f"{finding['server']}", *(f"  {line}" for line in finding["lines"])])


COMMANDS = [smtp]
