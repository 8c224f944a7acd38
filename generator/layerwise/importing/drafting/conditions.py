"""Conditions under which an instance of a block has an element."""

from __future__ import annotations

from collections.abc import Iterator

from layerwise.importing.drafting.expressions import Parameters, Vector

Condition = tuple[str, list[bool]]


def condition(parameters: Parameters, present: list[bool]) -> str | None:
    """An expression that is true exactly for the instances that have an element; None if there is none."""
    return next((text for text, values in candidates(parameters) if values == present), None)


def candidates(parameters: Parameters) -> Iterator[Condition]:
    """Conditions that people write, the simplest first."""
    strides = _strides(parameters)
    widths = _widths(parameters)
    for item in parameters.found:
        if all(isinstance(value, bool) for value in item.values):
            yield item.name, item.values
            yield f"not {item.name}", [not value for value in item.values]
    yield from strides
    yield from widths
    for stride, is_strided in strides[:1]:
        for width, differs in widths[:1]:
            yield f"{width} or {stride}", [a or b for a, b in zip(differs, is_strided, strict=True)]
    for stride, is_plain in strides[1:2]:
        for width, same in widths[1:2]:
            yield f"{stride} and {width}", [a and b for a, b in zip(is_plain, same, strict=True)]
    yield from _sizes(parameters)


def _strides(parameters: Parameters) -> list[Condition]:
    """``stride != 1`` and ``stride == 1``."""
    for item in parameters.found:
        if item.option == "stride":
            return [
                (f"{item.name} != 1", [value != 1 for value in item.values]),
                (f"{item.name} == 1", [value == 1 for value in item.values]),
            ]
    return []


def _widths(parameters: Parameters) -> list[Condition]:
    """``in_channels != 4 * width`` and its reverse, with an expression of the output channels."""
    outputs = parameters.out_channels
    expression = parameters.express("channels", outputs)
    if expression is None or expression.text == "in_channels":
        return []
    different = [a != b for a, b in zip(parameters.in_channels, outputs, strict=True)]
    return [
        (f"in_channels != {expression.text}", different),
        (f"in_channels == {expression.text}", [not value for value in different]),
    ]


def _sizes(parameters: Parameters) -> Iterator[Condition]:
    """``expanded != in_channels``."""
    for item in parameters.found:
        if item.option in ("channels", "size") and None not in item.values:
            pairs: list[tuple[int, int]] = list(zip(item.values, parameters.in_channels, strict=True))
            yield f"{item.name} != in_channels", [a != b for a, b in pairs]
            yield f"{item.name} == in_channels", [a == b for a, b in pairs]


def positive(values: Vector, present: list[bool]) -> bool:
    """True where a parameter is missing exactly in the instances that lack an element."""
    return all((value is not None) == here for value, here in zip(values, present, strict=True))
