from service.letters.pages import evenings, mine, overview, posted

ROUTES = [
    *mine.ROUTES,
    *posted.ROUTES,
    *evenings.ROUTES,
    *overview.ROUTES,
]
