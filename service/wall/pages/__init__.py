"""The wall's pages, one module for each subject."""

from typing import Any

from service.wall.pages import elsewhere, feeds, moderation, own, photos, report, share, stand, wall, words

ROUTES: list[Any] = [
    *elsewhere.ROUTES,
    *feeds.ROUTES,
    *moderation.ROUTES,
    *own.ROUTES,
    *photos.ROUTES,
    *report.ROUTES,
    *share.ROUTES,
    *stand.ROUTES,
    *wall.ROUTES,
    *words.ROUTES,
]
