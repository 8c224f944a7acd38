"""Concatenations that grow: [a, b], then [a, b, c], which is [[a, b], c]."""

from __future__ import annotations

from layerwise.importing.graph import Graph


def growing_concatenations(graph: Graph) -> None:
    """Let a concatenation begin with an earlier one, as the layers of dense blocks do."""
    known: dict[tuple[str, ...], str] = {}
    for node in graph:
        if node.op != "cat" or node.tensors or len(node.inputs) == 1:
            if node.op == "cat" and not node.tensors:
                known[(_alias(graph, node.inputs[0]),)] = node.inputs[0]
            continue
        full = tuple(node.inputs)
        for count in range(len(full) - 1, 1, -1):
            if full[:count] in known and graph.nodes[known[full[:count]]].attributes == node.attributes:
                node.inputs = [known[full[:count]], *full[count:]]
                graph.recognized["growing concatenation"] += 1
                break
        known[full] = node.id


def _alias(graph: Graph, name: str) -> str:
    return name if name in graph.nodes else ""
