from service.subscribers.pages import leaving, preferences, signup

ROUTES = [*signup.ROUTES, *preferences.ROUTES, *leaving.ROUTES]
