"""The pages of advocacy, one module for each subject."""

from typing import Any

from service.advocacy.pages import actions, call, feeds, paper, share

ROUTES: list[Any] = [
    *actions.ROUTES,
    *call.ROUTES,
    *feeds.ROUTES,
    *paper.ROUTES,
    *share.ROUTES,
]
