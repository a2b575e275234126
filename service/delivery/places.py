"""The numbers by which a delivery names its server and the recipient's domain."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from service.kit import db, sealing

# Domain → id; a process that has met very many starts anew.
_domains: dict[str, int] = {}
_servers: dict[str, int] = {}
_MOST = 200_000


async def server(label: str) -> int:
    """The id of an outgoing server in mail_server."""
    if label not in _servers:
        _servers[label] = await db.fetch_value(
            "INSERT INTO mail_server (label) VALUES ($1) ON CONFLICT (label) DO UPDATE SET label = excluded.label"
            " RETURNING id",
            label,
        )
    return _servers[label]


def known(label: str) -> int | None:
    """The same where this process has asked for it before."""
    return _servers.get(label)


async def at_hand(label: str) -> int | None:
    """None while the records are away, for whoever knows something that must not be lost meanwhile."""
    with suppress(*db.AWAY):
        return await server(label)
    return None


async def domains(names: Iterable[str]) -> dict[str, int]:
    """The ids of domains in mail_domain, in at most one statement."""
    wanted = set(names)
    if unknown := wanted - _domains.keys():
        if len(_domains) > _MOST:
            _domains.clear()
            unknown = wanted
        sealed = {sealing.seal_address(name): name for name in sorted(unknown)}
        rows = await db.fetch(
            "INSERT INTO mail_domain (name, slowed_by) SELECT name, '' FROM unnest($1::bytea[]) name"
            " ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id, name",
            list(sealed),
        )
        _domains.update({sealed[row["name"]]: row["id"] for row in rows})
    return {name: _domains[name] for name in wanted}


async def of_addresses(addresses: Sequence[str]) -> list[int | None]:
    """Of the domain of each address; None for an empty one."""
    names = [address.rpartition("@")[2].lower() for address in addresses]
    ids = await domains(filter(None, names))
    return [ids.get(name) for name in names]


def forget() -> None:
    """After a change of the database under this process (tests)."""
    _domains.clear()
    _servers.clear()
