"""An installation that has a domain for return paths."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from service.kit.settings import settings


@contextmanager
def bounce_domain(name: str = "bounces.example.org") -> Iterator[None]:
    """Inside the block BOUNCE_DOMAIN is `name`."""
    before = os.environ.get("BOUNCE_DOMAIN", "")
    os.environ["BOUNCE_DOMAIN"] = name
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ["BOUNCE_DOMAIN"] = before
        settings.cache_clear()
