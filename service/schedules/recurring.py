"""The one table of fixed jobs: what the clock asks for again and again."""

from datetime import timedelta

RECURRING: dict[str, timedelta] = {
    "subscribers.sweep_signups": timedelta(minutes=1),
    "campaigns.start_due": timedelta(seconds=5),
}
