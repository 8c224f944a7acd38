"""The layers of Keras as operations of a trace, with shapes channels first.

Source: https://keras.io/api/layers/; the configurations are those of Keras 3, channels last.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

from layerwise.importing.trace import Node, TensorInfo

Shape = tuple[int, ...]


class KerasError(ValueError):
    """A layer that has no equal among the operations of a trace; the message states the reason."""


class Layer(NamedTuple):
    """A layer with its inputs."""

    name: str
    kind: str
    config: dict[str, Any]
    inputs: list[str]
    shapes: list[Shape]
    constants: list[float]
    """Numbers among the arguments."""

    def get(self, key: str, default: Any = None) -> Any:
        """An entry of the configuration."""
        value = self.config.get(key)
        return default if value is None else value

    def pair(self, key: str, default: int = 1) -> list[int]:
        """Two numbers of the configuration."""
        value = self.get(key, default)
        return [value, value] if isinstance(value, int) else [int(number) for number in value]


class Result:
    """The operations of one layer, and their stored tensors."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.nodes: list[Node] = []
        self.tensors: dict[str, TensorInfo] = {}

    @property
    def last(self) -> str:
        """The id of the last node, or the first input."""
        return self.nodes[-1].id if self.nodes else self.layer.inputs[0]

    @property
    def shape(self) -> Shape:
        """The shape of the last node, or of the first input."""
        return (self.nodes[-1].shape or ()) if self.nodes else self.layer.shapes[0]

    def add(self, op: str, shape: Shape, inputs: list[str] | None = None, /, **attributes: Any) -> Node:
        """Add an operation after the last."""
        name = f"{self.layer.name}.{len(self.nodes)}"
        node = Node(name, op, [self.last] if inputs is None else inputs, {}, attributes, shape, self.layer.name)
        self.nodes.append(node)
        return node

    def store(self, node: Node, argument: str, shape: Shape, kind: str = "parameter") -> None:
        """Give a node a stored tensor."""
        name = f"{self.layer.name}/{argument}" + (f" {len(self.nodes)}" if len(self.nodes) > 1 else "")
        self.tensors[name] = TensorInfo(kind, shape)
        node.tensors[argument] = name


Function = Callable[[Layer, Result], None]
LAYERS: dict[str, Function] = {}


def layers(*kinds: str) -> Callable[[Function], Function]:
    """Register what layers become."""

    def register(function: Function) -> Function:
        LAYERS.update(dict.fromkeys(kinds, function))
        return function

    return register


ACTIVATIONS = {
    "relu": "relu", "relu6": "relu6", "sigmoid": "sigmoid", "tanh": "tanh", "silu": "silu", "swish": "silu",
    "gelu": "gelu", "elu": "elu", "selu": "selu", "mish": "mish", "hard_sigmoid": "hardsigmoid",
    "hard_silu": "hardswish",
    "hard_swish": "hardswish", "leaky_relu": "leaky_relu", "softmax": "softmax",
}  # fmt: skip


def activate(result: Result, function: Any) -> None:
    """Add an activation function by its name or configuration."""
    name = function.get("config") if isinstance(function, dict) else function
    name = name if isinstance(name, str) else getattr(function, "get", lambda _: None)("class_name")
    if name in (None, "linear"):
        return
    if name not in ACTIVATIONS:
        raise KerasError(f"the language has no activation function {str(name)[:60]!r}")
    attributes = {"dim": 1 if len(result.shape) == 4 else -1} if name == "softmax" else {}
    result.add(ACTIVATIONS[name], result.shape, **attributes)


def image(result: Result) -> Shape:
    """The shape of an input that must be a map."""
    if len(result.shape) != 4:
        raise KerasError("its input is no map")
    return result.shape


