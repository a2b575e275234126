"""The pages of advocacy, one module for each subject."""

from typing import Any

from service.advocacy.pages import (
    actions,
    answer,
    area,
    call,
    confirm,
    feeds,
    held,
    likeness,
    members,
    paper,
    promise_photos,
    promises,
    share,
    sponsors,
    staff_actions,
    staff_parts,
    write,
)

ROUTES: list[Any] = [
    *actions.ROUTES,
    *answer.ROUTES,
    *area.ROUTES,
    *call.ROUTES,
    *confirm.ROUTES,
    *feeds.ROUTES,
    *held.ROUTES,
    *likeness.ROUTES,
    *members.ROUTES,
    *paper.ROUTES,
    *promise_photos.ROUTES,
    *promises.ROUTES,
    *share.ROUTES,
    *sponsors.ROUTES,
    *staff_actions.ROUTES,
    *staff_parts.ROUTES,
    *write.ROUTES,
]
