"""The kinds of layers a definition can name."""

from __future__ import annotations

from generator.layers.activation import ACTIVATIONS, PReLU
from generator.layers.attention import Attention, GridAttention, WindowAttention
from generator.layers.base import AnyLayer, Join, Layer, Measure
from generator.layers.channels import Channels, ChannelShuffle, PadChannels
from generator.layers.convolution import ChannelConvolution, Convolution, DepthwiseConvolution
from generator.layers.joining import Add, Concat, Multiply
from generator.layers.linear import FullyConnected, Linear, RadialBasis
from generator.layers.normalization import (
    BatchNorm,
    GlobalResponseNorm,
    GroupNorm,
    InstanceNorm,
    LayerNorm,
    LocalResponseNorm,
)
from generator.layers.pooling import AdaptiveAvgPool, AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from generator.layers.resampling import Crop, DepthToSpace, SpaceToDepth, Upsample
from generator.layers.scaling import LayerScale, Scale
from generator.layers.shaping import Dropout, Flatten, Identity
from generator.layers.tokens import ClassToken, MeanTokens, PositionEmbedding, TakeToken, Tokens, ToMap
from generator.layers.transposed import TransposedConvolution

LAYERS: tuple[type[Layer], ...] = (
    Convolution,
    DepthwiseConvolution,
    ChannelConvolution,
    TransposedConvolution,
    MaxPool,
    AvgPool,
    GlobalAvgPool,
    GlobalMaxPool,
    AdaptiveAvgPool,
    FullyConnected,
    Linear,
    RadialBasis,
    Attention,
    WindowAttention,
    GridAttention,
    BatchNorm,
    LayerNorm,
    GroupNorm,
    InstanceNorm,
    GlobalResponseNorm,
    LocalResponseNorm,
    LayerScale,
    Scale,
    *ACTIVATIONS,
    PReLU,
    Channels,
    ChannelShuffle,
    PadChannels,
    Upsample,
    Crop,
    SpaceToDepth,
    DepthToSpace,
    Tokens,
    ToMap,
    ClassToken,
    PositionEmbedding,
    TakeToken,
    MeanTokens,
    Flatten,
    Dropout,
    Identity,
)

KINDS: dict[str, type[Layer]] = {layer.kind: layer for layer in LAYERS}
"""Layers with one input, by their word in a definition."""

JOINS: dict[str, type[Join]] = {join.kind: join for join in (Add, Multiply, Concat)}
"""Joins of branches, by their word in a definition."""

__all__ = ["JOINS", "KINDS", "AnyLayer", "Join", "Layer", "Measure"]
