"""Figures for Prometheus, in its text format: how delivery goes, without the name of anybody or of a domain."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TypeAlias

import msgspec

from service.delivery import overview_queries as delivery
from service.delivery.tables import BounceKind, DeliveryState
from service.kit import clock, jobs
from service.subscribers import people_queries

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_HOUR = timedelta(hours=1)

# Labels of one sample and its value.
Samples: TypeAlias = Sequence[tuple[Mapping[str, str], float]]


class Metric(msgspec.Struct, frozen=True):
    """All are gauges: what is true at this moment."""

    name: str
    help: str
    samples: Samples


async def exposition() -> str:
    """What a scrape gets."""
    return "".join(line for metric in [*await _delivery(), *await _beyond()] for line in _lines(metric))


async def _delivery() -> list[Metric]:
    mails, letters = await delivery.unfinished(), await delivery.letters()
    returned = await delivery.came_back(clock.now() - _HOUR)
    resting = [({"server": each.server.label}, each.rests_until is not None) for each in await delivery.outgoing()]
    waited = (clock.now() - letters.oldest_at).total_seconds() if letters.oldest_at else 0
    return [
        _counted("mailings", "Mailings that are not over, by state.", "state", await delivery.mailings()),
        _counted("mails", "Mails of mailings that are not over, by state.", "state", mails, DeliveryState),
        _one("settled_last_minute", "Mails sent or refused within a minute.", await delivery.settled_lately()),
        _one("letters_waiting", "Mails to one person each that wait.", letters.waiting),
        _one("letters_late", "Of them, those that have been due for more than a minute.", letters.late),
        _one("letters_oldest_seconds", "For how long the oldest of them has been due.", max(0, waited)),
        _one("runs", "Runs of workers that are alive.", await delivery.workers()),
        _one("unattended", "1 while mail is due and nobody works on it.", await delivery.unattended()),
        _counted("bounces_last_hour", "Mails that came back within an hour, by kind.", "kind", returned, BounceKind),
        Metric("server_resting", "1 while an outgoing server rests after trouble.", resting),
    ]


async def _beyond() -> list[Metric]:
    people = await people_queries.by_state()
    try:
        waiting = await asyncio.to_thread(jobs.waiting)
    except jobs.AWAY:
        waiting = {}
    return [
        _counted("subscribers", "Subscribers by state.", "state", people),
        _one("queue_reachable", "0 while the queue is away; mail waits then, and nothing is lost.", bool(waiting)),
        _counted("jobs_waiting", "Jobs in each queue.", "queue", waiting),
    ]


def _one(name: str, help: str, value: float) -> Metric:
    return Metric(name, help, [({}, value)])


def _counted(name: str, help: str, label: str, counts: Mapping[str, int], always: Iterable[str] = ()) -> Metric:
    """One sample for each key, and a zero for those of `always` that are missing."""
    keys = dict.fromkeys([*always, *counts])
    return Metric(name, help, [({label: key}, counts.get(key, 0)) for key in keys])


def _lines(metric: Metric) -> Iterator[str]:
    name = f"hundredfold_{metric.name}"
    yield f"# HELP {name} {metric.help}\n# TYPE {name} gauge\n"
    for labels, value in metric.samples:
        told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{'{' + told + '}' if told else ''} {float(value):.12g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
