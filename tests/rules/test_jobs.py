"""Every job is consumed, found again by the clock where it must be, and short."""

import inspect

from service import worker
from service.kit import jobs
from service.schedules.recurring import RECURRING

worker.declare_jobs()
# The tests of the kit declare one of their own.
OURS = [name for name in jobs.names() if jobs.body(name).__module__.startswith("service.")]
LONGEST = 10


def test_every_queue_has_workers() -> None:
    assert set(jobs.names().values()) <= set(worker.THREADS)
    assert set(jobs.QUEUES) == set(worker.THREADS)


def test_everything_that_the_clock_asks_for_is_a_job_without_arguments() -> None:
    for name in RECURRING:
        assert not inspect.signature(jobs.body(name)).parameters, name


def test_a_job_is_named_for_its_feature_and_a_few_lines_long() -> None:
    for body, name in ((jobs.body(name), name) for name in OURS):
        assert body.__module__ == f"service.{name.split('.')[0]}.jobs"
        lines = inspect.getsource(body).strip().splitlines()
        assert len(lines) <= LONGEST + 1, f"{name} has {len(lines)} lines"
