"""Caches of layers by their options, and of their statistics by input shapes: networks repeat themselves a lot."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from layerwise.core.shape import Shape
from layerwise.layers.base import AnyLayer, LayerStats

MAX = 50_000
"""Entries in each cache. The catalogue needs a third of them; without a limit, a server would collect them forever."""

_BUILT: dict[Any, tuple[AnyLayer, ...]] = {}
_ANALYZED: dict[tuple[int, tuple[Shape, ...]], tuple[LayerStats, AnyLayer]] = {}


def build(kind: type[AnyLayer], options: dict[str, Any]) -> tuple[AnyLayer, ...]:
    """Return a layer and its normalization, if any; the same objects for the same options.

    Raises ``ReadError`` for wrong options.
    """
    key = (kind, tuple(options), tuple(map(repr, options.values())))  # by their strings, because True equals 1
    known = _BUILT.get(key)
    if known is None:
        known = kind.read(options).parts()
        _remember(_BUILT, key, known)
    return known


def analyze(layer: AnyLayer, inputs: tuple[Shape, ...]) -> LayerStats:
    """Return a layer's statistics for input shapes. Raises ``ShapeError`` if they do not fit."""
    key = (id(layer), inputs)
    known = _ANALYZED.get(key)
    if known is None:
        known = (layer.analyze(inputs), layer)  # as long as the layer is held, its id is its own
        _remember(_ANALYZED, key, known)
    return known[0]


def _remember(memory: dict[Any, Any], key: Hashable, value: Any) -> None:
    """Store a value; a full cache is emptied first."""
    if len(memory) >= MAX:
        memory.clear()
    memory[key] = value
