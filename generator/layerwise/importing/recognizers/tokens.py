"""Learned tokens that are joined to the tokens of an image."""

from __future__ import annotations

from layerwise.importing.graph import Graph
from layerwise.importing.trace import Node


def class_tokens(graph: Graph) -> None:
    """Find concatenations of learned tokens with the tokens of an image, along the positions."""
    for node in graph:
        if node.op != "cat":
            continue
        learned = _learned(graph, node)
        values = [name for name in node.inputs if name not in learned]
        if len(values) != 1 or not (learned or node.tensors) or node.shape is None or len(node.shape) != 3:
            continue
        count = node.shape[1] - graph.shape(values[0])[1]
        if node.attributes.get("dim", 0) not in (1, -2) or count < 1:
            continue
        tensors = [*node.tensors.values(), *learned.values()]
        node.tensors = {f"weight.{place}": name for place, name in enumerate(tensors)}
        _, positions, channels = node.shape
        options = {"shape": [positions, channels], **({"size": count} if count > 1 else {})}
        graph.become(node, "class_token", values, options, "class token")


def _learned(graph: Graph, node: Node) -> dict[str, str]:
    """The inputs of a node that are stored tensors, repeated for each image, and the tensors."""
    found = {}
    for name in node.inputs:
        source = graph.nodes[name]
        while not source.inputs and source.tensors and source.op in ("expand", "repeat", "to"):
            found[name] = next(iter(source.tensors.values()))
            break
    return found
