"""Layers that work on the windows or grids of a map: the map is divided before them, and put together after them."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from layerwise.importing.graph import LAYER, Graph
from layerwise.importing.trace import Node

VIEWS = ("reshape", "view", "_unsafe_view")
EXCHANGES = ("swapaxes", "transpose")
DIVIDED, JOINED = [0, 2, 4, 3, 5, 1], [0, 5, 1, 3, 2, 4]
"""The permutations of N×C×a×p×b×q into windows, and back."""
SIDE_BY_SIDE = {"layer_norm", "linear", "gelu", "relu", "silu", "add", "dropout"}
"""Operations for which it makes no difference where a position is."""
ATTENTION = f"{LAYER}window_attention"


class Division(NamedTuple):
    """A map that is divided into a×b windows of p×q positions."""

    end: Node
    """The last operation of the division."""
    size: tuple[int, int]
    """The positions that attend to each other, in a window, or in a grid."""
    is_grid: bool


def windows(graph: Graph) -> None:
    """Let layers on windows or grids of a map work on the map, channels last.

    Source: Tu et al., MaxViT: Multi-Axis Vision Transformer, 2022, section 3.
    """
    for node in graph:
        division = _division(graph, node) if node.id in graph.nodes else None
        if division is None:
            continue
        inside: list[Node] = []
        ends = _inside(graph, division, inside)
        if ends is None:
            continue
        _, channels, height, width = graph.shape(node.inputs[0])
        node.op, node.attributes, node.shape = "permute", {"dims": [0, 2, 3, 1]}, (1, height, width, channels)
        for item in inside:
            item.inputs = [node.id if name == division.end.id else name for name in item.inputs]
            item.shape = (1, height, width, (item.shape or (0,))[-1])
            if item.op == ATTENTION and division.is_grid:
                item.op, item.attributes["size"] = f"{LAYER}grid_attention", "x".join(map(str, division.size))
        for first, last in ends:
            last.op, last.inputs, last.attributes = "permute", [first.inputs[0]], {"dims": [0, 3, 1, 2]}
        graph.recognized["grids" if division.is_grid else "windows"] += 1
        graph.refresh()


def _division(graph: Graph, node: Node) -> Division | None:
    """The division that begins with a view of a map as N×C×a×p×b×q; None if it is something else."""
    shape = node.shape or ()
    source = graph.shape(node.inputs[0]) if node.inputs else ()
    if node.op not in VIEWS or len(shape) != 6 or len(source) != 4 or source[:2] != shape[:2] or shape[0] != 1:
        return None
    _, channels, rows, height, columns, width = shape
    chain = _chain(graph, node, 2)
    if (rows * height, columns * width) != source[2:] or chain is None or chain[0].attributes.get("dims") != DIVIDED:
        return None
    end = chain[1]
    if end.op not in VIEWS or end.shape != (1, rows * columns, height * width, channels):
        return None
    exchange = graph.only_user(end.id)
    if exchange is not None and exchange.op in EXCHANGES and (exchange.shape or ())[1:3] == (end.shape or ())[2:0:-1]:
        return Division(exchange, (rows, columns), is_grid=True)
    return Division(end, (height, width), is_grid=False)


def _chain(graph: Graph, node: Node, count: int) -> list[Node] | None:
    """The next nodes after a node, each the only user of the one before it; None if there are fewer."""
    found: list[Node] = []
    for _ in range(count):
        user = graph.only_user(found[-1].id if found else node.id)
        if user is None:
            return None
        found.append(user)
    return found


def _inside(graph: Graph, division: Division, inside: list[Node]) -> list[tuple[Node, Node]] | None:
    """Collect the layers between a division and the ends where the map is put together; None for other operations.

    Each end is its first and its last operation.
    """
    sides = (division.end.shape or ())[:3]
    ends: list[tuple[Node, Node]] = []
    pending, known = [division.end.id], {division.end.id}
    while pending:
        for name in graph.users[pending.pop()]:
            user = graph.nodes[name]
            if end := _joined(graph, user, division):
                ends.append((user, end))
            elif user.op not in SIDE_BY_SIDE | {ATTENTION} or (user.shape or ())[:3] != sides:
                return None
            elif name not in known:
                known.add(name)
                inside.append(user)
                pending.append(name)
    is_closed = all(source in known for item in inside for source in item.inputs)
    sizes = {item.attributes["size"] for item in inside if item.op == ATTENTION}
    return ends if ends and is_closed and sizes <= {"x".join(map(str, division.size))} else None


def _joined(graph: Graph, node: Node, division: Division) -> Node | None:
    """The last operation where windows are put together, beginning with a node; None if that does something else."""
    if division.is_grid:
        if node.op not in EXCHANGES:
            return None
        view = graph.only_user(node.id)
    else:
        view = node
    if view is None or view.op not in VIEWS or len(view.shape or ()) != 6:
        return None
    chain = _chain(graph, view, 2)
    if chain is None or chain[0].attributes.get("dims") != JOINED or chain[1].op not in VIEWS:
        return None
    last = chain[1].shape or ()
    return chain[1] if len(last) == 4 and prod(last) == prod(view.shape or ()) else None
