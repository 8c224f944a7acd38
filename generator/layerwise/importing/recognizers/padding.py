"""Padding before a window: an operation of its own in PyTorch, an option in definitions."""

from __future__ import annotations

from layerwise.core.windows import same_padding
from layerwise.importing.graph import Graph
from layerwise.importing.trace import Node

PADS = {"pad", "constant_pad_nd"}
WINDOWS = {"conv2d", "max_pool2d", "avg_pool2d"}


def padding_of_windows(graph: Graph) -> None:
    """Move a padding of height and width into the convolutions and poolings after it, as ``same`` where it is that."""
    for node in graph:
        if node.op not in WINDOWS or graph.source(node).op not in PADS:
            continue
        pad = graph.source(node)
        amounts = pad.attributes["pad"]
        fits = len(amounts) in (2, 4) and min(amounts) >= 0
        own = node.attributes.get("padding", 0)
        has_own = own not in (0, "valid") and (isinstance(own, str) or any(own))
        if not fits or has_own:
            continue
        left, right, top, bottom = [*amounts, 0, 0][:4]
        node.attributes["padding"] = [top, bottom, left, right]
        node.inputs[0] = pad.inputs[0]
        if _is_same(graph, node):
            node.attributes["padding"] = "same"
        mode = pad.attributes.get("mode", "constant")
        written = "" if mode == "constant" else f" by {mode}, written as zeros"
        graph.recognized[f"padding before a window{written}"] += 1


def _is_same(graph: Graph, node: Node) -> bool:
    """True where the padding is TensorFlow's SAME for this input."""
    top, bottom, left, right = node.attributes["padding"]
    if (top, left) == (bottom, right):
        return False
    weight = graph.tensor_shape(node, "weight") or (0, 0, 1, 1)
    kernel = (weight[2], weight[3]) if node.op == "conv2d" else _two(node.attributes.get("kernel_size")) or (1, 1)
    stride, dilation = _two(node.attributes.get("stride")) or (1, 1), _two(node.attributes.get("dilation")) or (1, 1)
    height, width = graph.shape(node.inputs[0])[2:]
    vertical = same_padding(height, kernel[0], stride[0], dilation[0])
    return (top, bottom) == vertical and (left, right) == same_padding(width, kernel[1], stride[1], dilation[1])


def _two(value: object) -> tuple[int, int] | None:
    """An attribute for both sides; None if it is missing."""
    if isinstance(value, list) and value:
        return int(value[0]), int(value[-1])
    return (value, value) if isinstance(value, int) else None
