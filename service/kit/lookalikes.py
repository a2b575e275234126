"""Texts as they look, so that a sign in disguise is still the sign that people read."""

# Letters of other scripts that nobody tells from Latin ones; of some the capitals are alike.
_CYRILLIC = dict(zip("авеһікмнорстухјѕԁԛԝ", "abehikmhopctyxjsdqw", strict=True))
_GREEK = dict(zip("αεικνορτυχ", "aeikvoptux", strict=True))
# Joiners and selectors that nobody sees inside a word, and the dots of other scripts.
_UNSEEN = dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff")
_DOTS = dict.fromkeys("。．｡", ".")
_SEEN = str.maketrans({**_UNSEEN, **_DOTS})
_LIKE = str.maketrans({**_CYRILLIC, **_GREEK})


def seen(text: str) -> str:
    """Without what hides between its letters."""
    return text.translate(_SEEN)


def plain(text: str) -> str:
    """In small letters, each look in one spelling: to be compared with what went the same way, not to be read."""
    return seen(text).casefold().translate(_LIKE)
