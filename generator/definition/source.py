"""YAML with places: plain values, and for each of them the line and column it was written at.

A small and strict YAML: only ``true``, ``false``, ``null`` and decimal numbers are anything but text, so that ``no``,
``017``, ``1:30``, ``0x3`` and ``2012-09-30`` stay what was written. Duplicate keys, anchors and tags are mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from generator.errors import DefinitionError, Mistake

Path = tuple[str | int, ...]
"""Where a value is in a document: keys and indices from the top."""

DEEPEST = 40
"""How far a document may nest."""

_PARSER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML excludes: control characters and lone surrogates."""
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Source:
    """A document that was read: its values, and the places of its values and keys."""

    file: str
    text: str
    data: Any
    values: dict[Path, tuple[int, int]]
    keys: dict[Path, tuple[int, int]]

    def mistake(self, path: Path, message: str, *, key: bool = False) -> Mistake:
        """A mistake at a value or, with ``key``, at its key; at what is around it where that has no place."""
        place = self.keys.get(path) if key else None
        while path and path not in self.values:
            path = path[:-1]
        line, column = place or self.values.get(path, (1, 1))
        return Mistake(self.file, line, column, message)


def read(text: str, file: str) -> Source:
    """Read one document. Raises ``DefinitionError`` with the place where it is not well formed."""
    source = Source(file, text, None, {}, {})
    if forbidden := _FORBIDDEN.search(text):
        raise DefinitionError([_forbidden(file, text, forbidden)])
    try:
        events = yaml.parse(text, Loader=_PARSER)
        data = _Builder(source, events).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise DefinitionError([Mistake(file, line, column, error.problem or "not well-formed YAML")]) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # a character beyond Unicode is a ValueError
        raise DefinitionError([Mistake(file, 1, 1, f"not well-formed YAML: {error}".splitlines()[0])]) from None
    return Source(file, text, data, source.values, source.keys)


def _forbidden(file: str, text: str, found: re.Match[str]) -> Mistake:
    """The mistake of a character that YAML excludes."""
    before = text[: found.start()]
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Mistake(file, before.count("\n") + 1, column, f"the character U+{ord(found[0]):04X} is not part of YAML")


class _Builder:
    """Builds values from the parser's events and notes their places; stops at the first mistake."""

    def __init__(self, source: Source, events: Iterator[Any]) -> None:
        self.source = source
        self.events = events

    def document(self) -> Any:
        next(self.events)  # the start of the stream
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return None
        data = self.value(next(self.events), ())
        next(self.events)  # the end of the document
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            self.fail(event, "a file holds one document")
        return data

    def fail(self, event: Any, message: str) -> None:
        mark = event.start_mark
        raise DefinitionError([Mistake(self.source.file, mark.line + 1, mark.column + 1, message)])

    def value(self, event: Any, path: Path) -> Any:
        if len(path) > DEEPEST:
            self.fail(event, f"definitions nest at most {DEEPEST} levels deep")
        if isinstance(event, yaml.AliasEvent):
            self.fail(event, f"references like *{event.anchor} are not part of definitions; blocks and parameters are")
        self.check(event)
        self.source.values[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return event.value if event.style else plain(event.value)

    def check(self, event: Any) -> None:
        """Refuse what YAML has and definitions have not."""
        if event.anchor is not None:
            self.fail(event, f"anchors like &{event.anchor} are not part of definitions; blocks and parameters are")
        if event.tag is not None:
            self.fail(event, f"tags like {event.tag} are not part of definitions")
        if isinstance(event, yaml.ScalarEvent) and (found := _FORBIDDEN.search(event.value)):
            self.fail(event, f"the character U+{ord(found[0]):04X} is not part of definitions")

    def mapping(self, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.fail(event, "a key must be a plain word")
            self.check(event)
            key = event.value
            if key in result:
                line, _ = self.source.keys[*path, key]
                self.fail(event, f"{key!r} is given twice, first in line {line}")
            self.source.keys[*path, key] = (event.start_mark.line + 1, event.start_mark.column + 1)
            value = next(self.events)
            result[key] = self.value(value, (*path, key))
            if isinstance(value, yaml.ScalarEvent) and not value.value and not value.style:
                self.source.values[*path, key] = self.source.keys[*path, key]  # parsers differ in where nothing is
        return result

    def sequence(self, path: Path) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self.value(event, (*path, len(result))))
        return result


def plain(text: str) -> Any:
    """The value of a scalar written without quotes."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
