"""Commands about the people who work here."""

import rich_click as click

from service.auth import accounts
from service.auth.links import Purpose
from service.auth.tables import Role
from service.kit.commands import asynchronous, show
from service.staff import invitations, mail, queries, roles


@click.group()
def staff() -> None:
    """Who works here: sign-in links, invitations, roles."""


@staff.command()
@click.argument("address", required=False)
@asynchronous
async def link(address: str | None) -> None:
    """Print a link that signs ADDRESS (else the first owner) in, once, within a day."""
    print(await invitations.sign_in_link(address))


@staff.command()
@click.argument("address")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--name", default="", help="How colleagues call this person.")
@click.option("--print", "show_link", is_flag=True, help="Also print the link of the invitation.")
@asynchronous
async def invite(address: str, role: str, name: str, show_link: bool) -> None:
    """Make an account for ADDRESS and mail the invitation."""
    key = await invitations.invite(address, role, name, by=None)
    print(mail.address_of(Purpose.INVITATION, key) if show_link else "The invitation is on its way.")


@staff.command("list")
@click.option("--json", "as_json", is_flag=True)
@asynchronous
async def list_people(as_json: bool) -> None:
    """Everybody on the staff."""
    people = [
        {
            "id": person.id,
            "name": person.name,
            "address": person.address,
            "role": person.role,
            "state": person.state,
            "second_factor": person.has_second_factor,
        }
        for person in await queries.people()
    ]
    show(people, as_json, lambda person: "{id:>4}  {role:<10} {state:<16} {name} <{address}>".format(**person))


@staff.command()
@click.argument("address")
@asynchronous
async def forget_second_factor(address: str) -> None:
    """Let ADDRESS sign in with the password alone, after a lost phone."""
    account = await accounts.by_address(address)
    if account is None:
        raise invitations.Nobody
    await roles.forget_second_factor(account.id, by=None)
    print("The second factor is off. Please set it up again after the next sign-in.")


COMMANDS = [staff]
