"""Merges of branches, and arithmetic with constants and stored tensors."""

from __future__ import annotations

from math import prod

from layerwise.core.errors import ShapeError
from layerwise.core.shape import Shape
from layerwise.importing.graph import scalar
from layerwise.importing.lowering.lowering import Lowering, UnsupportedError, Value, rule
from layerwise.importing.steps import Step
from layerwise.importing.trace import Node
from layerwise.layers import MERGES


def merge(low: Lowering, node: Node, kind: str, values: list[Value]) -> Value:
    """A merge of values whose sides have the same meaning."""
    shapes = [low.shape(value) for value in values]
    ranks = {len(shape) for shape in shapes}
    if len(ranks) > 1:
        values = [_as_map(low, node, value) for value in values]
        shapes = [low.shape(value) for value in values]
    axes = [[axis for axis in value.axes if axis not in ("N", "1")] for value in values]
    plain = [[name for name in order if name not in _units(shape)] for order, shape in zip(axes, shapes, strict=True)]
    longest = max(plain, key=len)
    if any([name for name in longest if name in order] != order for order in plain):
        raise UnsupportedError(node, "its inputs have their sides in different orders")
    if kind == "multiply" and prod(shapes[0]) < max(map(prod, shapes)):
        values, shapes = values[::-1], shapes[::-1]
    try:
        shape = MERGES[kind]().merge(tuple(shapes))
    except ShapeError as error:
        raise UnsupportedError(node, str(error)) from None
    widest = max(values, key=lambda value: (prod(low.shape(value)), len(value.axes)))
    return Value(low.add(node, kind, [value.step for value in values], shape), widest.axes)


def _units(shape: Shape) -> set[str]:
    """The sides of a map that are one."""
    return {axis for axis, side in zip("HWC", shape, strict=False) if side == 1} if len(shape) == 3 else set()


def _as_map(low: Lowering, node: Node, value: Value) -> Value:
    """A vector as a map of 1×1."""
    shape = low.shape(value)
    if len(shape) != 1:
        return value
    step = low.add(node, "to_map", [value.step], (1, 1, shape[0]), {"size": "1x1"})
    return Value(step, value.axes)


@rule("add", "sub", "mul", "div")
def arithmetic(low: Lowering, node: Node) -> Value:
    """A merge of two branches, an operation with a stored tensor, or one with a constant, which changes no figure."""
    if len(node.inputs) == 2:
        if node.op in ("sub", "div"):
            raise UnsupportedError(node, "no layer merges two branches so")
        kind = "add" if node.op == "add" else "multiply"
        return merge(low, node, kind, [low.value(node, 0), low.value(node, 1)])
    value = low.value(node)
    if not node.tensors:
        if scalar(node) is None and "self" not in node.attributes:
            raise UnsupportedError(node, "its second operand is unknown")
        low.skipped.append(node.place())
        return value
    ((argument, tensor),) = node.tensors.items()
    info, shape = low.graph.tensors[tensor], low.shape(value)
    if info.kind != "parameter":
        raise UnsupportedError(node, f"it takes the stored tensor {tensor}, which is not learned")
    if node.op == "mul" and info.values in (1, shape.channels) and _is_channels(value, info.shape):
        one_for_all = info.values == 1 != shape.channels
        return Value(
            low.layer(node, *(("scale", shape, {"size": 1, "bias": False}) if one_for_all else ("layer_scale", shape))),
            value.axes,
        )
    before = low.steps.get(value.step)
    if node.op == "add" and info.values == 1 and before is not None and _takes_bias(low, node, before):
        before.options["bias"] = True
        return value
    if node.op == "add" and info.values == prod(shape) and len(shape) > 1:
        return Value(low.layer(node, "position_embedding", shape), value.axes)
    raise UnsupportedError(node, f"no layer takes its stored tensor {argument} {'×'.join(map(str, info.shape))}")


def _takes_bias(low: Lowering, node: Node, before: Step) -> bool:
    """True for a factor for all channels that nothing else uses."""
    is_one = before.kind == "scale" and before.options.get("size") == 1 and before.options["bias"] is False
    return is_one and low.graph.only_user(node.inputs[0]) is node


def _is_channels(value: Value, sides: tuple[int, ...]) -> bool:
    """True where a tensor has values along the channels only, or one."""
    along = [axis for axis, side in zip(value.axes[::-1], sides[::-1], strict=False) if side > 1]
    return along in ([], ["C"])


@rule("cat", "concat")
def concatenate(low: Lowering, node: Node) -> Value:
    """A concatenation along the channels or the positions."""
    values = [low.value(node, place) for place in range(len(node.inputs))]
    if node.tensors:
        raise UnsupportedError(node, "it joins a stored tensor to values")
    if len(values) == 1:
        return values[0]
    axes = values[0].axes
    axis = axes[node.attributes.get("dim", 0) % len(axes)]
    if axis not in ("C", "T") or any(value.axes != axes for value in values):
        raise UnsupportedError(node, f"it joins tensors along {axis}")
    shapes = [low.shape(value) for value in values]
    along = sum(shape.channels if axis == "C" else shape[0] for shape in shapes)
    shape = shapes[0].with_channels(along) if axis == "C" else Shape((along, shapes[0].channels))
    options = {} if axis == "C" else {"along": "positions"}
    return Value(low.add(node, "concat", [value.step for value in values], shape, options), axes)


@rule("matmul", "bmm")
def matrix_product(low: Lowering, node: Node) -> Value:
    """A product of two branches that recognizers have not found to be attention."""
    raise UnsupportedError(node, "this product of matrices is no attention that was recognized")
