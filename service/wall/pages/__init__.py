"""The wall's pages, one module for each subject."""

from typing import Any

ROUTES: list[Any] = []
