"""The pages of advocacy, one module for each subject."""

from typing import Any

from service.advocacy.pages import actions, answer, call, feeds, paper, share, sponsors

ROUTES: list[Any] = [
    *actions.ROUTES,
    *answer.ROUTES,
    *call.ROUTES,
    *feeds.ROUTES,
    *paper.ROUTES,
    *share.ROUTES,
    *staff_actions.ROUTES,
    *staff_parts.ROUTES,
    *sponsors.ROUTES,
]
