"""The wall's pages, one module for each subject."""

from typing import Any

from service.wall.pages import stand

ROUTES: list[Any] = [*stand.ROUTES]
