"""The operators of ONNX, opsets 7 to 23, as operations of a trace, each with its output shape.

Source: https://onnx.ai/onnx/operators/.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

from layerwise.core.windows import output_size, output_size_ceil
from layerwise.importing.readers.onnx_file import OnnxNode
from layerwise.importing.trace import Node

Shape = tuple[int, ...]


class OnnxError(ValueError):
    """An operation that has no equal among those of a trace; the message states the reason."""


class Call(NamedTuple):
    """An operation with what is known of its inputs."""

    node: OnnxNode
    shapes: list[Shape | None]
    values: list[list[Any] | None]

    def shape(self, place: int = 0) -> Shape:
        """The shape of an input."""
        if place >= len(self.shapes) or (shape := self.shapes[place]) is None:
            raise OnnxError("the shape of an input is unknown")
        return shape

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute."""
        value = self.node.attributes.get(name)
        return default if value is None else value

    def numbers(self, name: str, place: int) -> list[Any] | None:
        """Numbers that are an attribute in old opsets and an input in new ones; None if they are missing."""
        if (value := self.node.attributes.get(name)) is not None:
            return value if isinstance(value, list) else [value]
        if place < len(self.node.inputs) and self.node.inputs[place]:
            if self.values[place] is None:
                raise OnnxError(f"its input {name} is no constant")
            return self.values[place]
        return None

    def result(
        self, op: str, shape: Shape | None, attributes: dict[str, Any] | None = None, *inputs: str
    ) -> list[Node]:
        """One node of the trace; its inputs are by default the first of the operation."""
        names = list(inputs) or self.node.inputs[:1]
        return [Node(self.node.outputs[0], op, names, {}, attributes or {}, shape)]


Operator = Callable[[Call], list[Node]]
OPERATORS: dict[str, Operator] = {}


def operator(*names: str) -> Callable[[Operator], Operator]:
    """Register the translation of operators."""

    def register(function: Operator) -> Operator:
        OPERATORS.update(dict.fromkeys(names, function))
        return function

    return register


ELEMENTWISE = {
    "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Gelu": "gelu", "Mish": "mish", "HardSwish": "hardswish",
    "Elu": "elu", "Selu": "selu", "LeakyRelu": "leaky_relu", "Swish": "silu", "Erf": "erf", "Sqrt": "sqrt",
    "Identity": "identity", "Dropout": "dropout", "Cast": "to",
}  # fmt: skip


@operator(*ELEMENTWISE)
def elementwise(call: Call) -> list[Node]:
    """A function of each value."""
    return call.result(ELEMENTWISE[call.node.op], call.shape())


@operator("HardSigmoid")
def hard_sigmoid(call: Call) -> list[Node]:
    """Only with the slope of PyTorch, 1/6."""
    if abs(call.get("alpha", 0.2) - 1 / 6) > 1e-4:
        raise OnnxError(f"the language has no hard sigmoid with a slope of {call.get('alpha', 0.2):g}")
    return call.result("hardsigmoid", call.shape())


@operator("Clip")
def clip(call: Call) -> list[Node]:
    """A limit of the values."""
    low, high = call.numbers("min", 1), call.numbers("max", 2)
    limits = {"min_val": low[0] if low else None, "max_val": high[0] if high else None}
    return call.result("hardtanh", call.shape(), limits)


@operator("Softmax", "LogSoftmax")
def softmax(call: Call) -> list[Node]:
    """A softmax."""
    return call.result("softmax", call.shape(), {"dim": call.get("axis", -1)})


@operator("PRelu")
def prelu(call: Call) -> list[Node]:
    """PReLU; its slopes are stored as C×1×1."""
    (node,) = call.result("prelu", call.shape())
    node.tensors["weight"] = call.node.inputs[1]
    return [node]


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
        raise OnnxError("only windows over images can be expressed")
    stride, dilation = call.get("strides", [1, 1]), call.get("dilations", [1, 1])
    mode, pads = call.get("auto_pad", "NOTSET"), call.get("pads", [0, 0, 0, 0])
    if mode == "SAME_UPPER":
        return Windows(kernel, stride, "same", dilation, [])
    if mode not in ("NOTSET", "VALID", ""):
        raise OnnxError(f"the language has no padding like {mode}")
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
        raise OnnxError("only equal padding on both sides can be expressed")
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
        raise OnnxError("pooling has no dilation")
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


@operator("BatchNormalization")
def batch_normalization(call: Call) -> list[Node]:
    """Batch normalization with its statistics."""
    (node,) = call.result("batch_norm", call.shape())
    node.tensors = dict(zip(("weight", "bias", "running_mean", "running_var"), call.node.inputs[1:5], strict=True))
    return [node]


