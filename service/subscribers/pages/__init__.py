from service.subscribers.pages import exports, imports, leaving, lists, people, preferences, signup

ROUTES = [
    *signup.ROUTES,
    *preferences.ROUTES,
    *leaving.ROUTES,
    *people.ROUTES,
    *exports.ROUTES,
    *lists.ROUTES,
    *imports.ROUTES,
]
