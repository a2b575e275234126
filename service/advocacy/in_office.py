"""Who has a mandate today: SQL that goes by the day it is where the parliament is."""


def day(now: str) -> str:
    """Today in `parliament`; `now`: the placeholder of the moment."""
    return f"({now}::timestamptz AT TIME ZONE parliament.timezone)::date"


def lasts(term: str, now: str) -> str:
    """A mandate, or a seat in a committee, of `parliament` that has begun and is not over."""
    return f"{day(now)} BETWEEN coalesce({term}.since, '-infinity') AND coalesce({term}.until, 'infinity')"


def sits(representative: str, now: str) -> str:
    """A representative has a mandate; `representative`: the column with their id."""
    return f"""EXISTS (SELECT FROM membership JOIN parliament ON parliament.id = membership.parliament
        WHERE membership.representative = {representative} AND {lasts("membership", now)})"""
