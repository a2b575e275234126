"""The wall's pages, one module for each subject."""

from typing import Any

from service.wall.pages import elsewhere, feeds, own, share, stand, wall

ROUTES: list[Any] = [*elsewhere.ROUTES, *feeds.ROUTES, *own.ROUTES, *share.ROUTES, *stand.ROUTES, *wall.ROUTES]
