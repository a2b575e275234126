"""The pages of cases, cut by who reads them and what they do there."""

from service.cases.pages import (
    birthdays,
    facilities,
    feeds,
    happenings,
    merging,
    news,
    photos,
    prisoners,
    public,
    sources,
)

ROUTES = [
    *public.ROUTES,
    *birthdays.ROUTES,
    *feeds.ROUTES,
    *sources.ROUTES,
    *news.ROUTES,
    *prisoners.ROUTES,
    *happenings.ROUTES,
    *photos.ROUTES,
    *merging.ROUTES,
    *facilities.ROUTES,
]