@operator("LayerNormalization")
def layer_normalization(call: Call) -> list[Node]:
    """Layer normalization of the last sides."""
    axis = call.get("axis", -1)
    (node,) = call.result("layer_norm", call.shape(), {"normalized_shape": list(call.shape()[axis:])})
    node.tensors = dict(zip(("weight", "bias"), [name for name in call.node.inputs[1:] if name], strict=False))
    return [node]


@operator("InstanceNormalization", "GroupNormalization")
def group_normalization(call: Call) -> list[Node]:
    """Normalization of groups of channels, or of each."""
    is_group = call.node.op == "GroupNormalization"
    attributes = {"num_groups": call.get("num_groups")} if is_group else {}
    (node,) = call.result("group_norm" if is_group else "instance_norm", call.shape(), attributes)
    node.tensors = dict(zip(("weight", "bias"), call.node.inputs[1:3], strict=False))
    return [node]


@operator("Gemm")
def gemm(call: Call) -> list[Node]:
    """A linear layer of a vector."""
    if call.get("transA", 0):
        raise OnnxError("its input is transposed")
    rows, columns = call.shape(1)
    is_transposed = bool(call.get("transB", 0))
    units = rows if is_transposed else columns
    attributes: dict[str, Any] = {} if is_transposed else {"transposed": True}
    (node,) = call.result("linear", (*call.shape()[:-1], units), attributes)
    node.tensors = dict(zip(("weight", "bias"), [name for name in call.node.inputs[1:3] if name], strict=False))
    return [node]


@operator("MatMul")
def product(call: Call) -> list[Node]:
    """A product of two values, or with a stored weight, which is then a linear layer without a bias."""
    first, second = call.shape(0), call.shape(1)
    if len(first) < 2 or len(second) < 2:
        raise OnnxError("only products of matrices can be expressed")
    shape = (*max(first[:-2], second[:-2], key=len), first[-2], second[-1])
    return call.result("matmul", shape, {}, *call.node.inputs[:2])


@operator("Add", "Sub", "Mul", "Div", "Pow")
def arithmetic(call: Call) -> list[Node]:
    """Arithmetic of two values, or of one with a constant or a stored tensor."""
    shapes = [call.shape(0), call.shape(1)]
    length = max(map(len, shapes))
    padded = [(1,) * (length - len(shape)) + shape for shape in shapes]
    shape = tuple(max(sides) for sides in zip(*padded, strict=True))
    return call.result(call.node.op.lower(), shape, {}, *call.node.inputs[:2])


@operator("Concat")
def concatenation(call: Call) -> list[Node]:
    """A concatenation along one side."""
    shapes = [call.shape(place) for place in range(len(call.node.inputs))]
    axis = call.get("axis", 1) % len(shapes[0])
    shape = list(shapes[0])
    shape[axis] = sum(entry[axis] for entry in shapes)
    return call.result("cat", tuple(shape), {"dim": axis}, *call.node.inputs)


@operator("Flatten")
def flatten(call: Call) -> list[Node]:
    """All sides from an axis on as one."""
    shape, axis = call.shape(), call.get("axis", 1)
    return call.result("flatten", (prod(shape[:axis]), prod(shape[axis:])))


@operator("Reshape")
def reshape(call: Call) -> list[Node]:
    """The values in another shape; 0 keeps a side, -1 is what is left."""
    shape, target = call.shape(), call.numbers("shape", 1)
    if target is None:
        raise OnnxError("its shape is unknown")
    sides = [shape[place] if side == 0 else int(side) for place, side in enumerate(target)]
    if -1 in sides:
        sides[sides.index(-1)] = prod(shape) // -prod(sides)
    if prod(sides) != prod(shape) or min(sides, default=1) < 0:
        raise OnnxError(f"its values do not fit into {'×'.join(map(str, sides))}")
    return call.result("reshape", tuple(sides))


@operator("Transpose")
def transpose(call: Call) -> list[Node]:
    """A permutation of the sides."""
    shape = call.shape()
    order = call.get("perm") or list(range(len(shape)))[::-1]
    return call.result("permute", tuple(shape[axis] for axis in order), {"dims": order})


@operator("Squeeze", "Unsqueeze")
def squeeze(call: Call) -> list[Node]:
    """Sides of one, removed or added."""
    shape, axes = call.shape(), call.numbers("axes", 1)
    if call.node.op == "Squeeze":
        gone = {int(axis) % len(shape) for axis in axes or [place for place, side in enumerate(shape) if side == 1]}
        return call.result("squeeze", tuple(side for place, side in enumerate(shape) if place not in gone))
    sides, count = list(shape), len(shape) + len(axes or [])
    for axis in sorted(int(axis) % count for axis in axes or []):
        sides.insert(axis, 1)
    return call.result("unsqueeze", tuple(sides))


