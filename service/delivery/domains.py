"""What this process knows of the recipients' domains: how soon they answer, and what they were learned to bear."""

import time
from collections.abc import Callable, Mapping

from service.delivery.pace import Of, Pace
from service.delivery.slowing import Limit

# So many times the usual answer time, and at least so many seconds: then a domain gets no further lanes …
HESITANT = (4.0, 0.03)
# … and then what waits for it may be put off.
SLOW = (8.0, 0.5)
_COUNT_SECONDS = 10.0
_MOST = 20_000


class Domain:
    """One domain. `seconds`: its answer time of late, 0 before the first answer."""

    __slots__ = ("_counted_from", "_sent", "id", "limit", "pace", "put_off_until", "seconds")

    def __init__(self, id: int | None, now: float) -> None:
        self.id = id
        self.seconds = 0.0
        self.limit: Limit | None = None
        self.pace: Pace | None = None
        # Until when (clock.now) its slots are given to mails that were put off.
        self.put_off_until: float = 0.0
        self._sent = 0
        self._counted_from = now

    def answered(self, seconds: float, sent: bool, now: float) -> None:
        self.seconds += (seconds - self.seconds) / 8 if self.seconds else seconds
        if now - self._counted_from > _COUNT_SECONDS:
            self._sent, self._counted_from = 0, now
        self._sent += sent

    def sent_per_second(self, now: float) -> float:
        return self._sent / max(1.0, now - self._counted_from)

    def bound(self, limit: Limit | None) -> None:
        """What it was learned to bear; None for as much as there is."""
        rate = limit.per_second if limit else None
        if rate != (self.limit.per_second if self.limit else None):
            self.pace = Pace(Of.DOMAIN, self.id, rate) if self.id is not None and rate else None
        self.limit = limit


class Domains:
    """All of them, and how soon an answer comes as a rule (the running median)."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.now = monotonic
        self.usual = 0.0
        self._known: dict[int | None, Domain] = {}
        self._limits: Mapping[int, Limit] = {}

    def get(self, id: int | None) -> Domain:
        domain = self._known.get(id)
        if domain is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            domain = self._known[id] = Domain(id, self.now())
            if id is not None:
                domain.bound(self._limits.get(id))
        return domain

    def answered(self, domain: Domain, seconds: float, sent: bool) -> None:
        self.usual = self.usual * (1.02 if seconds > self.usual else 0.98) if self.usual else seconds
        domain.answered(seconds, sent, self.now())

    def is_quick(self, domain: Domain, age: float) -> bool:
        """Whether it answers about as soon as the others; `age`: for how long it has owed us an answer."""
        return domain.seconds > 0 and not self.lags(domain) and age < self._patience()

    def lags(self, domain: Domain) -> bool:
        """Whether it has taken much longer than the others of late."""
        return domain.seconds >= self._patience()

    def is_slow(self, domain: Domain, age: float) -> bool:
        times, least = SLOW
        return max(domain.seconds, age) > max(least, times * self.usual)

    def _patience(self) -> float:
        times, least = HESITANT
        return max(least, times * self.usual)

    def bound(self, limits: Mapping[int, Limit]) -> None:
        """What all domains are learned to bear now."""
        changed = self._limits.items() ^ limits.items()
        self._limits = limits
        for id in {id for id, _limit in changed}:
            if id in self._known:
                self._known[id].bound(limits.get(id))

    def forget(self) -> None:
        """After a change of the database under this process (tests)."""
        self.usual = 0.0
        self._known.clear()
        self._limits = {}


everywhere = Domains()
