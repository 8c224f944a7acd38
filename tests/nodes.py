"""Nodes for values that are not in a file."""

from __future__ import annotations

from typing import Any

from layerwise.definition.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, Source

SOURCE = Source("test.yml", "")


def node_of(data: Any) -> Node:
    """The node of a plain value, as if it stood at the start of a file."""
    match data:
        case dict():
            return MappingNode(SOURCE, (1, 1), None, {key: node_of(value) for key, value in data.items()})
        case list():
            return SequenceNode(SOURCE, (1, 1), None, [node_of(value) for value in data])
    return ScalarNode(SOURCE, (1, 1), None, data)
