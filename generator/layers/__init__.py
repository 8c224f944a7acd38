"""The kinds of layers a definition can name."""

from __future__ import annotations

from generator.layers.activation import ACTIVATIONS, PReLU
from generator.layers.base import AnyLayer, Join, Layer, Measure
from generator.layers.convolution import Convolution
from generator.layers.joining import Add, Concat, Multiply
from generator.layers.linear import FullyConnected
from generator.layers.normalization import BatchNorm, LocalResponseNorm
from generator.layers.pooling import AdaptiveAvgPool, AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from generator.layers.shaping import Dropout, Flatten, Identity

LAYERS: tuple[type[Layer], ...] = (
    Convolution,
    MaxPool,
    AvgPool,
    GlobalAvgPool,
    GlobalMaxPool,
    AdaptiveAvgPool,
    FullyConnected,
    BatchNorm,
    LocalResponseNorm,
    *ACTIVATIONS,
    PReLU,
    Flatten,
    Dropout,
    Identity,
)

KINDS: dict[str, type[Layer]] = {layer.kind: layer for layer in LAYERS}
"""Layers with one input, by their word in a definition."""

JOINS: dict[str, type[Join]] = {join.kind: join for join in (Add, Multiply, Concat)}
"""Joins of branches, by their word in a definition."""

__all__ = ["JOINS", "KINDS", "AnyLayer", "Join", "Layer", "Measure"]
