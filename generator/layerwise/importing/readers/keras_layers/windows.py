"""Convolutions, pooling, borders and upsampling."""

from __future__ import annotations

from layerwise.importing.readers.keras_layers.calls import Layer, Result, Shape, activate, image, layers
from layerwise.importing.table import TranslationError


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
        raise TranslationError("its padding differs between the sides")
    output = [(n - 1) * s + k - c for n, s, k, c in zip(sides, stride, kernel, cut, strict=True)]
    node = result.add("conv_transpose2d", (1, units, *output), stride=stride, padding=[amount // 2 for amount in cut])
    result.store(node, "weight", (channels, units, *kernel))
    if layer.get("use_bias", True):
        result.store(node, "bias", (units,))
    activate(result, layer.get("activation"))


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
        raise TranslationError(f"the language has no interpolation like {mode}")
    result.add(f"upsample_{mode}2d", (batch, channels, height * rows, width * columns))
