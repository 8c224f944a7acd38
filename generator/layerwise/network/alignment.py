"""Aligns the layers of two networks: which of them are the same, in order, and which stand alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from layerwise.network.graph import LayerNode, Network

T = TypeVar("T")
Piece = tuple[LayerNode, ...]
"""Layers that stand in a row in one block of one stage."""
Pair = tuple[LayerNode | None, LayerNode | None]
"""A layer before and after; None where it has been added or removed."""

PIECE_KEYS: tuple[Callable[[Piece], Hashable], ...] = (
    lambda piece: tuple(node.layer for node in piece),
    lambda piece: piece[0].path[:2] or id(piece),  # outside of all stages and blocks nothing tells one from another
    lambda piece: tuple(node.layer.kind for node in piece),
)
ROW_KEYS: tuple[Callable[[LayerNode], Hashable], ...] = (
    lambda node: node.layer,
    lambda node: (node.layer.kind, node.name),
    lambda node: node.layer.kind,
)
"""What makes a layer the one it was: all of its options, or else its kind and name, or else its kind.

Shapes do not come in, so that another input leaves the alignment as it is.
"""


def aligned(before: Network, after: Network) -> Iterator[Pair]:
    """Pair the layers of two networks: first whole blocks, so that one which was added stays in one piece."""
    return _pieces(_split(before.layers), _split(after.layers), PIECE_KEYS)


def _split(nodes: Sequence[LayerNode]) -> list[Piece]:
    return [tuple(piece) for _, piece in groupby(nodes, key=lambda node: node.path[:2])]


def _pieces(
    before: Sequence[Piece], after: Sequence[Piece], keys: Sequence[Callable[[Piece], Hashable]]
) -> Iterator[Pair]:
    if not keys or not before or not after:
        yield from _rows(
            [node for piece in before for node in piece], [node for piece in after for node in piece], ROW_KEYS
        )
        return
    for olds, news, equal in _sections(before, after, keys[0]):
        if equal:
            yield from _rows(olds[0], news[0], ROW_KEYS)
        else:
            yield from _pieces(olds, news, keys[1:])


def _rows(
    before: Sequence[LayerNode], after: Sequence[LayerNode], keys: Sequence[Callable[[LayerNode], Hashable]]
) -> Iterator[Pair]:
    if not keys or not before or not after:
        yield from ((node, None) for node in before)
        yield from ((None, node) for node in after)
        return
    for olds, news, equal in _sections(before, after, keys[0]):
        if equal:
            yield olds[0], news[0]
        else:
            yield from _rows(olds, news, keys[1:])


def _sections(
    before: Sequence[T], after: Sequence[T], key: Callable[[T], Hashable]
) -> Iterator[tuple[Sequence[T], Sequence[T], bool]]:
    """Two sequences in turns: what lies between items of one key, then those two items."""
    old = new = 0
    for i, j in common([*map(key, before)], [*map(key, after)]):
        yield before[old:i], after[new:j], False
        yield before[i : i + 1], after[j : j + 1], True
        old, new = i + 1, j + 1
    yield before[old:], after[new:], False


def common(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """The places of a longest common subsequence, each item as early as it can stand.

    Source: H. Hyyrö, Bit-Parallel LCS-length Computation Revisited, 2004. Bit j of a row is 0 where the first j + 1
    items have one more in common than the first j; here both sequences are read from their ends.
    """
    places: dict[Hashable, int] = {}
    for place, item in enumerate(reversed(after)):
        places[item] = places.get(item, 0) | 1 << place
    mask = (1 << len(after)) - 1
    nodes = [mask]
    for item in reversed(before):
        node = nodes[-1]
        found = node & places.get(item, 0)
        nodes.append((node + found | node - found) & mask)
    i, j = len(before), len(after)
    while i and j:
        if before[-i] == after[-j]:
            yield len(before) - i, len(after) - j
            i, j = i - 1, j - 1
        elif nodes[i] >> (j - 1) & 1:
            j -= 1
        else:
            i -= 1
