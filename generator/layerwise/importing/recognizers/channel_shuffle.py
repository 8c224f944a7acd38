"""Channel shuffle: N×C×H×W as N×g×(C/g)×H×W, the two sides exchanged, and back."""

from __future__ import annotations

from layerwise.importing.graph import Graph

VIEWS = {"view", "reshape", "_unsafe_view", "flatten"}
COPIES = {"contiguous", "clone"}


def channel_shuffle(graph: Graph) -> None:
    """Find channel shuffles that are written as a view, a transposition and a view."""
    for node in graph:
        if node.op not in VIEWS:
            continue
        middle = graph.source(node)
        while middle.op in COPIES:
            middle = graph.source(middle)
        if middle.op not in ("transpose", "permute"):
            continue
        first = graph.source(middle)
        if first.op not in VIEWS or not first.inputs:
            continue
        source, divided = graph.shape(first.inputs[0]), first.shape or ()
        exchanged = middle.shape or ()
        if len(source) != 4 or source != node.shape or len(divided) != 5:
            continue
        _, groups, per_group, *rest = divided
        if groups * per_group == source[1] and exchanged == (divided[0], per_group, groups, *rest):
            graph.become(node, "channel_shuffle", first.inputs[:1], {"size": groups}, "channel shuffle")
