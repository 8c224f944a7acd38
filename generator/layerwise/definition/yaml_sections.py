"""Parse a definition again after an edit: only the sections that changed.

A section is a key at the beginning of a line with its value, such as ``layers`` or ``claims``. Scanning YAML takes half
of the time of an edit, and an edit changes one section.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from layerwise.core.errors import DefinitionError
from layerwise.core.limits import MAPPING_KEYS
from layerwise.definition.yaml_nodes import MappingNode, Node, Source
from layerwise.definition.yaml_parser import read

_KEY = re.compile(r"^(?=[A-Za-z_]\w*:(?:[ \n]|\Z))", re.MULTILINE | re.ASCII)
"""The beginning of a section."""
_HEAD = re.compile(r"(?:[ ]*(?:#[^\n]*)?\n)*")
"""Comments and empty lines before the first section."""
_UNUSUAL = re.compile(r"\r|\ufeff|^(?:---|\.\.\.)", re.MULTILINE)
"""Ends of lines and marks of documents that need the whole file."""


@dataclass(slots=True)
class _Section:
    """A parsed section, and the number of lines before it."""

    key: str
    value: Node
    above: int = 0


class Sections:
    """The sections of the last definition that was read, by their text."""

    def __init__(self) -> None:
        self._known: dict[str, _Section] = {}

    def read(self, text: str, file: str) -> Node:
        """Parse a definition as ``yaml_parser.read`` does. Raises ``DefinitionError`` at the first error.

        The nodes of sections that did not change are those of the last definition, moved to their new lines.
        """
        root = self._assembled(text, file)
        return read(text, file) if root is None else root

    def _assembled(self, text: str, file: str) -> MappingNode | None:
        """The definition made of its sections; None if only the whole file shows what is in it."""
        starts = [found.start() for found in _KEY.finditer(text)]
        if not starts or len(starts) > MAPPING_KEYS or _UNUSUAL.search(text) or not _HEAD.fullmatch(text, 0, starts[0]):
            return None
        try:
            pieces = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
            known = {piece: self._known.get(piece) or _parsed(piece, file) for piece in pieces}
        except (DefinitionError, _SeveralKeys):
            return None
        entries = {section.key: section.value for section in known.values()}
        if len(entries) < len(pieces):
            return None  # duplicate keys
        self._known = known
        source, above = Source(file, text), text.count("\n", 0, starts[0])
        root = MappingNode(source, (above + 1, 1), None, entries)
        for piece, section in known.items():
            _move(section, above, source)
            above += piece.count("\n")
        return root


class _SeveralKeys(Exception):  # noqa: N818 - it is no error
    """A section has more than its own key, or none."""


def _parsed(piece: str, file: str) -> _Section:
    root = read(piece, file)
    if not isinstance(root, MappingNode) or len(root.entries) != 1:
        raise _SeveralKeys
    ((key, value),) = root.entries.items()
    return _Section(key, value)


def _move(section: _Section, above: int, source: Source) -> None:
    """Move the nodes of a section to their lines in a file."""
    by, section.above = above - section.above, above
    for node in section.value.walk():
        node.source = source
        if by:
            node.place = node.place[0] + by, node.place[1]
            if node.key_place:
                node.key_place = node.key_place[0] + by, node.key_place[1]
