from service.letters.pages import evenings, guide, mine, overview, paper, posted, routes

ROUTES = [
    *mine.ROUTES,
    *posted.ROUTES,
    *evenings.ROUTES,
    *overview.ROUTES,
    *guide.ROUTES,
    *paper.ROUTES,
    *routes.ROUTES,
]
