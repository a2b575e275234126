"""A process for one photo: a hostile one takes nothing with it, not the worker and none of its secrets.

It reads the wishes (a line of JSON) and the photo from its input, and writes a Made or a Refusal (msgpack).
"""

import os
import resource
import sys

# Before libvips is loaded: each of its threads keeps lines of its own.
os.environ["VIPS_CONCURRENCY"] = "1"

import msgspec

from service.wall import variants
from service.wall.made import Made
from service.wall.refusals import PhotoRefused, Refusal
from service.wall.wishes import Wishes

MOST_MEMORY = 330_000_000
MOST_SECONDS = 20


def run() -> None:
    bound()
    line, content = sys.stdin.buffer.readline(), sys.stdin.buffer.read()
    sys.stdout.buffer.write(msgspec.msgpack.encode(_answer(content, msgspec.json.decode(line, type=Wishes))))


def bound() -> None:
    """A decoder that dies leaves no core either: the photo would be in it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def _answer(content: bytes, wishes: Wishes) -> Made | Refusal:
    try:
        return variants.make(content, wishes)
    except PhotoRefused as refused:
        return refused.refusal
    except Exception:
        # A decoder of hostile bytes may fail in any way; each of them means the same to the person.
        return Refusal.BROKEN


if __name__ == "__main__":
    run()
