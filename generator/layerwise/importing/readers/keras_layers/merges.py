"""Reshaping, merges, and layers that do nothing in inference."""

from __future__ import annotations

from math import prod

from layerwise.importing.readers.keras_layers.calls import Layer, Result, layers
from layerwise.importing.table import TranslationError


@layers("Flatten")
def flatten(_: Layer, result: Result) -> None:
    """All values as a vector."""
    result.add("flatten", (result.shape[0], prod(result.shape[1:])))


@layers("Reshape")
def reshape(layer: Layer, result: Result) -> None:
    """The values in another shape, if it is a map of 1×1 or a vector."""
    target = [int(side) for side in layer.get("target_shape")]
    if -1 in target:
        target[target.index(-1)] = prod(result.shape) // -prod(target)
    if prod(result.shape) != max(target, default=1) or len(target) not in (1, 3):
        raise TranslationError("no layer divides the values so")
    result.add("reshape", (1, target[0]) if len(target) == 1 else (1, target[2], target[0], target[1]))


@layers("Add", "Multiply", "Subtract")
def arithmetic(layer: Layer, result: Result) -> None:
    """A merge of branches, or an operation with a number."""
    op = {"Add": "add", "Multiply": "mul"}.get(layer.kind)
    if op is None or not layer.inputs:
        raise TranslationError("no layer merges branches so")
    for number in layer.constants:
        result.add(op, result.shape, other=number)
    for name, shape in zip(layer.inputs[1:], layer.shapes[1:], strict=True):
        together = tuple(max(sides) for sides in zip(result.shape, shape, strict=True))
        result.add(op, together, [result.last, name])


@layers("TrueDivide", "Divide")
def division(layer: Layer, result: Result) -> None:
    """A division by a number."""
    if len(layer.inputs) != 1 or len(layer.constants) != 1:
        raise TranslationError("no layer divides one branch by another")
    result.add("div", result.shape, other=layer.constants[0])


@layers("Concatenate")
def concatenation(layer: Layer, result: Result) -> None:
    """The channels of all branches."""
    rank = len(layer.shapes[0])
    if layer.get("axis", -1) % rank != rank - 1:
        raise TranslationError("it joins something other than channels")
    dim = 1 if rank == 4 else rank - 1
    shape = list(layer.shapes[0])
    shape[dim] = sum(sides[dim] for sides in layer.shapes)
    result.add("cat", tuple(shape), list(layer.inputs), dim=dim)


@layers("Rescaling")
def rescaling(_: Layer, result: Result) -> None:
    """Arithmetic with constants."""
    result.add("mul", result.shape, other=1.0)


@layers("Normalization")
def normalization(layer: Layer, result: Result) -> None:
    """Fixed means and variances of the channels, which are stored with a counter unless they are given."""
    node = result.add("identity", result.shape)
    if layer.get("mean") is not None:
        return
    for argument, shape in (("mean", (result.shape[1],)), ("variance", (result.shape[1],)), ("count", ())):
        result.store(node, argument, shape, "buffer")


@layers(
    "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "ActivityRegularization", "StochasticDepth",
    "Identity", "RandomFlip", "RandomRotation", "RandomZoom",
)  # fmt: skip
def unchanged(_: Layer, result: Result) -> None:
    """A layer that does nothing in inference."""
    result.add("identity", result.shape)
