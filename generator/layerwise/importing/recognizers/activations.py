"""Activation functions that are written out: x · sigmoid(x), and x · relu6(x + 3) / 6."""

from __future__ import annotations

from layerwise.importing.graph import Graph, scalar
from layerwise.importing.trace import Node

TINY = 1e-4
GATES = {"sigmoid": "silu", "hardsigmoid": "hardswish"}


def decomposed_activations(graph: Graph) -> None:
    """Find SiLU, hard sigmoid and hard swish in their parts."""
    for node in graph:
        factor = (scalar(node) or 0) * (1 if node.op == "mul" else 0) or 1 / (scalar(node) or 1)
        is_sixth = node.op in ("mul", "div") and abs(factor - 1 / 6) < TINY
        if is_sixth and (start := _shifted_relu6(graph, node)):
            node.op, node.inputs, node.attributes = "hardsigmoid", [start], {}
            graph.recognized["hard sigmoid"] += 1
    for node in graph:
        if node.op == "erf" and (end := _gelu(graph, node)):
            end[0].op, end[0].inputs, end[0].attributes = "gelu", [end[1]], {}
            graph.recognized["GELU"] += 1
    graph.refresh()
    for node in graph:
        if node.op == "mul" and len(node.inputs) == 2:
            _gated(graph, node)


def _gelu(graph: Graph, erf: Node) -> tuple[Node, str] | None:
    """The last node and the input of x / 2 · (1 + erf(x / √2)), in any order of its factors; else None."""
    scaled = graph.source(erf)
    factor = scalar(scaled) or 0
    if len(scaled.inputs) != 1 or not (abs(factor - 2**0.5) < TINY or abs(factor - 0.5**0.5) < TINY):
        return None
    start, one = scaled.inputs[0], graph.only_user(erf.id)
    if one is None or one.op != "add" or scalar(one) != 1:
        return None
    product, half = one, 1.0
    has_start = False
    for _ in range(2):
        user = graph.only_user(product.id)
        if user is None or user.op != "mul":
            break
        other = [name for name in user.inputs if name != product.id]
        base = graph.nodes[other[0]] if other else None
        half *= (scalar(user) or 1.0) if not other else 1.0
        if base is not None and base.id != start and base.op == "mul" and base.inputs == [start]:
            half *= scalar(base) or 1.0
        elif base is not None and base.id != start:
            break
        has_start = has_start or base is not None
        product = user
        if has_start and half == 0.5:
            return product, start
    return None


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
