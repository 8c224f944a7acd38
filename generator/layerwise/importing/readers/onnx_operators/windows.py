"""Convolutions, pooling, and means."""

from __future__ import annotations

from typing import Any, NamedTuple

from layerwise.core.windows import output_size, output_size_ceil
from layerwise.importing.readers.onnx_operators.calls import Call, Shape, operator
from layerwise.importing.table import TranslationError
from layerwise.importing.trace import Node


class Windows(NamedTuple):
    """A kernel with its stride, padding and dilation along two sides."""

    kernel: list[int]
    stride: list[int]
    padding: Any
    dilation: list[int]
    pads: list[int]


def windows(call: Call, kernel: list[int]) -> Windows:
    """The attributes of a sliding window; ``padding`` as PyTorch has it, or four sides, or ``same``."""
    if len(kernel) != 2 or len(call.shape()) != 4:
        raise TranslationError("only windows over images can be expressed")
    stride, dilation = call.get("strides", [1, 1]), call.get("dilations", [1, 1])
    mode, pads = call.get("auto_pad", "NOTSET"), call.get("pads", [0, 0, 0, 0])
    if mode == "SAME_UPPER":
        return Windows(kernel, stride, "same", dilation, [])
    if mode not in ("NOTSET", "VALID", ""):
        raise TranslationError(f"the language has no padding like {mode}")
    top, left, bottom, right = pads if mode != "VALID" else [0, 0, 0, 0]
    padding = [top, left] if (top, left) == (bottom, right) else [top, bottom, left, right]
    return Windows(kernel, stride, padding, dilation, [top, left, bottom, right])


def slid(call: Call, window: Windows, *, ceil: bool = False) -> Shape:
    """Height and width of the output of a window."""
    if window.padding == "same":
        return tuple(-(-side // stride) for side, stride in zip(call.shape()[2:], window.stride, strict=True))
    sides = []
    for axis, side in enumerate(call.shape()[2:]):
        before, after = window.pads[axis], window.pads[axis + 2]
        kernel, stride, dilation = window.kernel[axis], window.stride[axis], window.dilation[axis]
        if ceil:
            sides.append(output_size_ceil(side, before, after, kernel, stride))
        else:
            sides.append(output_size(side + before + after, kernel, stride, dilation))
    return tuple(sides)


@operator("Conv")
def convolution(call: Call) -> list[Node]:
    """A convolution with a stored weight."""
    weight = call.shape(1)
    window = windows(call, list(weight[2:]))
    attributes = {
        "stride": window.stride, "padding": window.padding, "dilation": window.dilation, "groups": call.get("group", 1),
    }  # fmt: skip
    (node,) = call.result("conv2d", (call.shape()[0], weight[0], *slid(call, window)), attributes)
    node.tensors = dict(zip(("weight", "bias"), [name for name in call.node.inputs[1:] if name], strict=False))
    return [node]


@operator("ConvTranspose")
def transposed_convolution(call: Call) -> list[Node]:
    """A transposed convolution with a stored weight."""
    weight, group = call.shape(1), call.get("group", 1)
    window = windows(call, list(weight[2:]))
    more = call.get("output_padding", [0, 0])
    if len(window.padding) != 2 or call.get("output_shape"):
        raise TranslationError("only equal padding on both sides can be expressed")
    sides = [
        (side - 1) * stride - 2 * pad + dilation * (kernel - 1) + extra + 1
        for side, stride, pad, dilation, kernel, extra in zip(
            call.shape()[2:], window.stride, window.padding, window.dilation, window.kernel, more, strict=True
        )
    ]
    attributes = {
        "stride": window.stride, "padding": window.padding, "dilation": window.dilation, "groups": group,
        "output_padding": more,
    }  # fmt: skip
    (node,) = call.result("conv_transpose2d", (call.shape()[0], weight[1] * group, *sides), attributes)
    node.tensors = dict(zip(("weight", "bias"), [name for name in call.node.inputs[1:] if name], strict=False))
    return [node]


@operator("MaxPool", "AveragePool")
def pooling(call: Call) -> list[Node]:
    """Pooling over a window."""
    window, ceil = windows(call, call.get("kernel_shape", [])), bool(call.get("ceil_mode", 0))
    attributes = {"kernel_size": window.kernel, "stride": window.stride, "padding": window.padding, "ceil_mode": ceil}
    if window.dilation != [1, 1]:
        raise TranslationError("pooling has no dilation")
    name = "max_pool2d" if call.node.op == "MaxPool" else "avg_pool2d"
    return call.result(name, (*call.shape()[:2], *slid(call, window, ceil=ceil)), attributes)


@operator("GlobalAveragePool", "GlobalMaxPool")
def global_pooling(call: Call) -> list[Node]:
    """Pooling over the whole map."""
    name = "adaptive_avg_pool2d" if call.node.op == "GlobalAveragePool" else "adaptive_max_pool2d"
    return call.result(name, (*call.shape()[:2], 1, 1), {"output_size": [1, 1]})


@operator("ReduceMean", "ReduceMax")
def reduction(call: Call) -> list[Node]:
    """A mean or maximum along sides."""
    shape = call.shape()
    axes = [int(axis) % len(shape) for axis in call.numbers("axes", 1) or range(len(shape))]
    keep = bool(call.get("keepdims", 1))
    sides = [1 if axis in axes else side for axis, side in enumerate(shape) if keep or axis not in axes]
    name = "mean" if call.node.op == "ReduceMean" else "amax"
    return call.result(name, tuple(sides), {"dim": axes, "keepdim": keep})
