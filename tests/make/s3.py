"""A server that speaks S3, as a process of its own, and our files in it."""

import atexit
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import httpx
import pytest

from service.kit import files, paths
from service.kit.settings import settings

PROGRAM = paths.ROOT / ".venv-s3" / "bin" / "moto_server"
# In one process, so that there is one server.
TESTS = [
    pytest.mark.skipif(not PROGRAM.exists(), reason="the S3 server of requirements-s3.lock is not installed"),
    pytest.mark.xdist_group("s3"),
]


@cache
def server() -> str:
    """Its address; it ends with the tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [PROGRAM, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    atexit.register(process.kill)
    address = f"http://127.0.0.1:{port}"
    for _try in range(300):
        try:
            httpx.put(f"{address}/hundredfold").raise_for_status()
            return address
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the S3 server did not start")


@contextmanager
def instead_of_the_folder(endpoint: str | None = None) -> Iterator[None]:
    """Whatever is saved inside the block goes to the server."""
    there = {
        "BLOBS": "s3://hundredfold/pictures",
        "AWS_ENDPOINT_URL": endpoint or server(),
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests-only",
    }
    before = {name: os.environ.get(name) for name in there}
    os.environ.update(there)
    _forget()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        _forget()


def _forget() -> None:
    settings.cache_clear()
    files.store.cache_clear()


def names() -> list[str]:
    """Of everything that the bucket holds, as the server says it."""
    listed = httpx.get(f"{server()}/hundredfold?list-type=2").text
    return [part.partition("</Key>")[0] for part in listed.split("<Key>")[1:]]
