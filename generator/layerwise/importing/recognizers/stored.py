"""Stored tensors that operations reshape or standardize before layers use them."""

from __future__ import annotations

from layerwise.importing.graph import MOVEMENTS, Graph
from layerwise.importing.trace import Node, TensorInfo


def moved_tensors(graph: Graph) -> None:
    """Let operations take a stored tensor in the shape in which another one views it, such as 1×C×1×1."""
    for node in graph:
        if node.inputs or len(node.tensors) != 1 or node.op not in MOVEMENTS or node.shape is None:
            continue
        (tensor,) = node.tensors.values()
        if graph.tensors[tensor].values != TensorInfo("", node.shape).values:
            continue
        view = f"{tensor} as {node.id}"
        graph.tensors[view] = TensorInfo(graph.tensors[tensor].kind, node.shape)
        for user in [graph.nodes[name] for name in graph.users[node.id]]:
            is_merge = len(user.inputs) == 2 and user.op in ("add", "mul")
            if is_merge or (len(user.inputs) == 1 and user.op in MOVEMENTS):
                user.inputs.remove(node.id)
                user.tensors["other"] = view


def biases(graph: Graph) -> None:
    """Move the sum of a linear layer without a bias and a stored vector into the layer."""
    for node in graph:
        if node.op != "add" or len(node.inputs) != 1 or len(node.tensors) != 1:
            continue
        linear, (tensor,) = graph.source(node), node.tensors.values()
        is_bias = linear.op == "linear" and "bias" not in linear.tensors and len(linear.inputs) == 1
        if is_bias and graph.only_user(linear.id) is node and graph.tensors[tensor].shape == (linear.shape or ())[-1:]:
            linear.tensors["bias"] = tensor
            graph.replace(node.id, linear.id)


def computed_weights(graph: Graph) -> None:
    """Find convolutions whose weight other operations compute from stored tensors alone: standardized kernels.

    A learned number for each output channel is their gain.
    """
    for node in graph:
        if node.op != "conv2d" or "weight" in node.tensors or len(node.inputs) < 2:
            continue
        ancestors = _ancestors(graph, node.inputs[1])
        if any(item.op == "input" for item in ancestors):
            continue
        tensors = {name for item in ancestors for name in item.tensors.values()}
        learned = {name: graph.tensors[name] for name in tensors if graph.tensors[name].kind == "parameter"}
        shape = graph.shape(node.inputs[1])
        weights = [name for name, info in learned.items() if info.shape == shape]
        gains = [name for name, info in learned.items() if info.shape != shape and info.values == shape[0]]
        if len(weights) != 1 or len(weights) + len(gains) != len(learned) or len(gains) > 1:
            continue
        node.tensors["weight"] = weights[0]
        del node.inputs[1]
        if gains:
            node.tensors["gain"], node.attributes["gain"] = gains[0], True
        graph.recognized["weight standardization"] += 1


def _ancestors(graph: Graph, name: str) -> list[Node]:
    """A node and all nodes before it."""
    found: dict[str, Node] = {}
    pending = [name]
    while pending:
        current = pending.pop()
        if current not in found:
            found[current] = graph.nodes[current]
            pending.extend(graph.nodes[current].inputs)
    return list(found.values())
