"""The kinds of layers a definition can name."""

from __future__ import annotations

from layerwise.layers.activation import ACTIVATIONS, PReLU
from layerwise.layers.attend import Attend
from layerwise.layers.attention import Attention, GridAttention, WindowAttention
from layerwise.layers.base import AnyLayer, Layer, LayerStats, Merge
from layerwise.layers.channels import Channels, ChannelShuffle, MaxChannels, MeanChannels, PadChannels
from layerwise.layers.convolution import ChannelConvolution, Convolution, DepthwiseConvolution
from layerwise.layers.inputs import Input
from layerwise.layers.linear import FullyConnected, Linear, RadialBasis
from layerwise.layers.merging import Add, Concat, Multiply, Subtract
from layerwise.layers.normalization import (
    BatchNorm,
    GlobalResponseNorm,
    GroupNorm,
    InstanceNorm,
    LayerNorm,
    LocalResponseNorm,
)
from layerwise.layers.pooling import AdaptiveAvgPool, AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from layerwise.layers.products import MatMul
from layerwise.layers.recurrent import GRU, LSTM, RNN
from layerwise.layers.resampling import Crop, DepthToSpace, Resize, SpaceToDepth, Upsample
from layerwise.layers.reshaping import Dropout, Flatten, Identity
from layerwise.layers.scaling import LayerScale, Scale
from layerwise.layers.tokens import ClassToken, MeanTokens, PositionEmbedding, TakeToken, Tokens, ToMap, Transpose
from layerwise.layers.transposed import TransposedConvolution
from layerwise.layers.uncounted import Uncounted, UncountedMerge
from layerwise.layers.untied import DeformableConvolution, LocalConvolution

LAYERS: tuple[type[Layer], ...] = (
    Convolution,
    DepthwiseConvolution,
    ChannelConvolution,
    TransposedConvolution,
    LocalConvolution,
    DeformableConvolution,
    MaxPool,
    AvgPool,
    GlobalAvgPool,
    GlobalMaxPool,
    AdaptiveAvgPool,
    FullyConnected,
    Linear,
    RadialBasis,
    LSTM,
    GRU,
    RNN,
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
    MeanChannels,
    MaxChannels,
    Upsample,
    Resize,
    Crop,
    SpaceToDepth,
    DepthToSpace,
    Tokens,
    ToMap,
    ClassToken,
    PositionEmbedding,
    TakeToken,
    MeanTokens,
    Transpose,
    Flatten,
    Dropout,
    Identity,
    Input,
    Uncounted,
)

KINDS: dict[str, type[Layer]] = {layer.kind: layer for layer in LAYERS}
"""Layers with one input, by their word in a definition."""

MERGES: dict[str, type[Merge]] = {
    merge.kind: merge for merge in (Add, Subtract, Multiply, Concat, MatMul, Attend, UncountedMerge)
}
"""Joins of branches, by their word in a definition."""

__all__ = ["KINDS", "MERGES", "AnyLayer", "Layer", "LayerStats", "Merge"]
