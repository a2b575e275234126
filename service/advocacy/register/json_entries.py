"""The entries of a JSON file one after the other, each with the line on which it begins."""

import codecs
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from service.advocacy.register.found import LARGEST, NotARegister

_MOST_ENTRIES = 300_000
# What a value takes in memory is many times what it takes in the file.
_MOST_OBJECTS = 2_000_000
_MOST_VALUES = 4_000_000
_SPACE = re.compile(r"[ \t\r\n]*+")


class Item(msgspec.Struct, frozen=True, gc=False):
    """`name`: of the array or the object that it stands in, empty for an array that is the whole file."""

    name: str
    line: int
    value: Any


def entries(content: bytes, into: Collection[str] = ()) -> Iterator[Item]:
    """Of every array in the outermost object, and in the objects called as `into` says; what stands there that is no
    array is one entry. Raises NotARegister, at any time."""
    if len(content) > LARGEST:
        raise NotARegister(why=f"This file is larger than {LARGEST // 1_000_000} MB.")
    text = _text(content)
    if text.count("[") + text.count("{") > _MOST_OBJECTS or text.count(",") > _MOST_VALUES:
        raise NotARegister(why="This file has more parts than any register has.")
    return _Walk(text, frozenset(into)).all()


def outline(content: bytes) -> dict[str, Any]:
    """The names in the outermost object, each with its value or the first in its array; “” for an array that is the
    whole file. Raises NotARegister."""
    found: dict[str, Any] = {}
    for item in entries(content):
        found.setdefault(item.name, item.value)
    return found


def _text(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise NotARegister(why=f"Letters in line {line} of this file cannot be read; JSON is UTF-8.") from None


def _no_number(name: str) -> Any:
    raise ValueError(name)


class _Walk:
    _decoder = json.JSONDecoder(parse_constant=_no_number)

    def __init__(self, text: str, into: frozenset[str]) -> None:
        self._text = text
        self._into = into
        self._at = self._counted = self._entries = 0
        self._line = 1

    def all(self) -> Iterator[Item]:
        try:
            yield from self._value("", outermost=True)
            if self._next():
                raise ValueError
        except json.JSONDecodeError as problem:
            raise self._broken(problem.pos) from None
        except (ValueError, RecursionError):
            raise self._broken(self._at) from None

    def _value(self, name: str, outermost: bool = False) -> Iterator[Item]:
        sign = self._next()
        if sign == "[":
            yield from self._array(name)
        elif sign == "{" and (outermost or name in self._into):
            yield from self._object()
        else:
            yield self._item(name)

    def _array(self, name: str) -> Iterator[Item]:
        self._at += 1
        if self._next() == "]":
            self._at += 1
            return
        while True:
            self._next()
            yield self._item(name)
            if self._separator("]"):
                return

    def _object(self) -> Iterator[Item]:
        self._at += 1
        if self._next() == "}":
            self._at += 1
            return
        while True:
            if self._next() != '"':
                raise ValueError
            name = self._decoded()
            if self._next() != ":":
                raise ValueError
            self._at += 1
            yield from self._value(name)
            if self._separator("}"):
                return

    def _item(self, name: str) -> Item:
        self._entries += 1
        if self._entries > _MOST_ENTRIES:
            raise NotARegister(why="This file has more entries than any register has.")
        line = self._line_at(self._at)
        return Item(name, line, self._decoded())

    def _decoded(self) -> Any:
        value, self._at = self._decoder.raw_decode(self._text, self._at)
        return value

    def _separator(self, end: str) -> bool:
        """Whether the array or object ends here."""
        sign = self._next()
        if sign not in (",", end):
            raise ValueError
        self._at += 1
        return sign == end

    def _next(self) -> str:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
        return self._text[self._at : self._at + 1]

    def _line_at(self, place: int) -> int:
        self._line += self._text.count("\n", self._counted, place)
        self._counted = max(self._counted, place)
        return self._line

    def _broken(self, place: int) -> NotARegister:
        return NotARegister(why=f"The JSON of this file is broken in line {self._line_at(place)}.")
