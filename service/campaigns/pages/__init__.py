"""The pages of campaigns, cut by what one does on them."""

from service.campaigns.pages import choosing, detail, leaving, looking, overview, public, writing

ROUTES = [
    *overview.ROUTES,
    *writing.ROUTES,
    *choosing.ROUTES,
    *looking.ROUTES,
    *leaving.ROUTES,
    *detail.ROUTES,
    *public.ROUTES,
]
