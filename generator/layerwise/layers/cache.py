"""Layers by their options and measures by their inputs, each worked out once: networks repeat themselves a lot."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from layerwise.core.shape import Shape
from layerwise.layers.base import AnyLayer, LayerStats

MAX = 50_000
"""Layers, and measures, that are remembered: a server would gather them for ever. A catalogue needs a third of them."""

_MADE: dict[Any, tuple[AnyLayer, ...]] = {}
_MEASURED: dict[tuple[int, tuple[Shape, ...]], tuple[LayerStats, AnyLayer]] = {}


def build(kind: type[AnyLayer], options: dict[str, Any]) -> tuple[AnyLayer, ...]:
    """A layer with what it brings along, the same objects for the same options.

    Raises ``ReadError`` for options it does not take.
    """
    key = (kind, tuple(options), tuple(map(repr, options.values())))  # by text, because True equals 1
    known = _MADE.get(key)
    if known is None:
        known = kind.read(options).parts()
        _remember(_MADE, key, known)
    return known


def analyze(layer: AnyLayer, inputs: tuple[Shape, ...]) -> LayerStats:
    """The layer's measure on shapes H×W×C. Raises ``ShapeError`` where they do not fit."""
    key = (id(layer), inputs)
    known = _MEASURED.get(key)
    if known is None:
        known = (layer.analyze(inputs), layer)  # as long as the layer is held, its id is its own
        _remember(_MEASURED, key, known)
    return known[0]


def _remember(memory: dict[Any, Any], key: Hashable, value: Any) -> None:
    """Keep a value, with everything else forgotten where that is too much."""
    if len(memory) >= MAX:
        memory.clear()
    memory[key] = value
