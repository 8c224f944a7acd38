"""Operations that move values: most of them only change which side of a tensor is which."""

from __future__ import annotations

from math import prod

from layerwise.importing.lowering.lowering import Axes, Lowering, UnsupportedError, Value, rule
from layerwise.importing.lowering.weights import MAP, sides
from layerwise.importing.trace import Node


@rule(
    "contiguous", "clone", "to", "_to_copy", "alias", "detach", "dropout", "feature_dropout", "identity",
    "lift_fresh_copy", "alpha_dropout", "dropout2d",
)  # fmt: skip
def unchanged(low: Lowering, node: Node) -> Value:
    """An operation that keeps all values in evaluation."""
    return low.value(node)


@rule("permute", "transpose", "numpy_T", "t", "movedim", "swapaxes")
def permute(low: Lowering, node: Node) -> Value:
    """A permutation of the sides."""
    value = low.value(node)
    order = list(range(len(value.axes)))
    if node.op == "permute":
        order = [dim % len(order) for dim in node.attributes["dims"]]
    elif node.op in ("numpy_T", "t"):
        order.reverse()
    else:
        first, second = (
            int(node.attributes.get(key, node.attributes.get(other, 0)))
            for key, other in (("dim0", "source"), ("dim1", "destination"))
        )
        order[first], order[second] = order[second], order[first]
    return Value(value.step, tuple(value.axes[dim] for dim in order))


