"""Selective kernels: branches that are stacked, summed, and weighted by a softmax over the stack."""

from __future__ import annotations

from layerwise.importing.graph import Graph
from layerwise.importing.trace import Node

STACKED = 5
"""Sides of stacked maps: N×P×C×H×W."""


def selective_kernels(graph: Graph) -> None:
    """Find sums of stacked branches, plain and weighted; each branch gets its part of the weights as a gate.

    Source: Li et al., Selective Kernel Networks, 2019, section 3.1.
    """
    for node in graph:
        if node.op != "stack" or node.attributes.get("dim") != 1 or len(node.shape or ()) != STACKED:
            continue
        users = [graph.nodes[name] for name in graph.users[node.id]]
        weighted = [user for user in users if user.op == "mul" and len(user.inputs) == 2]
        sums = [user for user in users if _is_sum(user)]
        ends = [graph.only_user(product.id) for product in weighted]
        if len(sums) + len(weighted) < len(users) or not all(end is not None and _is_sum(end) for end in ends):
            continue
        gates = [_softmax(graph, node, product) for product in weighted]
        if not all(gates):
            continue
        for user in sums:
            graph.become(user, "add", node.inputs, {}, "sum of stacked branches")
        for gate, end in zip(gates, ends, strict=True):
            if gate is not None and end is not None:
                _weigh(graph, node, gate, end)


def _is_sum(node: Node) -> bool:
    """True for a sum over the stack."""
    return node.op == "sum" and node.attributes.get("dim") in ([1], 1) and not node.attributes.get("keepdim")


def _softmax(graph: Graph, stack: Node, product: Node) -> Node | None:
    """The softmax over a view of channels as P×C×1×1 that weighs a stack; None if something else does."""
    (gate,) = [graph.nodes[name] for name in product.inputs if name != stack.id] or [Node("", "")]
    _, paths, channels, *_ = stack.shape or (1, 0, 0)
    is_over_stack = gate.op == "softmax" and gate.attributes.get("dim") == 1
    fits = gate.shape == (1, paths, channels, 1, 1) and graph.source(gate).op in ("view", "reshape")
    whole = is_over_stack and fits and graph.shape(graph.source(gate).inputs[0]) == (1, paths * channels, 1, 1)
    return gate if whole else None


def _weigh(graph: Graph, stack: Node, gate: Node, end: Node) -> None:
    """Multiply each branch by its part of the weights, and add the products."""
    _, paths, channels, *sides = stack.shape or ()
    graph.become(gate, "softmax", graph.source(gate).inputs, {"shape": [1, 1, paths * channels]}, "selective kernel")
    gate.shape = (1, paths * channels, 1, 1)
    products = []
    for place, branch in enumerate(stack.inputs):
        name = f"{end.id}.{place + 1}"
        part = {"size": f"{place + 1}/{paths}", "shape": [1, 1, channels]}
        graph.insert(end, Node(f"{name}.gate", "layer:channels", [gate.id], {}, part, (1, channels, 1, 1), end.module))
        inputs = [branch, f"{name}.gate"]
        graph.insert(end, Node(name, "layer:multiply", inputs, {}, {}, (1, channels, *sides), end.module))
        products.append(name)
    end.op, end.inputs, end.attributes = "layer:add", products, {}
