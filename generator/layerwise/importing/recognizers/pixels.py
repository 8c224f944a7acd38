"""Blocks of pixels that become channels, written as a view, a permutation and a view."""

from __future__ import annotations

from layerwise.importing.graph import Graph
from layerwise.importing.recognizers.channel_shuffle import COPIES, VIEWS


def pixel_blocks(graph: Graph) -> None:
    """Find N×C×H×W as N×C×(H/b)×b×(W/b)×b, permuted, and as N×(b·b·C)×(H/b)×(W/b)."""
    for node in graph:
        if node.op not in VIEWS or len(node.shape or ()) != 4:
            continue
        middle = graph.source(node)
        while middle.op in COPIES:
            middle = graph.source(middle)
        first = graph.source(middle) if middle.op == "permute" else middle
        divided = first.shape or ()
        if middle.op != "permute" or first.op not in VIEWS or not first.inputs or len(divided) != 6:
            continue
        source, target = graph.shape(first.inputs[0]), node.shape or ()
        _, channels, rows, height, columns, width = divided
        if source == (1, channels, rows * height, columns * width) and target == (
            1,
            channels * height * width,
            rows,
            columns,
        ):
            options = {"size": f"{height}x{width}", "shape": [rows, columns, target[1]]}
            graph.become(node, "space_to_depth", first.inputs[:1], options, "pixels into channels")
