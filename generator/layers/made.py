"""Layers by their options and measures by their inputs, each worked out once: networks repeat themselves a lot."""

from __future__ import annotations

from typing import Any

from generator.layers.base import AnyLayer, Measure
from generator.shape import Shape

_MADE: dict[Any, tuple[AnyLayer, ...]] = {}
_MEASURED: dict[tuple[int, tuple[Shape, ...]], tuple[Measure, AnyLayer]] = {}


def made(kind: type[AnyLayer], options: dict[str, Any]) -> tuple[AnyLayer, ...]:
    """A layer with what it brings along, the same objects for the same options.

    Raises ``pydantic.ValidationError`` for options it does not take.
    """
    key = (kind, tuple(options), tuple(map(repr, options.values())))  # by text, because True equals 1
    if key not in _MADE:
        _MADE[key] = kind.model_validate(options).parts()
    return _MADE[key]


def measured(layer: AnyLayer, inputs: tuple[Shape, ...]) -> Measure:
    """The layer's measure on shapes H×W×C. Raises ``ShapeError`` where they do not fit."""
    key = (id(layer), inputs)
    known = _MEASURED.get(key)
    if known is None:
        known = _MEASURED[key] = (layer.measure(inputs), layer)  # as long as the layer is held, its id is its own
    return known[0]
