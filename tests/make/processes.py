"""Real worker processes beside the test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path


def worker(log: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A worker on this test's servers; killed when the block ends."""
    return part("worker", log)


@contextmanager
def part(name: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`hundredfold worker`, `web` or `clock` on this test's servers; killed when the block ends."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", name],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=out,
            stderr=out,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
