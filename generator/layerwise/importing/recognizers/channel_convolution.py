"""The convolution along the channels of efficient channel attention: a one-dimensional one of the pooled values."""

from __future__ import annotations

from layerwise.importing.graph import MOVEMENTS, Graph, values


def channel_convolution(graph: Graph) -> None:
    """Find one-dimensional convolutions of one channel, whose positions are the channels of a pooled map."""
    for node in graph:
        weight = graph.tensor_shape(node, "weight") if node.op == "conv1d" else None
        if weight is None or weight[:2] != (1, 1) or weight[2] % 2 == 0 or node.shape != graph.source(node).shape:
            continue
        start, end = graph.source(node), node
        while start.op in MOVEMENTS and start.inputs and values(graph.source(start).shape) == values(node.shape):
            start = graph.source(start)
        while (
            (user := graph.only_user(end.id)) is not None and user.op in MOVEMENTS and _is_column(user.shape, end.shape)
        ):
            end = user
        if not _is_column(end.shape, node.shape):
            continue
        options: dict[str, object] = {"size": weight[2], "axes": ["N", "C", "H", "W"][: len(end.shape or ())]}
        if "bias" not in node.tensors:
            options["bias"] = False
        graph.become(end, "channel_conv", [start.id], options, "convolution along the channels")


def _is_column(shape: tuple[int, ...] | None, before: tuple[int, ...] | None) -> bool:
    """True for 1×C×1×1, or the same values in another shape on the way there."""
    return shape is not None and values(shape) == values(before) and len(shape) <= 4
