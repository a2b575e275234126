"""`hundredfold dns` and `hundredfold dkim …`."""

import textwrap

import msgspec
import rich_click as click

from service.delivery import dkim_keys
from service.delivery.dkim_keys import Algorithm, PublishedKey
from service.delivery.dns import dkim as dkim_records
from service.delivery.dns import report
from service.delivery.dns.findings import Finding
from service.delivery.dns.lookups import Resolver
from service.kit.commands import asynchronous, fail, show

RESOLVER = click.option("--resolver", default="", metavar="ADDRESS", help="Ask this DNS server, not the usual one.")
DOMAIN = click.option("--domain", default="", help="Of another domain than the sender's.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@click.option("--zone", is_flag=True, help="Only the lines to add to a zone file.")
@RESOLVER
@asynchronous
async def dns(as_json: bool, zone: bool, resolver: str) -> None:
    """The records that the sender's domain needs, and how they are; ends with 1 where one is missing or wrong."""
    at = await report.situation()
    found = await report.report(at, Resolver(resolver))
    if zone:
        print("\n".join(record.zone_line for finding in found for record in finding.records if record.kind != "File"))
        return
    if not as_json:
        print(_heading(at) + "\n")
    show(found, as_json, _told)
    if any(finding.asks for finding in found):
        raise SystemExit(1)


@click.group()
def dkim() -> None:
    """The keys that sign mails."""


@dkim.command()
@click.option("--algorithm", type=click.Choice([str(kind) for kind in Algorithm]), default="rsa", show_default=True)
@click.option("--selector", default="", help="Its name in the DNS; made from the day where it is left out.")
@DOMAIN
@asynchronous
async def make(algorithm: str, selector: str, domain: str) -> None:
    """Make a key. It begins to sign when its record is seen in the DNS."""
    key = await dkim_keys.make(domain or await _sender(), algorithm, selector)
    print(f"The key {key.selector} waits for its record:\n\n{_record(key)}\n")
    print("It begins to sign by itself within ten minutes after the record is seen.")


@dkim.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a script.")
@asynchronous
async def list_keys(as_json: bool) -> None:
    """All keys, the newest first."""
    keys = await dkim_keys.listing()
    if as_json or keys:
        show([{**msgspec.to_builtins(key), "name": key.name} for key in keys] if as_json else keys, as_json, _line)
    else:
        print("There is no key yet: `hundredfold dkim make`.")


@dkim.command()
@click.argument("selector")
@click.option("--unseen", is_flag=True, help="Although its record is not seen from here.")
@DOMAIN
@RESOLVER
@asynchronous
async def start(selector: str, unseen: bool, domain: str, resolver: str) -> None:
    """Let the key sign from now on; the one before it rests."""
    key = await _key(domain, selector)
    try:
        await dkim_records.start(key, Resolver(resolver), anyway=unseen)
    except dkim_records.NotSeen as problem:
        fail(f"{problem}\n\n{_record(key)}\n\nTo start it all the same: --unseen")
    print(f"The key {key.selector} signs.")


@dkim.command()
@click.argument("selector")
@DOMAIN
@asynchronous
async def retire(selector: str, domain: str) -> None:
    """Let the key sign no more. Its record stays in the DNS for a week."""
    await dkim_keys.retire((await _key(domain, selector)).id)
    key = await _key(domain, selector)
    if key.spent_at is None:
        print(f"The key {selector} never signed. It can be removed: `hundredfold dkim remove {selector}`.")
    else:
        print(f"The key {selector} signs no more. Leave its record in the DNS until {key.spent_at:%-d %B %Y}.")


@dkim.command()
@click.argument("selector")
@DOMAIN
@asynchronous
async def remove(selector: str, domain: str) -> None:
    """Destroy a key that never signed, or stopped a week ago."""
    await dkim_keys.remove((await _key(domain, selector)).id)
    print(f"The key {selector} is removed. Its record can leave the DNS.")


async def _sender() -> str:
    return (await report.situation()).sender


async def _key(domain: str, selector: str) -> PublishedKey:
    return await dkim_keys.named(domain or await _sender(), selector)


def _record(key: PublishedKey) -> str:
    return "\n".join(record.zone_line for record in dkim_records.wanted(key))


def _line(key: PublishedKey) -> str:
    return f"{key.selector:<16} {key.domain:<24} {dkim_keys.NAMES[Algorithm(key.algorithm)]:<15} {key.state}"


def _heading(at: report.Situation) -> str:
    servers = ", ".join(server.label for server in at.servers)
    if at.caught:
        return f"Mail from {at.sender}. At present it is caught on this machine and reaches nobody."
    return f"Mail from {at.sender}" + (
        f", which leaves by {servers}." if servers else "; SMTP_URL names no server yet."
    )


def _told(finding: Finding) -> str:
    told = [f"{finding.title}: {finding.state.upper()}", *(f"  {line}" for line in finding.lines)]
    told += [f"  Now: {text}" for text in finding.there]
    for record in finding.records:
        told.append("  To write:")
        lines = f"{record.name}\n{record.value}" if record.kind == "File" else record.zone_line
        told.append(textwrap.indent(lines, "    "))
    return "\n".join(told) + "\n"


COMMANDS = [dns, dkim]
