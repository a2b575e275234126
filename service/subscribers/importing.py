"""Reading an import, batch by batch; each commits with the place where the next begins."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import msgspec

from service.kit import clock, db, jobs
from service.subscribers import csv_reading, import_batches, import_queries, imports, spool
from service.subscribers.csv_reading import Dialect
from service.subscribers.import_batches import Batch
from service.subscribers.import_queries import Import
from service.subscribers.import_rows import Reader

SLICE = 20.0
LEASE = timedelta(seconds=60)


class _TakenOver(Exception):
    """It was cancelled, or another worker has it: the batch under way must not count."""


async def run_slice(id: int) -> None:
    """What the job does: reads for some seconds, then asks for the next job, so that others get their turn."""
    ends = time.monotonic() + SLICE
    await run(id, enough=lambda: time.monotonic() > ends or jobs.stopping.is_set())


async def run(
    id: int, enough: Callable[[], bool] = lambda: False, tell: Callable[[Import], None] = lambda _job: None
) -> None:
    """Reads until the end, a cancellation, or `enough` says so. Does nothing when somebody else is at it."""
    job = await import_queries.claim(id, clock.now(), clock.now() + LEASE)
    if job is None:
        return
    try:
        await _read(job, enough, tell)
    except _TakenOver:
        return
    except spool.FileGone as gone:
        await import_queries.fail(id, str(gone), clock.now())


async def _read(job: Import, enough: Callable[[], bool], tell: Callable[[Import], None]) -> None:
    chunks = spool.chunks(job.file, job.position)
    rows = csv_reading.rows(chunks, Dialect(job.encoding, job.delimiter), job.position, job.rows)
    reader = Reader(job.plan)
    seen: set[str] = set()
    while batch := await asyncio.to_thread(import_batches.read, rows, reader, job):
        job = await _commit(batch, job, seen)
        tell(job)
        if enough():
            await _hand_over(job)
            return
    if await import_queries.finish(job.id, clock.now()) and not job.dry_run:
        spool.delete(job.file)


async def _commit(batch: Batch, job: Import, seen: set[str]) -> Import:
    """Takes a batch and moves on, both or neither. Raises _TakenOver."""
    async with db.transaction():
        if job.dry_run:
            counts = await import_batches.rehearse(batch, job, seen)
        else:
            counts = await import_batches.take(batch, job)
        added = msgspec.structs.asdict(counts)
        if not await import_queries.advance(job, batch.position, batch.rows, added, clock.now() + LEASE):
            raise _TakenOver
    return msgspec.structs.replace(
        job,
        position=batch.position,
        rows=batch.rows,
        **{name: getattr(job, name) + count for name, count in added.items()},
    )


async def _hand_over(job: Import) -> None:
    async with db.transaction():
        if await import_queries.hand_over(job.id):
            jobs.enqueue(imports.RUN, job.id)
