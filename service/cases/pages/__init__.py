"""The pages of cases, cut by who reads them and what they do there."""

from service.cases.pages import birthdays, feeds, news, public, sources

ROUTES = [
    *public.ROUTES,
    *birthdays.ROUTES,
    *feeds.ROUTES,
    *sources.ROUTES,
    *news.ROUTES,
]