@operator("Expand")
def expand(call: Call) -> list[Node]:
    """Sides of one, repeated."""
    target, shape = call.numbers("shape", 1), call.shape()
    sides = [max(int(side), 1) for side in target or shape]
    padded = (1,) * (len(sides) - len(shape)) + shape
    return call.result("expand", tuple(max(pair) for pair in zip(padded, sides, strict=True)))


@operator("Slice")
def cut(call: Call) -> list[Node]:
    """A range along some sides, one after the other."""
    starts, ends = call.numbers("starts", 1), call.numbers("ends", 2)
    axes, steps = call.numbers("axes", 3), call.numbers("steps", 4)
    shape, nodes, source = list(call.shape()), [], call.node.inputs[0]
    axes = axes or list(range(len(starts or [])))
    for place, axis in enumerate(axes):
        step = int(steps[place]) if steps else 1
        dim = int(axis) % len(shape)
        chosen = range(*slice(int((starts or [])[place]), int((ends or [])[place]), step).indices(shape[dim]))
        shape[dim] = len(chosen)
        is_last = place == len(axes) - 1
        name = call.node.outputs[0] if is_last else f"{call.node.outputs[0]}.{place}"
        attributes = {"dim": dim, "start": chosen.start, "step": step}
        nodes.append(Node(name, "slice", [source], {}, attributes, tuple(shape)))
        source = name
    return nodes


@operator("Gather")
def gather(call: Call) -> list[Node]:
    """One value along a side."""
    index, shape = call.numbers("indices", 1), call.shape()
    dim = call.get("axis", 0) % len(shape)
    if index is None or len(index) != 1 or call.shape(1) != ():
        raise OnnxError("only one index can be expressed")
    sides = shape[:dim] + shape[dim + 1 :]
    return call.result("select", sides, {"dim": dim, "index": int(index[0]) % shape[dim]})


@operator("Split")
def split(call: Call) -> list[Node]:
    """Parts along one side."""
    shape, count = call.shape(), len(call.node.outputs)
    axis = call.get("axis", 0) % len(shape)
    sizes = call.numbers("split", 1) or [-(-shape[axis] // count)] * (count - 1)
    sizes = [int(size) for size in sizes][:count]
    if len(sizes) < count:
        sizes.append(shape[axis] - sum(sizes))
    if sum(sizes) != shape[axis] or min(sizes) < 1:
        raise OnnxError("its parts do not fit the side")
    name = f"{call.node.outputs[0]}.parts"
    nodes = [Node(name, "split", call.node.inputs[:1], {}, {"split_size": sizes, "dim": axis}, None)]
    for place, output in enumerate(call.node.outputs):
        sides = (*shape[:axis], sizes[place], *shape[axis + 1 :])
        nodes.append(Node(output, "getitem", [name], {}, {"index": place}, sides))
    return nodes


@operator("Pad")
def pad(call: Call) -> list[Node]:
    """Zeros around a tensor, in PyTorch's order: the last side first."""
    pads, shape = call.numbers("pads", 1) or [], call.shape()
    value = call.numbers("value", 2)
    count = len(shape)
    if len(pads) != 2 * count:
        raise OnnxError("its padding is for some sides only")
    sides = tuple(side + int(pads[axis]) + int(pads[axis + count]) for axis, side in enumerate(shape))
    order = [int(amount) for axis in reversed(range(count)) for amount in (pads[axis], pads[axis + count])]
    while len(order) > 2 and order[-2:] == [0, 0]:
        del order[-2:]
    mode = call.get("mode", "constant")
    return call.result("pad", sides, {"pad": order, "mode": mode, "value": value[0] if value else 0})


@operator("Resize", "Upsample")
def resize(call: Call) -> list[Node]:
    """An upsampling to sizes, or by factors."""
    shape, last = call.shape(), len(call.node.inputs) - 1
    sizes = call.numbers("sizes", 3) if last >= 3 else None
    factors = None if sizes else call.numbers("scales", 1 if call.node.op == "Upsample" else 2)
    sides = [int(size) for size in sizes] if sizes else [int(s * f) for s, f in zip(shape, factors or [], strict=True)]
    mode = call.get("mode", "nearest")
    if mode not in ("nearest", "linear") or len(sides) != 4:
        raise OnnxError(f"the language has no interpolation like {mode}")
    return call.result("upsample_nearest2d" if mode == "nearest" else "upsample_bilinear2d", tuple(sides))


@operator("DepthToSpace", "SpaceToDepth")
def pixels(call: Call) -> list[Node]:
    """Channels into blocks of pixels, or back."""
    (batch, channels, height, width), block = call.shape(), call.get("blocksize", 1)
    if call.node.op == "DepthToSpace":
        shape = (batch, channels // block**2, height * block, width * block)
        return call.result("pixel_shuffle", shape, {"upscale_factor": block})
    shape = (batch, channels * block**2, height // block, width // block)
    return call.result("pixel_unshuffle", shape, {"downscale_factor": block})
