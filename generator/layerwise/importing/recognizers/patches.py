"""Every second row and column, joined along the channels: the patch merging of Swin Transformers."""

from __future__ import annotations

from layerwise.importing.graph import Graph
from layerwise.importing.trace import Node

COUNT = 4


def patch_merging(graph: Graph) -> None:
    """Find the four slices of 2×2 pixels that become channels."""
    for node in graph:
        if node.op != "cat" or len(node.inputs) != COUNT or node.shape is None or len(node.shape) != 4:
            continue
        parts = [_slices(graph, name) for name in node.inputs]
        starts = {part[1] for part in parts}
        sources = {part[0] for part in parts}
        if len(sources) != 1 or starts != {(0, 0), (0, 1), (1, 0), (1, 1)} or node.attributes.get("dim") not in (-1, 3):
            continue
        source = graph.nodes[sources.pop()]
        if source.op in ("pad", "constant_pad_nd") and source.inputs:
            source = graph.source(source)
        _, rows, columns, channels = node.shape
        options = {"size": "2x2", "shape": [rows, columns, channels], "axes": ["N", "H", "W", "C"]}
        graph.become(node, "space_to_depth", [source.id], options, "patch merging")


def _slices(graph: Graph, name: str) -> tuple[str, tuple[int, ...]]:
    """The source of slices with a step of 2, and where they start along height and width."""
    starts = {}
    node: Node = graph.nodes[name]
    while node.op == "slice" and node.inputs:
        full = (node.shape or ()) == graph.shape(node.inputs[0])
        if node.attributes.get("step", 1) == 2:
            starts[node.attributes.get("dim", 0)] = node.attributes.get("start", 0) or 0
        elif not full:
            break
        node = graph.source(node)
    order = sorted(dim % 4 if dim >= 0 else dim + 4 for dim in starts)
    return node.id, tuple(starts.get(dim, starts.get(dim - 4, 0)) for dim in order)
