"""Layers of the channels: linear layers, normalizations and activation functions."""

from __future__ import annotations

from collections.abc import Callable

from layerwise.importing.readers.keras_layers.calls import Layer, Result, Shape, activate, layers
from layerwise.importing.table import TranslationError


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
        raise TranslationError("it has a slope for each value")
    result.store(result.add("prelu", result.shape), "weight", (result.shape[1],))
