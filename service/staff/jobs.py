"""Jobs of the staff."""

from service.auth import links, sessions
from service.kit.jobs import job


@job("staff.sweep")
async def sweep() -> None:
    await sessions.sweep()
    await links.sweep()
