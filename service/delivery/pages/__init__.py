"""The pages of delivery, cut by what one looks at."""

from service.delivery.pages import deliverability, overview

ROUTES = [*overview.ROUTES, *deliverability.ROUTES]
