"""Global response normalization: the norm of each channel over the map, divided by the mean norm."""

from __future__ import annotations

from layerwise.importing.graph import Graph
from layerwise.importing.trace import Node

REACH = 8
"""Operations between the norm and the sum at the end."""


def global_response_norm(graph: Graph) -> None:
    """Find the sum of a value and its product with its own norms, scaled and shifted for each channel."""
    for node in graph:
        if node.op != "linalg_vector_norm" or len(node.inputs) != 1 or len(node.attributes.get("dim", [])) != 2:
            continue
        source = node.inputs[0]
        end = _sum(graph, node, source)
        if end is not None:
            end.tensors = {}
            graph.become(end, "global_response_norm", [source], {}, "global response normalization")


def _sum(graph: Graph, node: Node, source: str) -> Node | None:
    """The next sum that also takes the source."""
    level = [node]
    for _ in range(REACH):
        level = [graph.nodes[name] for item in level for name in graph.users[item.id]]
        for item in level:
            if item.op == "add" and source in item.inputs and len(item.inputs) == 2:
                return item
    return None
