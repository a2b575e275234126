"""Real worker processes beside the test."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path


def worker(log: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A worker on this test's servers; killed when the block ends."""
    return part("worker", log)


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}


@contextmanager
def part(name: str, log: Path, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """`hundredfold worker`, `web` or `clock` on this test's servers or those of `env`; killed when the block ends."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", name],
            env=env or environment(),
            stdout=out,
            stderr=out,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