def slid(result: Result, layer: Layer, kernel: list[int], stride: list[int], dilation: list[int]) -> Shape:
    """Height and width after a window."""
    sides = image(result)[2:]
    if layer.get("padding") == "same":
        return tuple(-(-side // step) for side, step in zip(sides, stride, strict=True))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    return tuple((side - span) // step + 1 for side, span, step in zip(sides, spans, stride, strict=True))


@layers("Conv2D", "DepthwiseConv2D", "SeparableConv2D")
def convolution(layer: Layer, result: Result) -> None:
    """A convolution; a separable one is a depthwise one and one of 1×1."""
    channels, kernel = image(result)[1], layer.pair("kernel_size")
    stride, dilation = layer.pair("strides"), layer.pair("dilation_rate")
    is_depthwise = layer.kind != "Conv2D"
    groups = channels if is_depthwise else layer.get("groups", 1)
    units = channels * layer.get("depth_multiplier", 1) if is_depthwise else layer.get("filters")
    sides = slid(result, layer, kernel, stride, dilation)
    node = result.add(
        "conv2d",
        (1, units, *sides),
        stride=stride,
        padding=layer.get("padding", "valid"),
        dilation=dilation,
        groups=groups,
    )
    result.store(node, "weight", (units, channels // groups, *kernel))
    if layer.kind == "SeparableConv2D":
        node = result.add("conv2d", (1, layer.get("filters"), *sides))
        result.store(node, "weight", (layer.get("filters"), units, 1, 1))
        units = layer.get("filters")
    if layer.get("use_bias", True):
        result.store(node, "bias", (units,))
    activate(result, layer.get("activation"))


@layers("Conv2DTranspose")
def transposed_convolution(layer: Layer, result: Result) -> None:
    """A transposed convolution whose padding is equal on both sides."""
    _, channels, *sides = image(result)
    kernel, stride, units = layer.pair("kernel_size"), layer.pair("strides"), layer.get("filters")
    is_same = layer.get("padding") == "same"
    cut = [max(k - s, 0) if is_same else 0 for k, s in zip(kernel, stride, strict=True)]
    if any(amount % 2 for amount in cut) or any(k < s for k, s in zip(kernel, stride, strict=True)):
        raise KerasError("its padding differs between the sides")
    output = [(n - 1) * s + k - c for n, s, k, c in zip(sides, stride, kernel, cut, strict=True)]
    node = result.add("conv_transpose2d", (1, units, *output), stride=stride, padding=[amount // 2 for amount in cut])
    result.store(node, "weight", (channels, units, *kernel))
    if layer.get("use_bias", True):
        result.store(node, "bias", (units,))
    activate(result, layer.get("activation"))


def channels_last(result: Result, work: Callable[[Shape], None]) -> None:
    """Apply something to the channels as the last side."""
    is_map = len(result.shape) == 4
    if is_map:
        batch, channels, height, width = result.shape
        result.add("permute", (batch, height, width, channels), dims=[0, 2, 3, 1])
    work(result.shape)
    if is_map:
        batch, height, width, channels = result.shape
        result.add("permute", (batch, channels, height, width), dims=[0, 3, 1, 2])


@layers("Dense")
def dense(layer: Layer, result: Result) -> None:
    """A linear layer of the channels."""

    def work(shape: Shape) -> None:
        units = layer.get("units")
        node = result.add("linear", (*shape[:-1], units))
        result.store(node, "weight", (units, shape[-1]))
        if layer.get("use_bias", True):
            result.store(node, "bias", (units,))

    channels_last(result, work)
    activate(result, layer.get("activation"))


@layers("BatchNormalization")
def batch_normalization(layer: Layer, result: Result) -> None:
    """Batch normalization of the channels."""
    channels = result.shape[1] if len(result.shape) == 4 else result.shape[-1]
    node = result.add("batch_norm", result.shape)
    for argument, key in (("weight", "scale"), ("bias", "center")):
        if layer.get(key, True):
            result.store(node, argument, (channels,))
    for argument in ("running_mean", "running_var"):
        result.store(node, argument, (channels,), "buffer")


@layers("LayerNormalization")
def layer_normalization(layer: Layer, result: Result) -> None:
    """Layer normalization of the channels."""

    def work(shape: Shape) -> None:
        node = result.add("layer_norm", shape, normalized_shape=[shape[-1]])
        for argument, key in (("weight", "scale"), ("bias", "center")):
            if layer.get(key, True):
                result.store(node, argument, (shape[-1],))

    channels_last(result, work)


@layers("LayerScale")
def layer_scale(_: Layer, result: Result) -> None:
    """A learned factor for each channel, as in Keras' ConvNeXt."""

    def work(shape: Shape) -> None:
        result.store(result.add("mul", shape), "other", (shape[-1],))

    channels_last(result, work)


@layers("Activation")
def activation(layer: Layer, result: Result) -> None:
    """An activation function."""
    activate(result, layer.get("activation"))


@layers("ReLU", "LeakyReLU", "ELU", "Softmax", "HardSigmoid", "HardSwish", "Sigmoid", "Silu", "Relu6", "Relu")
def activation_layer(layer: Layer, result: Result) -> None:
    """An activation function as a layer."""
    if layer.kind == "ReLU" and layer.get("max_value") is not None:
        result.add("hardtanh", result.shape, min_val=0, max_val=layer.get("max_value"))
    else:
        activate(
            result,
            {"LeakyReLU": "leaky_relu", "HardSigmoid": "hard_sigmoid", "HardSwish": "hard_swish"}.get(
                layer.kind, layer.kind.lower()
            ),
        )


@layers("PReLU")
def prelu(layer: Layer, result: Result) -> None:
    """PReLU with a slope for each channel."""
    if set(layer.get("shared_axes", [])) != {1, 2}:
        raise KerasError("it has a slope for each value")
    result.store(result.add("prelu", result.shape), "weight", (result.shape[1],))


@layers("MaxPooling2D", "AveragePooling2D")
def pooling(layer: Layer, result: Result) -> None:
    """Pooling over a window."""
    kernel = layer.pair("pool_size", 2)
    stride = layer.pair("strides") if layer.get("strides") is not None else kernel
    shape = (*image(result)[:2], *slid(result, layer, kernel, stride, [1, 1]))
    name = "max_pool2d" if layer.kind.startswith("Max") else "avg_pool2d"
    padding = "same" if layer.get("padding") == "same" else 0
    result.add(name, shape, kernel_size=kernel, stride=stride, padding=padding)


@layers("GlobalAveragePooling2D", "GlobalMaxPooling2D")
def global_pooling(layer: Layer, result: Result) -> None:
    """Pooling over the whole map."""
    batch, channels, *_ = image(result)
    keep = bool(layer.get("keepdims", False))
    name = "mean" if "Average" in layer.kind else "amax"
    result.add(name, (batch, channels, 1, 1) if keep else (batch, channels), dim=[2, 3], keepdim=keep)


@layers("ZeroPadding2D", "Cropping2D")
def border(layer: Layer, result: Result) -> None:
    """Rows and columns around a map, added or cropped."""
    batch, channels, height, width = image(result)
    is_padding = layer.kind == "ZeroPadding2D"
    given = layer.get("padding" if is_padding else "cropping", 1)
    pairs = [
        [side, side] if isinstance(side, int) else list(side)
        for side in ([given] * 2 if isinstance(given, int) else given)
    ]
    (top, bottom), (left, right) = pairs
    if is_padding:
        shape = (batch, channels, height + top + bottom, width + left + right)
        result.add("pad", shape, pad=[left, right, top, bottom])
        return
    result.add("slice", (batch, channels, height - top - bottom, width), dim=2, start=top)
    result.add("slice", (batch, channels, height - top - bottom, width - left - right), dim=3, start=left)


@layers("UpSampling2D")
def upsampling(layer: Layer, result: Result) -> None:
    """An upsampling by whole factors."""
    batch, channels, height, width = image(result)
    rows, columns = layer.pair("size", 2)
    mode = layer.get("interpolation", "nearest")
    if mode not in ("nearest", "bilinear"):
        raise KerasError(f"the language has no interpolation like {mode}")
    result.add(f"upsample_{mode}2d", (batch, channels, height * rows, width * columns))


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
        raise KerasError("no layer divides the values so")
    result.add("reshape", (1, target[0]) if len(target) == 1 else (1, target[2], target[0], target[1]))


@layers("Add", "Multiply", "Subtract")
def arithmetic(layer: Layer, result: Result) -> None:
    """A merge of branches, or an operation with a number."""
    op = {"Add": "add", "Multiply": "mul"}.get(layer.kind)
    if op is None or not layer.inputs:
        raise KerasError("no layer merges branches so")
    for number in layer.constants:
        result.add(op, result.shape, other=number)
    for name, shape in zip(layer.inputs[1:], layer.shapes[1:], strict=True):
        together = tuple(max(sides) for sides in zip(result.shape, shape, strict=True))
        result.add(op, together, [result.last, name])


@layers("TrueDivide", "Divide")
def division(layer: Layer, result: Result) -> None:
    """A division by a number."""
    if len(layer.inputs) != 1 or len(layer.constants) != 1:
        raise KerasError("no layer divides one branch by another")
    result.add("div", result.shape, other=layer.constants[0])


@layers("Concatenate")
def concatenation(layer: Layer, result: Result) -> None:
    """The channels of all branches."""
    rank = len(layer.shapes[0])
    if layer.get("axis", -1) % rank != rank - 1:
        raise KerasError("it joins something other than channels")
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
