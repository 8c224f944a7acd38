"""Layers that use the weights of others: their tensors count once, their multiply-accumulates each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NoReturn

from layerwise.core.errors import Diagnostic
from layerwise.definition.yaml_nodes import Node
from layerwise.layers import LayerStats
from layerwise.network.graph import LayerNode

Fail = Callable[[Diagnostic], NoReturn]


class SharedWeights:
    """The layers with weights of each name under which items of a network share them."""

    def __init__(self, fail: Fail) -> None:
        self._fail = fail
        self._first: dict[str, list[LayerNode]] = {}
        self._without: dict[int, tuple[LayerStats, LayerStats]] = {}
        """Statistics without tensors, by the identity of those with them."""

    def share(self, name: str, nodes: Sequence[LayerNode], place: Node) -> None:
        """Let the layers of an item use the weights of those of the first item with this name.

        Fails unless the layers with weights have the same kinds and tensors, in the same order.
        """
        own = [node for node in nodes if _holds(origin(node))]
        if not own:
            self._fail(place.error("share has no effect: no layer here has weights"))
        first = self._first.setdefault(name, own)
        if first is own:
            return
        if len(first) != len(own):
            message = f"{name!r} has {_counted(len(own))} here, but {len(first)} at its first use"
            self._fail(place.error(f"share: {message}"))
        for node, source in zip(own, map(origin, first), strict=True):
            if not _is_alike(origin(node), source):
                described = f"{_described(origin(node))} cannot use the weights of {_described(source)}"
                self._fail(place.error(f"share: {described}"))
            if node.weights_of is None:
                node.weights_of = source
                node.stats = self._without_tensors(node.stats)

    def _without_tensors(self, stats: LayerStats) -> LayerStats:
        """The same object for the same statistics, so that equal layers are still known by it."""
        if id(stats) not in self._without:
            bare = replace(stats, tensors=(), buffers=(), parameters=0, formula="")
            self._without[id(stats)] = bare, stats  # as long as the original is held, its id is its own
        return self._without[id(stats)][0]


def origin(node: LayerNode) -> LayerNode:
    """The layer that has the weights of a layer: itself, or another."""
    return node.weights_of or node


def _holds(node: LayerNode) -> bool:
    return bool(node.stats.tensors or node.stats.buffers)


def _is_alike(node: LayerNode, source: LayerNode) -> bool:
    """True if two layers are of one kind and have the same tensors."""
    own, others = node.stats, source.stats
    same_tensors = (own.tensors, own.buffers) == (others.tensors, others.buffers)
    return node is source or (node.layer.kind == source.layer.kind and same_tensors)


def _described(node: LayerNode) -> str:
    """``conv of 3×3×64×8 + 8``."""
    return f"{node.layer.kind} of {node.stats.formula or 'buffers alone'}"


def _counted(number: int) -> str:
    return f"{number} layer{'' if number == 1 else 's'} with weights"
