"""Multi-head attention: linear layers, a division into heads, two products and a softmax, and a linear layer."""

from __future__ import annotations

from math import isqrt
from typing import NamedTuple

from layerwise.importing.graph import MOVEMENTS, Graph, values
from layerwise.importing.trace import Node

FUSED = "scaled_dot_product_attention"
PRODUCTS = {"matmul", "bmm", "einsum"}
_SCORES = MOVEMENTS | {"add", "mul", "div", "masked_fill", "sub"}
"""Operations between the product of queries and keys and the softmax: scaling, a position bias and a mask."""
_QUERIES = MOVEMENTS | {"mul", "div"}
"""Operations between linear layers and products: scaling, and a division by the norm."""


class Products(NamedTuple):
    """The core of attention."""

    query: str
    key: str
    value: str
    end: Node
    """The node of the attended values."""
    heads: int
    positions: int
    """Positions of one group of queries that attend to each other: all, or those of a window."""
    has_bias: bool
    """True where something is added to the scores: the bias of relative positions, or a mask."""


def attention(graph: Graph) -> None:
    """Find attention of tokens or maps: with queries, keys and values of one linear layer, or of several layers."""
    for node in graph:
        products = (
            _fused(graph, node) if node.op == FUSED else _written_out(graph, node) if node.op == "softmax" else None
        )
        if products and not _self_attention(graph, products):
            _attend(graph, products)


def _fused(graph: Graph, node: Node) -> Products:
    """The core of attention as one operation."""
    query, key, value = node.inputs[:3]
    *_, heads, positions, _ = graph.shape(query)
    return Products(query, key, value, node, heads, positions, len(node.inputs) > 3)


def _written_out(graph: Graph, node: Node) -> Products | None:
    """The core of attention as two products around a softmax."""
    first, last = back(graph, node.inputs[0], _SCORES), forth(graph, node)
    if (
        first.op not in PRODUCTS
        or last is None
        or last.op not in PRODUCTS
        or min(map(len, (first.inputs, last.inputs))) < 2
    ):
        return None
    shape = graph.shape(first.id)
    heads = shape[-3] if len(shape) > 2 else 1
    return Products(first.inputs[0], first.inputs[1], last.inputs[1], last, heads, shape[-2], _has_sum(graph, node))


def _has_sum(graph: Graph, softmax: Node) -> bool:
    """True where a sum of two values is between the product of queries and keys and the softmax."""
    node = graph.source(softmax)
    while node.op in _SCORES and node.inputs:
        if node.op == "add" and len(node.inputs) > 1:
            return True
        node = graph.source(node)
    return False


def back(graph: Graph, name: str, through: set[str] = MOVEMENTS) -> Node:
    """The first node before a value that does more than move or scale values; of several inputs, the first counts."""
    node = graph.nodes[name]
    while node.inputs and (node.op in through or is_scaling(node)):
        node = graph.source(node)
    return node


def is_scaling(node: Node) -> bool:
    """True for a multiplication by a constant."""
    return node.op in ("mul", "div") and len(node.inputs) == 1 and not node.tensors


def forth(graph: Graph, node: Node) -> Node | None:
    """The first node after a value that does more than move values; None where several use it."""
    user = graph.only_user(node.id)
    while user is not None and user.op in MOVEMENTS:
        user = graph.only_user(user.id)
    return user


def _before(graph: Graph, name: str) -> list[Node]:
    """A value, and the values before it of which it only moves the values, the nearest first."""
    found = [graph.nodes[name]]
    while found[-1].op in MOVEMENTS and found[-1].inputs:
        found.append(graph.source(found[-1]))
    return found


def _after(graph: Graph, node: Node) -> list[Node]:
    """A node, and those after it that only move its values, the nearest first."""
    found = [node]
    while (user := graph.only_user(found[-1].id)) is not None and user.op in MOVEMENTS:
        found.append(user)
    return found


def _self_attention(graph: Graph, core: Products) -> bool:
    """Turn attention with one linear layer before it and one after it into one layer; False if it is something else."""
    sources = {back(graph, name, _QUERIES).id for name in (core.query, core.key, core.value)}
    after = forth(graph, core.end)
    if len(sources) != 1 or after is None or after.op != "linear":
        return False
    before = graph.nodes[sources.pop()]
    weight, projection = graph.tensor_shape(before, "weight"), graph.tensor_shape(after, "weight")
    width = (weight or (0, 0))[1]
    biases = {"bias" in node.tensors or len(node.inputs) > 1 for node in (before, after)}
    if before.op != "linear" or weight != (3 * width, width) or projection != (width, width) or len(biases) > 1:
        return False
    ends = _after(graph, after)
    for start in reversed(_before(graph, before.inputs[0])):
        for end in reversed(ends):
            if start.shape == end.shape and start.shape is not None:
                kind, options = _kind(graph, core, before, values(start.shape) // width)
                if not all(biases):
                    options["bias"] = False
                graph.become(end, kind, [start.id], options, kind.replace("_", " "))
                return True
    return False


def _kind(graph: Graph, core: Products, before: Node, positions: int) -> tuple[str, dict[str, object]]:
    """Attention of all positions, or within windows or grids, and its options."""
    if core.positions == positions and not core.has_bias:
        return "attention", {"size": core.heads}
    side = isqrt(core.positions)
    options: dict[str, object] = {"size": f"{side}x{side}", "heads": core.heads}
    if back(graph, core.query, MOVEMENTS).op == "div":
        options["version"] = 2
    return ("grid_attention" if _is_grid(graph, before, side) else "window_attention"), options


def _is_grid(graph: Graph, before: Node, side: int) -> bool:
    """True where a map of height H is divided into n×(H / n) rows, not (H / n)×n."""
    for node in _before(graph, before.inputs[0]):
        sides = node.shape or ()
        if node.op in ("view", "reshape", "_unsafe_view") and len(sides) == 6:
            source = graph.shape(node.inputs[0]) if node.inputs else ()
            is_first = len(source) == 4 and sides[1] == source[1] and sides[2] * sides[3] == source[2]  # the channels
            rows = sides[2:4] if is_first or sides[-1] != graph.shape(before.inputs[0])[-1] else sides[1:3]
            return rows[0] == side != rows[1]
    return False


def _attend(graph: Graph, core: Products) -> None:
    """Turn the core of attention into a merge of queries, keys and values, where they belong to one image."""
    branches = [_whole(graph, name) for name in (core.query, core.key, core.value)]
    shapes = [branch.shape or () for branch in branches]
    if not all(len(shape) in (3, 4) and len(shape) == len(shapes[0]) for shape in shapes):
        return
    channels_axis = 1 if len(shapes[0]) == 4 else 2
    query, _, value = shapes
    wanted = [*query]
    wanted[channels_axis] = value[channels_axis]
    if values(query) // query[channels_axis] != core.positions:
        return
    for end in reversed(_after(graph, core.end)):
        if list(end.shape or ()) == wanted:
            sides = [wanted[2], wanted[3], wanted[1]] if len(wanted) == 4 else wanted[1:]
            options: dict[str, object] = {"heads": core.heads, "shape": sides}
            graph.become(end, "attend", [branch.id for branch in branches], options, "attention of several layers")
            return


def _whole(graph: Graph, name: str) -> Node:
    """The value whose values, all of them, are moved to become queries, keys or values."""
    node, count = graph.nodes[name], values(graph.shape(name))
    while (node.op in MOVEMENTS or is_scaling(node)) and node.inputs and values(graph.source(node).shape) == count:
        node = graph.source(node)
    return node
