"""Small values that an ONNX graph calculates from shapes: the targets of reshapes, the bounds of slices."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from layerwise.importing.readers.onnx_file import OnnxNode

Values = list[Any]
MAX_LENGTH = 64


def calculate(node: OnnxNode, known: list[Values | None], shapes: list[tuple[int, ...] | None]) -> Values | None:
    """The values of an operation on short lists of numbers; None if they cannot be calculated, or need not be."""
    if node.op == "Shape":
        shape = shapes[0]
        start, end = node.attributes.get("start", 0), node.attributes.get("end")
        return None if shape is None else list(shape[start:end])
    if not known or any(values is None for values in known):
        return None
    values = [entry for entry in known if entry is not None]
    function = _FUNCTIONS.get(node.op)
    try:
        result = None if function is None else function(node, values)
    except (IndexError, ValueError, TypeError, ZeroDivisionError, OverflowError):
        return None
    return result if result is None or len(result) <= MAX_LENGTH else None


def _gather(_: OnnxNode, values: list[Values]) -> Values:
    return [values[0][int(index)] for index in values[1]]


def _slice(_: OnnxNode, values: list[Values]) -> Values:
    start, end = int(values[1][0]), int(values[2][0])
    step = int(values[4][0]) if len(values) > 4 else 1
    return values[0][start:end:step]


def _arithmetic(node: OnnxNode, values: list[Values]) -> Values:
    first, second = values
    length = max(len(first), len(second))
    pairs = zip(first * (length if len(first) == 1 else 1), second * (length if len(second) == 1 else 1), strict=True)
    match node.op:
        case "Add":
            return [a + b for a, b in pairs]
        case "Sub":
            return [a - b for a, b in pairs]
        case "Mul":
            return [a * b for a, b in pairs]
    return [a // b if isinstance(a, int) and isinstance(b, int) else a / b for a, b in pairs]


def _cast(node: OnnxNode, values: list[Values]) -> Values:
    return [int(value) for value in values[0]] if node.attributes.get("to") in (6, 7) else values[0]


_FUNCTIONS: dict[str, Callable[[OnnxNode, list[Values]], Values]] = {
    "Gather": _gather,
    "Slice": _slice,
    "Add": _arithmetic,
    "Sub": _arithmetic,
    "Mul": _arithmetic,
    "Div": _arithmetic,
    "Cast": _cast,
    "Concat": lambda _, values: [entry for part in values for entry in part],
    "Floor": lambda _, values: [math.floor(value) for value in values[0]],
    "Ceil": lambda _, values: [math.ceil(value) for value in values[0]],
    "Sqrt": lambda _, values: [math.sqrt(value) for value in values[0]],
    **dict.fromkeys(("Unsqueeze", "Squeeze", "Identity", "Reshape"), lambda _, values: values[0]),
}
