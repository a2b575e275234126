"""The pages of delivery, cut by what one looks at."""

from service.delivery.pages import bounces, deliverability, overview

ROUTES = [*overview.ROUTES, *bounces.ROUTES, *deliverability.ROUTES]
