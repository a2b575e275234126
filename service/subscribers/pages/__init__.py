from service.subscribers.pages import imports, leaving, lists, people, preferences, signup

ROUTES = [
    *signup.ROUTES,
    *preferences.ROUTES,
    *leaving.ROUTES,
    *people.ROUTES,
    *lists.ROUTES,
    *imports.ROUTES,
]
