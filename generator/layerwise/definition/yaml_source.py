"""YAML with places: plain values, and for each of them the line and column it was written at.

A small and strict YAML: only ``true``, ``false``, ``null`` and decimal numbers are anything but text, so that ``no``,
``017``, ``1:30``, ``0x3`` and ``2012-09-30`` stay what was written. Duplicate keys, anchors, references, tags and
directives are mistakes, and so are characters that cannot be seen: two names that look alike would not be equal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from layerwise.core.errors import MAX_QUOTED, DefinitionError, Diagnostic, quoted
from layerwise.core.limits import DIGITS, KEY_CHARACTERS, LIST_ENTRIES, MAPPING_KEYS, NESTING, TEXT_CHARACTERS
from layerwise.definition.yaml_errors import complaint

Path = tuple[str | int, ...]
"""Where a value is in a document: keys and indices from the top."""

_PARSER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_INTEGER = re.compile(rf"0|-?[1-9][0-9]{{0,{DIGITS - 1}}}")
_DECIMAL = re.compile(rf"-?(0|[1-9][0-9]{{0,{DIGITS - 1}}})\.[0-9]{{1,{DIGITS}}}")
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff"  # controls, ends of lines
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    r"\ufff9-\ufffb\U000e0000-\U000e0fff]"  # what cannot be seen
    r"|\r(?!\n)"
)
"""Characters that no definition has."""
_WORD = re.compile(r"[-.\w~]+")
"""What numbers, truth values and null look like."""
_CUT = re.compile(r"[^][{}:,\"'#]+[,}]")
"""A key within braces that has no colon."""
COMMA = "a comma ends a value here: a text with one needs quotes, a list brackets, and a number has none"
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*%")
"""A directive in front of everything but comments."""
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Source:
    """A document that was read: its values, and the places of its values and keys."""

    file: str
    text: str
    data: Any
    values: dict[Path, tuple[int, int]]
    keys: dict[Path, tuple[int, int]]

    def diagnostic(self, path: Path, message: str, *, key: bool = False) -> Diagnostic:
        """A mistake at a value or, with ``key``, at its key; at what is around it where that has no place."""
        place = self.keys.get(path) if key else None
        while path and path not in self.values:
            path = path[:-1]
        line, column = place or self.values.get(path, (1, 1))
        return Diagnostic(self.file, line, column, message)

    def comma_hint(self, path: Path) -> str | None:
        """What to do about a key without a colon: within braces a comma cuts ``1,248`` and ``a, b`` in two."""
        line, column = self.keys.get(path, (1, 1))
        return COMMA if _CUT.match(self.text.split("\n")[line - 1], column - 1) else None

    def as_text(self, path: Path, value: Any) -> str:
        """What was given for a text, as an error repeats it: a number or truth value as it stands in the file.

        ``1.10`` is the number 1.1, and no text that could be made of it is sure to be the one that was meant.
        """
        while path not in self.values:
            path = path[:-1]
        line, column = self.values[path]
        written = _WORD.match(self.text.split("\n")[line - 1], column - 1)
        if written is None or isinstance(value, str) or repr(plain(written[0])) != repr(value):
            return quoted(value)
        return f"{written[0]}; put it in quotes"


def read(text: str, file: str) -> Source:
    """Read one document. Raises ``DefinitionError`` with the place where it is not well formed."""
    text = text.removeprefix("\ufeff")
    if forbidden := _FORBIDDEN.search(text):
        raise DefinitionError([Diagnostic(file, *place_of(text, forbidden.start()), _forbidden(forbidden[0]))])
    text = text.replace("\r\n", "\n")
    if directive := _DIRECTIVE.match(text):
        message = "directives like %YAML and %TAG are not part of definitions"
        raise DefinitionError([Diagnostic(file, *place_of(text, directive.end() - 1), message)])
    source = Source(file, text, None, {}, {})
    try:
        events = yaml.parse(text, Loader=_PARSER)
        data = _Builder(source, events).document()
    except yaml.MarkedYAMLError as error:
        raise DefinitionError([Diagnostic(file, *complaint(error, text))]) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # a character beyond Unicode is a ValueError
        raise DefinitionError([Diagnostic(file, 1, 1, f"not well-formed YAML: {error}".splitlines()[0])]) from None
    return Source(file, text, data, source.values, source.keys)


def place_of(text: str, index: int) -> tuple[int, int]:
    """Line and column of a character, as editors count them: lines end with LF or CRLF."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _forbidden(character: str) -> str:
    if character == "\r":
        return "a lone carriage return (U+000D) ends no line here; end lines with LF or CRLF"
    name = unicodedata.name(character, "")
    return f"the character U+{ord(character):04X}{f' ({name})' if name else ''} is not part of definitions; delete it"


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
        raise DefinitionError([Diagnostic(self.source.file, mark.line + 1, mark.column + 1, message)])

    def value(self, event: Any, path: Path) -> Any:
        if len(path) > NESTING:
            self.fail(event, f"definitions nest at most {NESTING} levels deep")
        if isinstance(event, yaml.AliasEvent):
            message = (
                f"references like *{_short(str(event.anchor))} are not part of definitions; blocks and parameters are"
            )
            self.fail(event, message)
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
            message = f"anchors like &{_short(event.anchor)} are not part of definitions; blocks and parameters are"
            self.fail(event, message)
        if event.tag is not None:
            self.fail(event, f"tags like {_short(event.tag)} are not part of definitions")
        if isinstance(event, yaml.ScalarEvent):
            value: str = event.value
            if not (value.isascii() and value.isprintable()) and (found := _FORBIDDEN.search(value)):
                self.fail(event, _forbidden(found[0]))
            if len(value) > TEXT_CHARACTERS:
                self.fail(event, f"a text has at most {TEXT_CHARACTERS:,} characters")

    def mapping(self, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.fail(event, "a key must be a plain word")
            self.check(event)
            key = event.value
            if len(key) > KEY_CHARACTERS:
                self.fail(event, f"a key has at most {KEY_CHARACTERS:,} characters")
            if key in result:
                line, _ = self.source.keys[*path, key]
                hint = self.source.comma_hint((*path, key))
                self.fail(event, f"{key!r} is given twice, first in line {line}" + (f"; {hint}" if hint else ""))
            self.source.keys[*path, key] = (event.start_mark.line + 1, event.start_mark.column + 1)
            value = next(self.events)
            result[key] = self.value(value, (*path, key))
            if isinstance(value, yaml.ScalarEvent) and not value.value and not value.style:
                self.source.values[*path, key] = self.source.keys[*path, key]  # parsers differ in where nothing is
            if len(result) > MAPPING_KEYS:
                self.fail(event, f"a mapping has at most {MAPPING_KEYS:,} keys")
        return result

    def sequence(self, path: Path) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self.value(event, (*path, len(result))))
            if len(result) > LIST_ENTRIES:
                self.fail(event, f"a list has at most {LIST_ENTRIES:,} entries")
        return result


def _short(name: str) -> str:
    """A name as an error repeats it."""
    return name if len(name) <= MAX_QUOTED else f"{name[:MAX_QUOTED]}…"


def plain(text: str) -> Any:
    """The value of a scalar written without quotes."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
