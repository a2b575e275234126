"""Real worker processes beside the test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on this test's servers; killed when the block ends."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", "from service import worker; worker.run()"],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=out,
            stderr=out,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
