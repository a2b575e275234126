"""The letters of one run, written ahead of their turn."""

from service.delivery.letter import Letter
from service.delivery.letters import Letters
from service.delivery.waiting import Line, Waiting

# So many letters of a mailing are written in one go: a processor that stays with one thing does it in half the time.
AHEAD = 24


class Writing:
    """Writes the letters of those in `line`, several at once where they are `alike`."""

    def __init__(self, letters: Letters, line: Line, alike: bool) -> None:
        self._letters = letters
        self._line = line
        self._alike = alike
        # By row: the letter, or why it could not be written.
        self._written: dict[int, Letter | Exception] = {}

    async def letter(self, waiting: Waiting) -> Letter | Exception:
        if (written := self._written.pop(waiting.row["id"], None)) is not None:
            return written
        if self._alike:
            for other in self._line.soon(AHEAD):
                if other.row["id"] not in self._written:
                    self._written[other.row["id"]] = await self._write(other)
        return await self._write(waiting)

    def put_back(self, waiting: Waiting, letter: Letter | Exception) -> None:
        """Its turn comes later."""
        self._written[waiting.row["id"]] = letter

    def forget(self, id: int) -> None:
        self._written.pop(id, None)

    async def _write(self, waiting: Waiting) -> Letter | Exception:
        try:
            return await self._letters.write(waiting.row, waiting.address)
        except Exception as error:
            return error
