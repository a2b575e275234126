"""The wall's pages, one module for each subject."""

from typing import Any

from service.wall.pages import feeds, share, stand

ROUTES: list[Any] = [*feeds.ROUTES, *share.ROUTES, *stand.ROUTES]
