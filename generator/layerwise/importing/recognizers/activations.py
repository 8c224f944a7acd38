"""Activation functions that are written out: x · sigmoid(x), and x · relu6(x + 3) / 6."""

from __future__ import annotations

from layerwise.importing.graph import Graph, scalar
from layerwise.importing.trace import Node

GATES = {"sigmoid": "silu", "hardsigmoid": "hardswish"}


def decomposed_activations(graph: Graph) -> None:
    """Find SiLU, hard sigmoid and hard swish in their parts."""
    for node in graph:
        if node.op == "div" and scalar(node) == 6 and (start := _shifted_relu6(graph, node)):
            node.op, node.inputs, node.attributes = "hardsigmoid", [start], {}
            graph.recognized["hard sigmoid"] += 1
    graph.refresh()
    for node in graph:
        if node.op == "mul" and len(node.inputs) == 2:
            _gated(graph, node)


def _gated(graph: Graph, node: Node) -> None:
    """Turn a product of a value and its own gate into an activation function."""
    for value, gate in (node.inputs, node.inputs[::-1]):
        function = graph.nodes[gate]
        if function.op in GATES and function.inputs == [value]:
            node.op, node.inputs = GATES[function.op], [value]
            graph.recognized[node.op] += 1
            return


def _shifted_relu6(graph: Graph, node: Node) -> str | None:
    """The input of relu6(x + 3); None if a node divides anything else."""
    limit = graph.source(node)
    is_limit = limit.op == "relu6" or (
        limit.op in ("hardtanh", "clamp")
        and {limit.attributes.get("min_val", limit.attributes.get("min"))} == {0}
        and {limit.attributes.get("max_val", limit.attributes.get("max"))} == {6}
    )
    if not is_limit or len(limit.inputs) != 1:
        return None
    shift = graph.source(limit)
    return shift.inputs[0] if shift.op == "add" and scalar(shift) == 3 and len(shift.inputs) == 1 else None
