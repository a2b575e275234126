"""The pages of campaigns, cut by what one does on them."""

from service.campaigns.pages import (
    automations,
    calendar,
    choosing,
    detail,
    leaving,
    looking,
    overview,
    public,
    writing,
)

ROUTES = [
    *overview.ROUTES,
    *writing.ROUTES,
    *choosing.ROUTES,
    *looking.ROUTES,
    *leaving.ROUTES,
    *detail.ROUTES,
    *automations.ROUTES,
    *calendar.ROUTES,
    *public.ROUTES,
]
