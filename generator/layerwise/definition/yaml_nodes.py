"""The values of a definition, each with the line and column where it is written.

A node is a scalar, a sequence or a mapping. It makes the diagnostics about itself, so no other code has to know places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from layerwise.core.errors import Diagnostic, quoted
from layerwise.core.limits import DIGITS

Place = tuple[int, int]
"""Line and column, counted from 1."""

COMMA = "a comma ends a value here; put a string in quotes, put a list in brackets, or write a number without it"
_CUT = re.compile(r"[^][{}:,\"'#]+[,}]")
"""A key within braces that has no colon."""
_INTEGER = re.compile(rf"0|-?[1-9][0-9]{{0,{DIGITS - 1}}}")
_DECIMAL = re.compile(rf"-?(0|[1-9][0-9]{{0,{DIGITS - 1}}})\.[0-9]{{1,{DIGITS}}}")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_PLAIN = re.compile(r"[-.\w~]+")
"""A number, truth value or null as it is typed."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file that nodes come from."""

    file: str
    text: str

    def rest_of_line(self, place: Place) -> str:
        """The characters from a place to the end of its line."""
        line, column = place
        return self.text.split("\n")[line - 1][column - 1 :]


@dataclass(slots=True, eq=False)
class Node:
    """A value in its place."""

    source: Source
    place: Place
    key_place: Place | None
    """The place of its key, for a value of a mapping."""

    @property
    def data(self) -> Any:
        """The plain value: a scalar, a list or a dictionary."""
        raise NotImplementedError

    @property
    def line(self) -> int:
        """The line of the value."""
        return self.place[0]

    def error(self, message: str) -> Diagnostic:
        """Return a diagnostic at the value."""
        return Diagnostic(self.source.file, *self.place, message)

    def key_error(self, message: str) -> Diagnostic:
        """Return a diagnostic at the key, or at the value where it has no key."""
        return Diagnostic(self.source.file, *(self.key_place or self.place), message)

    def get(self, key: str | int) -> Node | None:
        """Return the node of a key or an index, if there is one."""
        return None

    def at(self, *path: str | int) -> Node:
        """Return the node at a path of keys and indexes, or the closest one around it that exists."""
        node: Node = self
        for key in path:
            inner = node.get(key)
            if inner is None:
                break
            node = inner
        return node

    def walk(self) -> Iterator[Node]:
        """Yield this node and every node inside it, in the order of the file."""
        yield self

    def comma_hint(self) -> str | None:
        """Explain a key without a colon: within braces a comma cuts ``1,248`` and ``a, b`` in two."""
        return COMMA if self.key_place and _CUT.match(self.source.rest_of_line(self.key_place)) else None

    def quoted(self, value: Any) -> str:
        """Quote the value that was given instead of a string; a number or truth value as it is typed.

        ``1.10`` is the number 1.1, so no string made of that number is sure to be the one that was meant.
        """
        typed = _PLAIN.match(self.source.rest_of_line(self.place))
        if typed is None or isinstance(value, str) or repr(plain(typed[0])) != repr(value):
            return quoted(value)
        return f"{typed[0]}; put it in quotes"


@dataclass(slots=True, eq=False)
class ScalarNode(Node):
    """A string, number, truth value or null."""

    value: str | int | float | bool | None

    @property
    def data(self) -> Any:
        """The plain value."""
        return self.value


@dataclass(slots=True, eq=False)
class SequenceNode(Node):
    """A list."""

    items: list[Node]

    @property
    def data(self) -> list[Any]:
        """The plain list."""
        return [item.data for item in self.items]

    def get(self, key: str | int) -> Node | None:
        """Return the node at an index, if there is one."""
        return self.items[key] if isinstance(key, int) and key < len(self.items) else None

    def walk(self) -> Iterator[Node]:
        """Yield this node and every node inside it."""
        yield self
        for item in self.items:
            yield from item.walk()


@dataclass(slots=True, eq=False)
class MappingNode(Node):
    """A dictionary; its keys are strings."""

    entries: dict[str, Node]

    @property
    def data(self) -> dict[str, Any]:
        """The plain dictionary."""
        return {key: node.data for key, node in self.entries.items()}

    def get(self, key: str | int) -> Node | None:
        """Return the node of a key, if there is one."""
        return self.entries.get(key) if isinstance(key, str) else None

    def walk(self) -> Iterator[Node]:
        """Yield this node and every node inside it."""
        yield self
        for node in self.entries.values():
            yield from node.walk()


def entries_of(node: Node | None) -> dict[str, Node]:
    """The entries of a mapping; none where it is missing or no mapping."""
    return node.entries if isinstance(node, MappingNode) else {}


def is_empty(node: Node | None) -> bool:
    """True where a value is missing or null."""
    return node is None or (isinstance(node, ScalarNode) and node.value is None)


def is_blank(node: Node) -> bool:
    """True where a value is null or has nothing in it."""
    if isinstance(node, SequenceNode):
        return not node.items
    return not (node.entries if isinstance(node, MappingNode) else node.data)


def plain(text: str) -> str | int | float | bool | None:
    """The value of a scalar without quotes: only true, false, null and decimal numbers are not strings."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
