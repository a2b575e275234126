"""Pages of the staff: the way in, the own account, people, audit and settings."""

from service.staff.pages import account, audit, people, settings, way_in

ROUTES = [*way_in.ROUTES, *account.ROUTES, *people.ROUTES, *audit.ROUTES, *settings.ROUTES]
