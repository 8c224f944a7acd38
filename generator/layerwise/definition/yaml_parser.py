"""Parse the YAML of definitions into nodes.

A small and strict YAML: only ``true``, ``false``, ``null`` and decimal numbers are anything but text, so that ``no``,
``017``, ``1:30``, ``0x3`` and ``2012-09-30`` stay what was written. Duplicate keys, anchors, references, tags and
directives are mistakes, and so are characters that cannot be seen: two names that look alike would not be equal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from layerwise.core.errors import MAX_QUOTED, DefinitionError, Diagnostic
from layerwise.core.limits import KEY_CHARACTERS, LIST_ENTRIES, MAPPING_KEYS, NESTING, TEXT_CHARACTERS
from layerwise.definition.yaml_errors import complaint
from layerwise.definition.yaml_nodes import MappingNode, Node, Place, ScalarNode, SequenceNode, Source, plain

_PARSER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff"  # controls, ends of lines
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    r"\ufff9-\ufffb\U000e0000-\U000e0fff]"  # what cannot be seen
    r"|\r(?!\n)"
)
"""Characters that no definition has."""
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*%")
"""A directive in front of everything but comments."""


def read(text: str, file: str) -> Node:
    """Read one document. Raises ``DefinitionError`` with the place where it is not well formed."""
    text = text.removeprefix("\ufeff")
    if forbidden := _FORBIDDEN.search(text):
        raise DefinitionError([Diagnostic(file, *place_of(text, forbidden.start()), _forbidden(forbidden[0]))])
    text = text.replace("\r\n", "\n")
    if directive := _DIRECTIVE.match(text):
        message = "directives like %YAML and %TAG are not allowed"
        raise DefinitionError([Diagnostic(file, *place_of(text, directive.end() - 1), message)])
    source = Source(file, text)
    try:
        return _Builder(source, yaml.parse(text, Loader=_PARSER)).document()
    except yaml.MarkedYAMLError as error:
        raise DefinitionError([Diagnostic(file, *complaint(error, text))]) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # a character beyond Unicode is a ValueError
        raise DefinitionError([Diagnostic(file, 1, 1, f"invalid YAML: {error}".splitlines()[0])]) from None


def place_of(text: str, index: int) -> Place:
    """Line and column of a character, as editors count them: lines end with LF or CRLF."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _forbidden(character: str) -> str:
    if character == "\r":
        return "carriage return (U+000D) without a line feed; end lines with LF or CRLF"
    name = unicodedata.name(character, "")
    return f"the character U+{ord(character):04X}{f' ({name})' if name else ''} is not allowed; delete it"


def _start(event: Any) -> Place:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1


class _Builder:
    """Builds nodes from the parser's events; stops at the first error."""

    def __init__(self, source: Source, events: Iterator[Any]) -> None:
        self.source = source
        self.events = events

    def document(self) -> Node:
        next(self.events)  # the start of the stream
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return ScalarNode(self.source, (1, 1), None, None)
        root = self.node(next(self.events), None, 0)
        next(self.events)  # the end of the document
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            self.fail(event, "a file can have only one YAML document")
        return root

    def fail(self, event: Any, message: str) -> NoReturn:
        raise DefinitionError([Diagnostic(self.source.file, *_start(event), message)])

    def node(self, event: Any, key_place: Place | None, depth: int) -> Node:
        if depth > NESTING:
            self.fail(event, f"nested too deeply; definitions nest at most {NESTING} levels deep")
        if isinstance(event, yaml.AliasEvent):
            message = f"aliases like *{_short(str(event.anchor))} are not allowed; use blocks and parameters"
            self.fail(event, message)
        self.check(event)
        if isinstance(event, yaml.MappingStartEvent):
            return MappingNode(self.source, _start(event), key_place, self.entries(depth))
        if isinstance(event, yaml.SequenceStartEvent):
            return SequenceNode(self.source, _start(event), key_place, self.items(depth))
        if event.style:
            return ScalarNode(self.source, _start(event), key_place, event.value)
        place = _start(event) if event.value or not key_place else key_place  # parsers differ in where nothing is
        return ScalarNode(self.source, place, key_place, plain(event.value))

    def check(self, event: Any) -> None:
        """Refuse what YAML has and definitions have not."""
        if event.anchor is not None:
            message = f"anchors like &{_short(event.anchor)} are not allowed; use blocks and parameters"
            self.fail(event, message)
        if event.tag is not None:
            self.fail(event, f"tags like {_short(event.tag)} are not allowed")
        if isinstance(event, yaml.ScalarEvent):
            value: str = event.value
            if not (value.isascii() and value.isprintable()) and (found := _FORBIDDEN.search(value)):
                self.fail(event, _forbidden(found[0]))
            if len(value) > TEXT_CHARACTERS:
                self.fail(event, f"string too long; a string has at most {TEXT_CHARACTERS:,} characters")

    def entries(self, depth: int) -> dict[str, Node]:
        result: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event)
            if key in result:
                self.duplicate(event, key, result[key])
            result[key] = self.node(next(self.events), _start(event), depth + 1)
            if len(result) > MAPPING_KEYS:
                self.fail(event, f"too many keys; a mapping has at most {MAPPING_KEYS:,}")
        return result

    def key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self.fail(event, "a key must be a string")
        self.check(event)
        key: str = event.value
        if len(key) > KEY_CHARACTERS:
            self.fail(event, f"key too long; a key has at most {KEY_CHARACTERS:,} characters")
        return key

    def duplicate(self, event: Any, key: str, first: Node) -> NoReturn:
        assert first.key_place is not None  # it is the value of a key
        message = f"duplicate key {key!r}; first used in line {first.key_place[0]}"
        hint = first.comma_hint()
        self.fail(event, f"{message}; {hint}" if hint else message)

    def items(self, depth: int) -> list[Node]:
        result: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self.node(event, None, depth + 1))
            if len(result) > LIST_ENTRIES:
                self.fail(event, f"too many entries; a list has at most {LIST_ENTRIES:,}")
        return result


def _short(name: str) -> str:
    """A name as an error repeats it."""
    return name if len(name) <= MAX_QUOTED else f"{name[:MAX_QUOTED]}…"
