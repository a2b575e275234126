from service.letters.pages import mine, posted

ROUTES = [
    *mine.ROUTES,
    *posted.ROUTES,
]
