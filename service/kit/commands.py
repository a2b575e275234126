"""What commands share: they are async, know the database, and end with a sentence instead of a traceback."""

import asyncio
import functools
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec

import msgspec

from service.kit import db, log, sealing
from service.kit.errors import Invalid, Problem
from service.kit.settings import SettingMissing

P = ParamSpec("P")


def asynchronous(body: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Below click's decorators: runs the async body with an open pool; a Problem ends it with its sentence."""

    @functools.wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        log.set_up()
        try:
            asyncio.run(_with_pool(body, *args, **kwargs))
        except Invalid as problem:
            fail("\n".join(str(told) for told in problem.fields.values()))
        except (Problem, SettingMissing) as problem:
            fail(str(problem))
        except sealing.Unsealable:
            fail("This was sealed under a secret that is missing here, or the keys were destroyed.")
        except BrokenPipeError:
            # `… | head`: whoever reads has enough, and Python's own farewell would complain once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except db.FAILED as error:
            fail(f"The database does not answer ({type(error).__name__}). Is `hundredfold up` running?")

    return run


async def _with_pool(body: Callable[..., Awaitable[None]], *args: Any, **kwargs: Any) -> None:
    await db.open_pool(largest=4)
    try:
        await body(*args, **kwargs)
    finally:
        await db.close_pool()


def fail(sentence: str) -> None:
    """Says what is wrong and ends the process."""
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def show(rows: Any, as_json: bool, line: Callable[[Any], str]) -> None:
    """Prints rows for a person, or as JSON for a script; structs are objects there."""
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, default=_plain, indent=2))
        return
    for row in rows:
        print(line(row))


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value) if isinstance(value, msgspec.Struct) else str(value)
