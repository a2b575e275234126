"""What a reader could not read, as it goes: the first thousand are told, the others counted."""

from collections.abc import Callable
from typing import TypeVar

from service.advocacy.register.found import Unread
from service.advocacy.register.values import Unreadable
from service.kit.i18n import Sentence

MOST_TOLD = 1000
T = TypeVar("T")


class Telling:
    def __init__(self) -> None:
        self._told: list[Unread] = []
        self._more = 0

    def add(self, line: int, why: Sentence, file: str = "") -> None:
        if len(self._told) < MOST_TOLD:
            self._told.append(Unread(line, why, file))
        else:
            self._more += 1

    def all(self) -> tuple[Unread, ...]:
        if not self._more:
            return tuple(self._told)
        return (*self._told, Unread(0, Sentence("{count} more could not be read.", count=self._more)))


class Entry:
    """One entry of a file. `who`: how it is called, once that is known."""

    def __init__(self, telling: Telling, line: int, file: str = "") -> None:
        self._telling = telling
        self.line = line
        self.file = file
        self.who = ""
        self._told: set[str] = set()

    def tell(self, why: Sentence) -> None:
        """Once, also where the same value is read for several ends."""
        said = Sentence("{who}: {why}", who=self.who, why=why) if self.who else why
        if str(said) not in self._told:
            self._told.add(str(said))
            self._telling.add(self.line, said, self.file)

    def read(self, read: Callable[[], T], otherwise: T) -> T:
        """What `read` gives; where it cannot be read that is told, and it is as if it were not said."""
        try:
            return read()
        except Unreadable as problem:
            self.tell(problem.told)
            return otherwise