@rule("view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "_unsafe_view")
def reshape(low: Lowering, node: Node) -> Value:
    """A new division of the values into sides."""
    value, target = low.value(node), low.sides(node)
    return reshaped(low, node, value, target)


def reshaped(low: Lowering, node: Node, value: Value, target: tuple[int, ...]) -> Value:
    """The value with other sides. Raises ``UnsupportedError`` if they have no meaning in definitions."""
    source = low.graph.shape(node.inputs[0])
    if len(source) != len(value.axes):
        raise UnsupportedError(node, "the meaning of its sides is unknown")
    real = [(axis, side) for axis, side in zip(value.axes, source, strict=True) if side > 1]
    wanted = [side for side in target if side > 1]
    if [side for _, side in real] == wanted:
        return Value(value.step, _spread(real, target))
    axes, shape = "".join(axis for axis, _ in real), low.shape(value)
    if prod(target) == prod(source):
        if len(wanted) == 1:
            return Value(low.add(node, "flatten", [value.step], (prod(shape),)), _spread([("C", wanted[0])], target))
        if axes in ("CHW", "HWC") and len(wanted) == 2:
            height, width, channels = shape
            order = ["C", "T"] if axes == "CHW" else ["T", "C"]
            if wanted == ([channels, height * width] if axes == "CHW" else [height * width, channels]):
                step = low.add(node, "tokens", [value.step], (height * width, channels))
                return Value(step, _spread([*zip(order, wanted, strict=True)], target))
        if axes in ("CT", "TC") and len(wanted) == 3:
            order = ["C", "H", "W"] if axes == "CT" else ["H", "W", "C"]
            named = dict(zip(order, wanted, strict=True))
            if named["C"] == shape.channels:
                size = f"{named['H']}x{named['W']}"
                step = low.add(node, "to_map", [value.step], (named["H"], named["W"], shape.channels), {"size": size})
                return Value(step, _spread([*named.items()], target))
    given = "×".join(map(str, source))
    raise UnsupportedError(node, f"no layer divides the values of {given} into {'×'.join(map(str, target))}")


def _spread(real: list[tuple[str, int]], target: tuple[int, ...]) -> Axes:
    """The meaning of each side of ``target``; the sides of one in it are the batch and empty ones."""
    rest = [axis for axis, _ in real]
    axes = [rest.pop(0) if side > 1 else "1" for side in target]
    if axes and axes[0] == "1":
        axes[0] = "N"
    if len(axes) == 4 and axes.count("1") == 2 and "C" in axes and "T" not in axes:
        place = axes.index("C")
        axes = ["N", "C", "H", "W"] if place == 1 else ["N", "H", "W", "C"] if place == 3 else axes
    return tuple(axes)


@rule("expand_as", "expand")
def broadcast(low: Lowering, node: Node) -> Value:
    """A tensor whose sides of one are repeated: merges do that by themselves."""
    value, source = low.value(node), low.graph.shape(node.inputs[0])
    if len(source) != len(low.sides(node)) or len(source) != len(value.axes):
        raise UnsupportedError(node, "it adds sides to a tensor")
    return value


@rule("split", "split_with_sizes", "chunk", "unsafe_split", "unbind")
def split(low: Lowering, node: Node) -> Value:
    """A tensor in parts; the ``getitem`` that takes one makes the layer."""
    return low.value(node)


@rule("getitem")
def part(low: Lowering, node: Node) -> Value:
    """One part of a split along the channels."""
    source = low.graph.source(node)
    value = low.values[source.inputs[0]]
    if source.op == "unbind" or source.op not in ("split", "split_with_sizes", "chunk", "unsafe_split"):
        raise UnsupportedError(source, "no layer takes one of several outputs")
    dim = source.attributes.get("dim", 0) % len(value.axes)
    if value.axes[dim] != "C":
        raise UnsupportedError(source, f"it splits {value.axes[dim]}, not the channels")
    sizes = _part_sizes(low, source, dim)
    index = node.attributes["index"]
    return channels(low, node, value, sum(sizes[:index]), sizes[index])


def _part_sizes(low: Lowering, node: Node, dim: int) -> list[int]:
    """The sizes of all parts of a split."""
    total = low.graph.shape(node.inputs[0])[dim]
    size = node.attributes.get("split_size", node.attributes.get("split_sizes"))
    if node.op == "chunk":
        size = -(-total // node.attributes["chunks"])
    if isinstance(size, int):
        return [min(size, total - start) for start in range(0, total, size)]
    return list(size or [])


def channels(low: Lowering, node: Node, value: Value, start: int, count: int) -> Value:
    """Some of the channels."""
    shape = low.shape(value)
    if count == shape.channels:
        return value
    equal = shape.channels % count == 0 and start % count == 0
    size = f"{start // count + 1}/{shape.channels // count}" if equal else f"{start}:{start + count}"
    return Value(low.add(node, "channels", [value.step], shape.with_channels(count), {"size": size}), value.axes)


@rule("slice", "narrow")
def cut(low: Lowering, node: Node) -> Value:
    """A range along one side."""
    value, source, target = low.value(node), low.graph.shape(node.inputs[0]), low.sides(node)
    if source == target:
        return value
    dim = node.attributes.get("dim", 0) % len(source)
    start, step = node.attributes.get("start", 0) or 0, node.attributes.get("step", 1)
    start, count, total = start % source[dim] if start < 0 else start, target[dim], source[dim]
    axis = value.axes[dim]
    if step != 1:
        raise UnsupportedError(node, f"it takes every {step}th value of {axis}")
    if axis == "C":
        return channels(low, node, value, start, count)
    if axis in ("H", "W"):
        shape = low.shape(value)
        after = total - start - count
        borders = (start, after, 0, 0) if axis == "H" else (0, 0, start, after)
        rows, columns = (count, shape[1]) if axis == "H" else (shape[0], count)
        step_id = low.add(node, "crop", [value.step], (rows, columns, shape.channels), {"size": sides(borders)})
        return Value(step_id, value.axes)
    if axis == "T" and count == 1:
        step_id = low.add(node, "take_token", [value.step], (low.shape(value).channels,), _number(start))
        return Value(step_id, tuple("1" if name == "T" else name for name in value.axes))
    raise UnsupportedError(node, f"no layer takes a part of {axis}")


def _number(start: int) -> dict[str, int]:
    return {"size": start + 1} if start else {}


@rule("select")
def select(low: Lowering, node: Node) -> Value:
    """One value along a side."""
    value = low.value(node)
    dim = node.attributes.get("dim", 0) % len(value.axes)
    axes = value.axes[:dim] + value.axes[dim + 1 :]
    if value.axes[dim] == "T":
        step = low.add(
            node, "take_token", [value.step], (low.shape(value).channels,), _number(node.attributes.get("index", 0))
        )
        return Value(step, axes)
    if value.axes[dim] == "1":
        return Value(value.step, axes)
    raise UnsupportedError(node, f"no layer takes one value of {value.axes[dim]}")


@rule("pad", "constant_pad_nd")
def pad(low: Lowering, node: Node) -> Value:
    """Channels of zeros; padding of a map belongs to the layer after it, and a recognizer moves it there."""
    value = low.value(node)
    given = list(node.attributes["pad"])
    if not any(given):
        return value
    if node.attributes.get("value"):
        raise UnsupportedError(node, "no layer pads with a value other than zero")
    amounts = {value.axes[-1 - place // 2]: given[place : place + 2] for place in range(0, len(given), 2)}
    used = {axis: amount for axis, amount in amounts.items() if any(amount)}
    shape = low.shape(value)
    if set(used) == {"C"} and used["C"][0] == 0:
        channels_after = shape.channels + used["C"][1]
        step = low.add(
            node, "pad_channels", [value.step], shape.with_channels(channels_after), {"size": channels_after}
        )
        return Value(step, value.axes)
    if value.axes == MAP and set(used) <= {"H", "W"} and min(given) < 0:
        raise UnsupportedError(node, "no layer pads with a negative number")
    raise UnsupportedError(node, "no layer only pads a map")
