"""Lists of declared names, some of which have a default: parameters, and the slots of blocks.

``[width, stride: 1]``, which YAML reads as a name and a mapping of one, or ``{stride: 1}``. A mapping may have an empty
value for a name without a default.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from layerwise.definition.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, is_empty


class Declared(NamedTuple):
    """A declared name."""

    name: str
    node: Node
    """The name itself, or the value whose key it is."""
    default: Node | None


def declared(node: Node | None) -> Iterator[Declared]:
    """Yield the names that a node declares, in order; what is no name is skipped."""
    if isinstance(node, MappingNode):
        for name, value in node.entries.items():
            yield Declared(name, value, None if is_empty(value) else value)
    elif isinstance(node, SequenceNode):
        for entry in node.items:
            if isinstance(entry, MappingNode):
                yield from declared(entry)
            elif isinstance(entry, ScalarNode) and isinstance(entry.value, str):
                yield Declared(entry.value, entry, None)


def is_declaration(node: Node | None) -> bool:
    """True where all entries are names or names with defaults."""
    if isinstance(node, SequenceNode):
        return all(
            isinstance(entry, MappingNode) or (isinstance(entry, ScalarNode) and isinstance(entry.value, str))
            for entry in node.items
        )
    return node is None or is_empty(node) or isinstance(node, MappingNode)


def duplicates(node: Node | None) -> Iterator[Declared]:
    """Yield the names that are declared again."""
    seen: set[str] = set()
    for entry in declared(node):
        if entry.name in seen:
            yield entry
        seen.add(entry.name)


def used_names(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the blocks that ``use`` names, each with its local name: one name, a list, or local names with theirs."""
    if isinstance(node, MappingNode):
        yield from node.entries.items()
    else:
        for name in node.items if isinstance(node, SequenceNode) else [node]:
            yield str(name.data), name
