"""The entries of an XML file one after the other, each with the line on which it begins.

Nothing is resolved or fetched: no entities of the file's own, no DTD beside it.
"""

from collections.abc import Iterator
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

from service.advocacy.register.found import LARGEST, NotARegister

_MOST_ENTRIES = 100_000
_DEEPEST = 20
_MOST_PARTS = 20_000
_MOST_PARTS_IN_ALL = 3_000_000
# A part that does not end in its piece is gone over again with every further one: few large ones.
_PIECE = 1 << 22


class Node:
    __slots__ = ("line", "name", "parts", "pieces", "unknown")

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.parts: list[Node] = []
        self.pieces: list[str] = []
        # Of a whole entry: an abbreviation in it that only the DTD could explain.
        self.unknown = ""

    def text(self, name: str) -> str:
        """Of its first part of that name; empty where there is none."""
        return next(("".join(part.pieces).strip() for part in self.parts if part.name == name), "")

    def all(self, *path: str) -> list["Node"]:
        found = [self]
        for name in path:
            found = [part for node in found for part in node.parts if part.name == name]
        return found


def entries(content: bytes, name: str) -> Iterator[Node]:
    """Those of that name straight below the root. Raises NotARegister, at any time."""
    if len(content) > LARGEST:
        raise NotARegister(why=f"This file is larger than {LARGEST // 1_000_000} MB.")
    growing = _Growing(name)
    for start in range(0, len(content), _PIECE):
        growing.feed(content[start : start + _PIECE], last=start + _PIECE >= len(content))
        yield from growing.grown
        growing.grown.clear()


def root(content: bytes) -> str:
    """The name of the outermost element. Raises NotARegister where there is none."""
    growing = _Growing("")
    try:
        growing.feed(content[:_PIECE], last=len(content) <= _PIECE)
    except NotARegister:
        if not growing.root:
            raise
    return growing.root


class _Growing:
    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = self._parts = self._all_parts = self._count = 0
        self._open: list[Node] = []
        self.grown: list[Node] = []
        self.root = ""
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.SkippedEntityHandler = self._skipped
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._say

    def feed(self, piece: bytes, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except ExpatError as problem:
            why = f"The XML of this file is broken in line {problem.lineno}: {ErrorString(problem.code)}."
            raise NotARegister(why=why) from None
        except (LookupError, ValueError):
            raise NotARegister(why="This file is written in an encoding that is not read here.") from None

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:
        if has_subset:
            self._refuse("This file defines entities or elements of its own; no register needs that.")

    def _entity(self, *_declared: object) -> None:
        self._refuse("This file defines entities of its own; no register needs that.")

    def _skipped(self, name: str, _is_parameter: bool) -> None:
        if self._open:
            self._open[0].unknown = name

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        self.root = self.root or name
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse(f"Line {self._parser.CurrentLineNumber} is nested deeper than any register is.")
        if self._open or (self._depth == 2 and name == self._name):
            self._grow(name)

    def _grow(self, name: str) -> None:
        node = Node(name, self._parser.CurrentLineNumber)
        if self._open:
            self._open[-1].parts.append(node)
        else:
            self._parts, self._count = 0, self._count + 1
        self._open.append(node)
        self._parts += 1
        self._all_parts += 1
        if self._parts > _MOST_PARTS or self._all_parts > _MOST_PARTS_IN_ALL or self._count > _MOST_ENTRIES:
            self._refuse(f"Line {node.line} has more parts, or the file more entries, than any register has.")

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._open:
            node = self._open.pop()
            if not self._open:
                self.grown.append(node)

    def _say(self, text: str) -> None:
        if self._open:
            self._open[-1].pieces.append(text)

    def _refuse(self, why: str) -> None:
        raise NotARegister(why=why)
