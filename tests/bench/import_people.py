"""How fast a file of people is imported, and in how much memory: python -m tests.bench.import_people [ROWS] [NOTES]

NOTES: so many letters of a column that is left out; 100000 rows of 10000 make a file of 1 GB.
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from service.kit import embedded


def write(path: Path, count: int, notes: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("email,first_name,last_name,language,topics,notes\r\n")
        for number in range(count):
            file.write(
                f'person{number}@example{number % 97}.org,Zoë,"Müller, {number}",fr,"cases,actions",{"x" * notes}\r\n'
            )


async def measure(path: Path, count: int, dry_run: bool) -> None:
    from service.kit import db
    from service.subscribers import importing, imports
    from service.subscribers.intake import Intake

    mailing_list = await db.fetch_value(
        "INSERT INTO mailing_list (name, label, description, created_at) VALUES ($1, $1, '', now()) RETURNING id",
        f"bench {time.monotonic()}",
    )
    began = time.monotonic()
    with path.open("rb") as file, Intake() as intake:
        while part := file.read(65_536):
            intake.write(part)
        taken = intake.close()
    id = await imports.upload(taken, "bench.csv", mailing_list, "en")
    received = time.monotonic()
    await db.execute("UPDATE subscriber_import SET consent = 'They are made up.' WHERE id = $1", id)
    await imports.start(id, None, dry_run)
    await importing.run(id)
    job = await imports.required(id)
    took = time.monotonic() - received
    assert job.state == "finished", job
    print(f"{job.state} ({dry_run=}) {job.people:,} rows in {took:.1f} s: {job.people / took:,.0f} a second")
    print(f"  created {job.created:,}, updated {job.updated:,}; {path.stat().st_size / 1e6:.0f} MB taken in", end=" ")
    print(f"{received - began:.1f} s; most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


async def run(folder: Path, count: int, notes: int) -> None:
    from service import piccolo_app
    from service.kit import db
    from service.organisation import setup

    await db.open_pool()
    await piccolo_app.migrate()
    await setup.ensure()
    write(folder / "people.csv", count, notes)
    for dry_run in (True, False, False):
        await measure(folder / "people.csv", count, dry_run)
    await db.close_pool()


def main() -> None:
    count, notes = (int(value) for value in (sys.argv[1:] + ["100000", "0"][len(sys.argv) - 1 :])[:2])
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp", ignore_cleanup_errors=True)
        )
        servers = stack.enter_context(embedded.servers(Path(folder), durable=True))
        os.environ.update(
            DATABASE_URL=servers.database_url,
            BROKER_URL=servers.broker_url,
            HUNDREDFOLD_SECRET="s" * 40,
            HUNDREDFOLD_VAR=folder,
        )
        asyncio.run(run(Path(folder), count, notes))


if __name__ == "__main__":
    main()
