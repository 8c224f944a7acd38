"""Convolutions, linear layers, normalizations, activation functions, and layers that recognizers made."""

from __future__ import annotations

from typing import Any

from layerwise.importing.graph import values
from layerwise.importing.lowering.lowering import Lowering, UnsupportedError, Value, rule
from layerwise.importing.trace import Node

MAP = ("N", "C", "H", "W")


def pair(value: Any, default: int) -> tuple[int, int]:
    """Height and width of an attribute: one number, a list of one or two, or missing."""
    numbers = [value] if isinstance(value, int) else list(value or [default])
    return (int(numbers[0]), int(numbers[-1]))


def sides(numbers: tuple[int, ...]) -> int | str:
    """Numbers as definitions write them: one if all are equal."""
    return numbers[0] if len(set(numbers)) == 1 else "x".join(map(str, numbers))


def kernel(numbers: tuple[int, ...]) -> str:
    """A kernel as definitions write it: 3x3."""
    return "x".join(map(str, numbers))


def padding(attribute: Any, *, odd_kernel_and_no_stride: bool = False) -> int | str:
    """A padding as definitions write it, from one that PyTorch gives in numbers or in words."""
    if attribute == "valid":
        return 0
    if attribute == "same":
        return "half" if odd_kernel_and_no_stride else "same"
    given = list(attribute) if isinstance(attribute, list | tuple) else [attribute or 0]
    return sides(tuple(given)) if len(given) == 4 else sides(pair(given, 0))


@rule("conv2d", "conv_transpose2d")
def convolution(low: Lowering, node: Node) -> Value:
    """A convolution, depthwise if each group has one channel."""
    value = low.map_axes(node)
    shape = low.shape(value)
    weight = low.graph.tensor_shape(node, "weight") or node.attributes.get("weight_shape")
    if weight is None:
        raise UnsupportedError(node, "other operations compute its weight")
    groups, height, width = node.attributes.get("groups", 1), *tuple(weight[2:])
    is_transposed = node.op == "conv_transpose2d"
    channels = weight[1] * groups if is_transposed else weight[0]
    options: dict[str, Any] = {"kernel": kernel((height, width))}
    stride, dilation = pair(node.attributes.get("stride"), 1), pair(node.attributes.get("dilation"), 1)
    is_plain = stride == (1, 1) and bool(height % 2 and width % 2)
    given = padding(node.attributes.get("padding", 0), odd_kernel_and_no_stride=is_plain)
    kind = "transposed_conv" if is_transposed else "conv"
    if groups == shape.channels > 1 and not is_transposed:
        kind = "depthwise_conv"
        if channels != groups:
            options["multiplier"] = channels // groups
    else:
        options["channels"] = channels
        if groups > 1:
            options["groups"] = groups
    options |= {"stride": sides(stride), "padding": given, "dilation": sides(dilation)}
    if (height, width) == (1, 1) and given in ("half", "same"):
        options["padding"] = 0
    if is_transposed and (output_padding := sides(pair(node.attributes.get("output_padding"), 0))):
        options["output_padding"] = output_padding
    options["bias"] = "bias" in node.tensors
    if "weight" in node.tensors and low.graph.tensors[node.tensors["weight"]].kind != "parameter":
        options["fixed"] = True
    if node.attributes.get("gain"):
        options["gain"] = True
    _, _, rows, columns = low.sides(node)
    return Value(low.add(node, kind, [value.step], (rows, columns, channels), options), MAP)


@rule("linear")
def linear(low: Lowering, node: Node) -> Value:
    """A linear layer: of a vector, or of the channels at each position."""
    value = low.value(node)
    shape, weight = low.shape(value), low.graph.tensor_shape(node, "weight")
    if weight is None:
        raise UnsupportedError(node, "other operations compute its weight")
    options = {"channels": weight[0], "bias": "bias" in node.tensors}
    axes, step = value.axes, value.step
    real = [axis for axis in axes if axis not in ("N", "1")]
    if real == ["C"] and not any(side > 1 for side in shape.spatial):
        return Value(low.add(node, "fc", [step], (weight[0],), options), axes)
    if axes[-1] == "T" and real == ["C", "T"]:
        step = low.add(node, "transpose", [step], (shape[1], shape[0]))
        shape, axes = low.steps[step].shape, tuple({"C": "T", "T": "C"}.get(axis, axis) for axis in axes)
    if axes[-1] != "C" or weight[1] != shape.channels:
        raise UnsupportedError(node, f"it acts on {axes[-1]} of a tensor {'×'.join(axes)}")
    return Value(low.add(node, "linear", [step], shape.with_channels(weight[0]), options), axes)


