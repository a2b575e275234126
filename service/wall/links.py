"""The links of a post's author: each token is good for one post and one purpose, and says nothing personal."""

from datetime import timedelta

from service.kit import tokens
from service.kit.settings import settings

SENT, CONFIRM, MINE = "wall-sent", "wall-confirm", "wall-mine"
# Who does not confirm within this time has not posted anything.
CONFIRM_FOR = timedelta(days=3)
_SENT_FOR = timedelta(days=1)
# Its reader may want it years after the mail; another one can be asked for.
_MINE_FOR = timedelta(days=5 * 365)


def sent(post: int, language: str) -> str:
    """The path of the page after the form."""
    return f"/{language}/wall/sent/{tokens.make(SENT, [post], _SENT_FOR)}"


def confirm(post: int, language: str) -> str:
    """The path under which it is confirmed."""
    return f"/{language}/wall/confirm/{tokens.make(CONFIRM, [post], CONFIRM_FOR)}"


def confirm_url(post: int, language: str) -> str:
    return settings().origin + confirm(post, language)


def mine(post: int, language: str) -> str:
    """The path of the page where its author changes the post and takes it down."""
    return f"/{language}/wall/mine/{tokens.make(MINE, [post], _MINE_FOR)}"


def mine_url(post: int, language: str) -> str:
    return settings().origin + mine(post, language)


def read(token: str, *purposes: str) -> int:
    """The post of a token for one of `purposes`. Raises BadToken or ExpiredToken."""
    for purpose in purposes[:-1]:
        try:
            return _post(purpose, token)
        except tokens.BadToken:
            continue
    return _post(purposes[-1], token)


def _post(purpose: str, token: str) -> int:
    post: int = tokens.read(purpose, token)[0]
    return post
