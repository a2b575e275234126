"""What must be free before a mail leaves: a place at a server, and one of the day's mails of the sender's domain."""

from contextlib import suppress
from datetime import datetime

from service.delivery import bounds, warmup
from service.delivery.bounds import Bounds
from service.delivery.quota import Ration
from service.delivery.relay import NoWayOut, Place, Relay
from service.delivery.waiting import Line
from service.kit import db
from service.kit.formats import filters
from service.organisation import queries as organisations

# Mails to one person are counted in a warm-up and never wait for it.
_AS_MANY_AS_THERE_ARE = 2_000_000_000


class Passage:
    """The way out of one run, which keeps to what all workers together may do."""

    def __init__(self, way: Relay, line: Line, domain: str, for_campaigns: bool) -> None:
        self._way = way
        self._line = line
        self._domain = domain
        self._for_campaigns = for_campaigns
        self._ration: Ration | None = None

    async def __aenter__(self) -> "Passage":
        self._way.runs += 1
        try:
            found = await self._look()
        except BaseException:
            self._way.runs -= 1
            raise
        if began_at := found.warming.get(self._domain):
            most = warmup.most_of(began_at) if self._for_campaigns else _AS_MANY_AS_THERE_ARE
            self._ration = Ration(warmup.quota_name(self._domain), most) if most else None
        return self

    async def __aexit__(self, *error: object) -> None:
        """Gives back what was reserved and not used."""
        self._way.runs -= 1
        with suppress(*db.AWAY):
            await self._way.rest()
            if self._ration:
                await self._ration.give_back()

    async def look(self) -> None:
        """Again and again: what the others learned, and how many they are."""
        with suppress(*db.FAILED):
            await self._look()

    def enter(self) -> Place | None:
        """A place at a server for one mail; None when something is missing now. Raises NoWayOut."""
        if self._ration and not self._ration.left:
            return None
        place = self._way.enter()
        if place and self._ration:
            self._ration.take()
        return place

    def goes_on(self, place: Place) -> bool:
        """Whether the next mail may be opened ahead there; while a domain is warmed up there is no hurry."""
        return self._ration is None and self._way.goes_on(place)

    def leave(self, place: Place) -> None:
        """Gives back one that was not used."""
        self._way.leave(place, unused=True)
        if self._ration:
            self._ration.put_back()

    async def provide(self) -> None:
        """Reserves what is missing, or waits for a moment. Raises NoWayOut."""
        if self._ration and not self._ration.left:
            if not (granted := await self._ration.more()).count:
                raise await self._used_up(self._ration, granted.again_at)
        else:
            await self._way.provide()

    async def _look(self) -> Bounds:
        found = await bounds.read()
        runs = found.runs if self._for_campaigns else found.transactional
        self._way.share(runs)
        self._line.look_again(runs)
        return found

    async def _used_up(self, ration: Ration, again_at: datetime) -> NoWayOut:
        local, number = (filters("en")[name] for name in ("local", "number"))
        if standing := await warmup.standing(self._domain):
            again_at = min(again_at, standing.next_day_at)
        moment = local(again_at, (await organisations.required()).timezone)
        words = f"{self._domain} is being warmed up and sends {number(ration.most)} mails a day for now"
        return NoWayOut(f"{words}; it goes on by itself at about {moment}.", lasting=False)
