"""Pooling, means and resampling."""

from __future__ import annotations

from layerwise.importing.lowering.lowering import Lowering, UnsupportedError, Value, rule
from layerwise.importing.lowering.weights import MAP, kernel, padding, pair, sides
from layerwise.importing.trace import Node


@rule("max_pool2d", "avg_pool2d")
def pooling(low: Lowering, node: Node) -> Value:
    """Pooling over a window."""
    value = low.map_axes(node)
    attributes = node.attributes
    if pair(attributes.get("dilation"), 1) != (1, 1):
        raise UnsupportedError(node, "pooling has no dilation")
    size = pair(attributes["kernel_size"], 1)
    stride = pair(attributes.get("stride") or list(size), 1)
    options = {"kernel": kernel(size), "stride": sides(stride), "padding": padding(attributes.get("padding", 0))}
    options["ceil"] = bool(attributes.get("ceil_mode", False))
    _, channels, rows, columns = low.sides(node)
    kind = "max_pool" if node.op == "max_pool2d" else "avg_pool"
    return Value(low.add(node, kind, [value.step], (rows, columns, channels), options), MAP)


@rule("adaptive_avg_pool2d", "adaptive_max_pool2d")
def adaptive(low: Lowering, node: Node) -> Value:
    """Pooling to a given size."""
    value = low.map_axes(node)
    shape = low.shape(value)
    _, channels, rows, columns = low.sides(node)
    if (rows, columns) == (1, 1):
        kind = "global_avg_pool" if node.op == "adaptive_avg_pool2d" else "global_max_pool"
        return Value(low.add(node, kind, [value.step], (1, 1, channels)), MAP)
    if node.op == "adaptive_max_pool2d":
        raise UnsupportedError(node, "adaptive max pooling is only global")
    if shape.spatial == (rows, columns):
        return value
    step = low.add(node, "adaptive_avg_pool", [value.step], (rows, columns, channels), {"size": f"{rows}x{columns}"})
    return Value(step, MAP)


def reduced(axes: tuple[str, ...], dims: list[int], keep: bool) -> tuple[str, ...]:
    """The sides that are left after those of ``dims`` are reduced."""
    gone = {dim % len(axes) for dim in dims}
    kept = [("1" if place in gone else axis) for place, axis in enumerate(axes)]
    return tuple(kept) if keep else tuple(axis for place, axis in enumerate(kept) if place not in gone)


def dims_of(node: Node, count: int) -> list[int]:
    """The sides that a reduction reduces: all if it names none."""
    dims = node.attributes.get("dim")
    return list(range(count)) if dims in (None, []) else [dims] if isinstance(dims, int) else list(dims)


@rule("mean", "amax", "max")
def mean(low: Lowering, node: Node) -> Value:
    """A mean or maximum over the map, the positions or the channels."""
    value = low.value(node)
    dims, keep = dims_of(node, len(value.axes)), bool(node.attributes.get("keepdim", False))
    shape, gone = low.shape(value), {value.axes[dim] for dim in dims} - {"1"}
    if not gone:
        return Value(value.step, reduced(value.axes, dims, keep))
    is_mean = node.op == "mean"
    axes = reduced(value.axes, dims, keep)
    if gone == {"H", "W"} or (gone <= {"H", "W"} and shape.spatial == (1, 1)):
        kind = "global_avg_pool" if is_mean else "global_max_pool"
        return Value(low.layer(node, kind, (1, 1, shape.channels)), axes)
    if gone == {"T"} and is_mean:
        return Value(low.layer(node, "mean_tokens", (shape.channels,)), axes)
    if gone == {"C"} and keep and len(shape) == 3:
        step = low.layer(node, "mean_channels" if is_mean else "max_channels", (*shape.spatial, 1))
        return Value(step, tuple("C" if axis == "C" else axis for axis in value.axes))
    raise UnsupportedError(node, f"it reduces {' and '.join(sorted(gone))} of a tensor {'×'.join(value.axes)}")


@rule("upsample_nearest2d", "upsample_bilinear2d", "_upsample_bilinear2d_aa", "upsample_bicubic2d")
def upsample(low: Lowering, node: Node) -> Value:
    """An upsampling by a whole factor, or to a size."""
    value = low.map_axes(node)
    height, width, channels = low.shape(value)
    _, _, rows, columns = low.sides(node)
    if (rows, columns) == (height, width):
        return value
    if "bicubic" in node.op:
        raise UnsupportedError(node, "the language has no bicubic interpolation")
    is_whole = rows % height == 0 and columns % width == 0
    size = sides((rows // height, columns // width)) if is_whole else kernel((rows, columns))
    options: dict[str, object] = {"size": size}
    if "bilinear" in node.op:
        options["mode"] = "bilinear"
    kind = "upsample" if is_whole else "resize"
    return Value(low.add(node, kind, [value.step], (rows, columns, channels), options), MAP)


@rule("pixel_shuffle", "pixel_unshuffle")
def shuffle_pixels(low: Lowering, node: Node) -> Value:
    """Channels into blocks of pixels, or back."""
    value = low.map_axes(node)
    is_up = node.op == "pixel_shuffle"
    factor = node.attributes["upscale_factor" if is_up else "downscale_factor"]
    _, channels, rows, columns = low.sides(node)
    kind = "depth_to_space" if is_up else "space_to_depth"
    return Value(low.add(node, kind, [value.step], (rows, columns, channels), {"size": f"{factor}x{factor}"}), MAP)