@rule("batch_norm", "group_norm", "layer_norm", "instance_norm", "rms_norm")
def normalization(low: Lowering, node: Node) -> Value:
    """A normalization of the channels."""
    value = low.value(node)
    shape, options = low.shape(value), {}
    is_affine = "weight" in node.tensors
    if is_affine is not ("bias" in node.tensors) and node.op != "rms_norm":
        raise UnsupportedError(node, "it has a scale or a shift, not both")
    if node.op == "rms_norm":
        raise UnsupportedError(node, "the language has no normalization by the root of the mean square")
    if node.op == "layer_norm":
        normalized = [axis for axis in value.axes[-len(node.attributes["normalized_shape"]) :] if axis != "1"]
        if normalized == ["T"]:
            raise UnsupportedError(node, "it normalizes the positions, not the channels")
        if normalized != ["C"]:
            raise UnsupportedError(node, f"it normalizes {'×'.join(normalized)}, not the channels")
    elif value.axes[1] != "C":
        raise UnsupportedError(node, f"the channels of {'×'.join(value.axes)} are not its second side")
    kind = node.op
    if node.op == "batch_norm" and "running_mean" not in node.tensors:
        raise UnsupportedError(node, "it has no running statistics")
    if node.op == "group_norm":
        options["size"] = node.attributes["num_groups"]
    if is_affine is (node.op == "instance_norm"):
        options["affine"] = is_affine
    return Value(low.layer(node, kind, shape, options), value.axes)


ACTIVATIONS = {
    "relu": "relu",
    "relu6": "relu6",
    "silu": "silu",
    "gelu": "gelu",
    "mish": "mish",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "elu": "elu",
    "selu": "selu",
    "leaky_relu": "leaky_relu",
    "hardswish": "hard_swish",
    "hardsigmoid": "hard_sigmoid",
}


@rule(*ACTIVATIONS)
def activation(low: Lowering, node: Node) -> Value:
    """An activation function without parameters."""
    value = low.value(node)
    return Value(low.layer(node, ACTIVATIONS[node.op], low.shape(value)), value.axes)


@rule("hardtanh", "clamp", "clip")
def clamp(low: Lowering, node: Node) -> Value:
    """A limit to 0 and 6; any other has no layer."""
    values = node.attributes
    low_end, high_end = (values.get(key[0], values.get(key[1])) for key in (("min_val", "min"), ("max_val", "max")))
    if (low_end, high_end) != (0, 6):
        raise UnsupportedError(node, f"the language has no limit to {low_end} and {high_end}")
    value = low.value(node)
    return Value(low.layer(node, "relu6", low.shape(value)), value.axes)


@rule("softmax")
def softmax(low: Lowering, node: Node) -> Value:
    """A softmax over the channels."""
    value = low.value(node)
    if value.axes[node.attributes.get("dim", -1)] != "C":
        raise UnsupportedError(node, "it is not over the channels")
    return Value(low.layer(node, "softmax", low.shape(value)), value.axes)


@rule("prelu")
def prelu(low: Lowering, node: Node) -> Value:
    """PReLU with a slope per channel, or one for all."""
    value = low.value(node)
    slopes = values(low.graph.tensor_shape(node, "weight"))
    options = {"size": slopes} if slopes == 1 != low.shape(value).channels else {}
    return Value(low.layer(node, "prelu", low.shape(value), options), value.axes)


@rule("layer:")
def recognized(low: Lowering, node: Node) -> Value:
    """A layer or a merge that a recognizer made; its output has the sides of its first input, or ``axes``."""
    options = dict(node.attributes)
    axes = options.pop("axes", None)
    shape = options.pop("shape", None)
    value = low.value(node)
    steps = [low.value(node, place).step for place in range(len(node.inputs))]
    shape = low.shape(value) if shape is None else tuple(shape)
    return Value(
        low.add(node, node.op.removeprefix("layer:"), steps, shape, options),
        value.axes if axes is None else tuple(axes),
    )
