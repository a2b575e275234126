"""The pages of advocacy, one module for each subject."""

from typing import Any

ROUTES: list[Any] = []
