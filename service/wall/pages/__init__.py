"""The wall's pages, one module for each subject."""

from typing import Any

from service.wall.pages import elsewhere, feeds, share, stand

ROUTES: list[Any] = [*elsewhere.ROUTES, *feeds.ROUTES, *share.ROUTES, *stand.ROUTES]
