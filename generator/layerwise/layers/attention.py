"""Multi-head self-attention over all positions, or within windows or grids."""

from __future__ import annotations

from abc import abstractmethod
from math import prod
from typing import Literal

from layerwise.core.errors import ShapeError
from layerwise.core.receptive_field import Samplings
from layerwise.core.sampling import sliding
from layerwise.core.shape import Shape
from layerwise.core.tensors import Tensor
from layerwise.core.windows import Sides
from layerwise.layers.base import Example, Layer, require_map, require_sides
from layerwise.layers.memory import INPUT, STATISTIC_BYTES, Saved
from layerwise.layers.options import Area, Flag, Kernel, Whole
from layerwise.layers.rules import Rule

HIDDEN = 512
"""Units of the small network that computes the position bias of Swin V2."""


class SelfAttention(Layer):
    """The base of self-attention layers: queries, keys and values from C channels, and an output projection.

    Parameters C·3C + 3C and C·C + C with biases, for any number of heads. Multiply-accumulates: 4·C·C at each position
    for the two linear layers; for the products of queries with keys and of attention with values 2·C at each pair of
    positions that attend to each other, also reported as ``attention_macs``. Its two linear layers count for depth.
    Source: Vaswani et al., Attention Is All You Need, 2017, section 3.2.
    """

    category = "linear"
    depth_units = 2

    bias: Flag = True
    """Adds a bias in both linear layers."""

    @property
    @abstractmethod
    def head_count(self) -> int:
        """The number of heads."""

    @abstractmethod
    def seen(self, shape: Shape) -> int:
        """The number of positions that each position attends to."""

    def positions(self, shape: Shape) -> int:
        """The number of positions that are computed: H·W or T."""
        return shape.positions

    def output(self, shape: Shape) -> Shape:
        """The shape of the input. Raises ``ShapeError`` if the channels do not divide into the heads."""
        if shape.channels % self.head_count:
            raise ShapeError(f"{shape.channels} channels do not divide into {self.head_count} heads")
        return shape

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``qkv.weight`` C×3C, ``qkv.bias`` 3C, ``proj.weight`` C×C and ``proj.bias`` C, for any number of heads."""
        width = shape.channels
        qkv = (Tensor("qkv.weight", (width, 3 * width)), Tensor("qkv.bias", (3 * width,)))
        projection = (Tensor("proj.weight", (width, width)), Tensor("proj.bias", (width,)))
        return (*qkv, *projection) if self.bias else (qkv[0], projection[0])

    def attention_macs(self, shape: Shape) -> int:
        """2·C for each pair of positions that attend to each other: queries with keys, attention with values."""
        return 2 * shape.channels * self.positions(shape) * self.seen(shape)

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, queries, keys, values and attended values, and for each head and position a logarithm of a sum.

        These are the tensors of ``scaled_dot_product_attention``, which does not save the scores.
        """
        (shape,) = inputs
        positions = self.positions(shape)
        values, sums = 4 * shape.channels * positions, self.head_count * positions
        return INPUT._replace(values=values, bytes=STATISTIC_BYTES * sums)

    def workspace(self, inputs: tuple[Shape, ...]) -> int:
        """4·C at each position: queries, keys, values and attended values. A fused kernel never holds all scores."""
        (shape,) = inputs
        return 4 * shape.channels * self.positions(shape)

    def macs(self, shape: Shape) -> int:
        """4·C·C at each position for the two linear layers, and the products of attention."""
        return 4 * shape.channels**2 * self.positions(shape) + self.attention_macs(shape)

    def macs_rule(self, shape: Shape) -> Rule:
        """As ``macs``, in positions instead of T."""
        width, positions = shape.channels, self.positions(shape)
        values = f"{positions} · 4 · {width}² + 2 · {width} · {positions} · {self.seen(shape)}"
        return Rule("positions · 4 · C² + 2 · C · positions · attended positions", values)


class Attention(SelfAttention):
    """Multi-head self-attention among all positions of T×C or H×W×C.

    It has 4·C·C + 4·C parameters, and 4·T·C·C + 2·T·T·C multiply-accumulates for T positions.
    Source: Dosovitskiy et al., An Image Is Worth 16x16 Words, 2020; PyTorch's MultiheadAttention.
    """

    kind = "attention"
    label = "Attention"
    example = Example("tokens, class_token, {attention: 12}", "14x14x768")

    size: Whole
    """Number of heads. Must divide the number of channels."""

    @property
    def head_count(self) -> int:
        """As given."""
        return self.size

    def output(self, shape: Shape) -> Shape:
        """The shape of the input. Raises ``ShapeError`` for a vector, or if the heads do not divide the channels."""
        if not shape.spatial:
            raise ShapeError(f"needs tokens T×C or a feature map H×W×C, got {shape}")
        return super().output(shape)

    def seen(self, shape: Shape) -> int:
        """All."""
        return self.positions(shape)

    def is_global(self, shape: Shape) -> bool:
        """Always."""
        return True


class LocalAttention(SelfAttention):
    """The base of window and grid attention, among groups of n_h·n_w positions of an H×W×C map.

    A table holds a learned bias for each relative position and head: (2n_h − 1)·(2n_w − 1)·heads parameters.
    """

    size: Sides
    heads: Whole
    """Number of heads. Must divide the number of channels."""

    @property
    def filter(self) -> tuple[int, ...]:
        """n_h×n_w."""
        return self.size

    @property
    def head_count(self) -> int:
        """As given."""
        return self.heads

    def seen(self, shape: Shape) -> int:
        """n_h·n_w."""
        return prod(self.size)

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input in groups, queries, keys, values and attended values, and all scores after the softmax."""
        (shape,) = inputs
        positions, scores = self.positions(shape), self.positions(shape) * self.heads * self.seen(shape)
        return Saved(values=5 * shape.channels * positions + scores, copied_values=scores)

    def workspace(self, inputs: tuple[Shape, ...]) -> int:
        """Queries, keys, values and all scores: 3·C + heads·n_h·n_w at each position. The position bias needs them."""
        (shape,) = inputs
        return self.positions(shape) * (3 * shape.channels + self.heads * self.seen(shape))

    def relative_positions(self) -> Sides:
        """2n_h − 1 and 2n_w − 1."""
        return tuple([2 * side - 1 for side in self.size])

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``relative_position_bias_table`` (2n_h − 1)×(2n_w − 1)×heads, then as in attention.

        The linear layers are ``qkv`` C×3C + 3C and ``proj`` C×C + C.
        """
        table = Tensor("relative_position_bias_table", (*self.relative_positions(), self.heads))
        return (table, *super().tensors(shape))


class WindowAttention(LocalAttention):
    """Multi-head self-attention within non-overlapping windows of an H×W×C map or, of three sides, a volume.

    A map that does not divide into windows is padded with zeros at the bottom and the right. The padded positions are
    computed, then cropped. Shifting the windows costs nothing. Version 1 has a table with a learned bias for each
    relative position and head. Version 2 learns a temperature for each head instead, and computes the bias by a small
    network with 2·512 + 512 + 512·heads parameters, run once for each relative position.
    The receptive field grows as with a kernel of the window's size. Shifted windows cross the borders of unshifted
    ones, which this does not take into account.
    Source: Liu et al., Swin Transformer, 2021, and Swin Transformer V2, 2022; torchvision's ShiftedWindowAttention
    and ShiftedWindowAttention3d.
    """

    kind = "window_attention"
    label = "WindowAttention"
    example = Example("{window_attention: 7x7, heads: 3}", "56x56x96")

    size: Kernel
    """Positions that attend to each other, height × width, like 7x7; 8x7x7 for volumes."""
    version: Literal[1, 2] = 1
    """Form of the position bias: 1, a learned table; 2, a small network."""

    def padded(self, shape: Shape) -> Sides:
        """Height and width rounded up to whole windows."""
        sides = zip(require_sides(shape, len(self.size)).spatial, self.size, strict=True)
        return tuple([-(-side // n) * n for side, n in sides])

    def positions(self, shape: Shape) -> int:
        """Those of the padded map."""
        return prod(self.padded(shape))

    def output(self, shape: Shape) -> Shape:
        """The shape of the input. Raises ``ShapeError`` if the heads do not fit, or version 2 has three sides."""
        if self.version == 2:
            require_map(shape)
        return super().output(require_sides(shape, len(self.size)))

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``relative_position_bias_table`` (2n_h − 1)×(2n_w − 1)×heads, ``qkv`` C×3C + 3C and ``proj`` C×C + C.

        In version 2 ``logit_scale`` (heads), ``qkv``, ``proj``, and the network ``cpb_mlp`` 2×512 + 512 + 512×heads.
        """
        if self.version == 1:
            return super().tensors(shape)
        network = (
            Tensor("cpb_mlp.0.weight", (2, HIDDEN)),
            Tensor("cpb_mlp.0.bias", (HIDDEN,)),
            Tensor("cpb_mlp.2.weight", (HIDDEN, self.heads)),
        )
        return (Tensor("logit_scale", (self.heads,)), *SelfAttention.tensors(self, shape), *network)

    def macs(self, shape: Shape) -> int:
        """4·C·C at each position, and the products of attention.

        In version 2 also 512·(2 + heads)·(2n_h − 1)·(2n_w − 1) for the network.
        """
        network = prod(self.relative_positions()) * HIDDEN * (2 + self.heads) if self.version == 2 else 0
        return super().macs(shape) + network

    def macs_rule(self, shape: Shape) -> Rule:
        """As in attention, and in version 2 the network for each relative position."""
        symbols, values = super().macs_rule(shape)
        if self.version == 1:
            return Rule(symbols, values)
        network = f"{prod(self.relative_positions())} · {HIDDEN} · (2 + {self.heads})"
        return Rule(f"{symbols} + relative positions · position network", f"{values} + {network}")

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input in windows, queries, keys, values and attended values, and all scores after the softmax.

        In version 2 also queries and keys before they are normalized, their norms, and the scores before the bias; once
        for a batch, the hidden values of the small network, and the bias of each head and pair of positions.
        """
        (shape,) = inputs
        if self.version == 1:
            return super().saves(inputs)
        positions, scores = self.positions(shape), self.positions(shape) * self.heads * self.seen(shape)
        return Saved(
            values=positions * (8 * shape.channels + 4 * self.heads) + 2 * scores,
            copied_values=scores,
            batch_bytes=STATISTIC_BYTES
            * (prod(self.relative_positions()) * HIDDEN + self.heads * self.seen(shape) ** 2),
        )

    def receptive_window(self, shape: Shape) -> Samplings:
        """As with a kernel of the window's size."""
        return tuple([sliding(n, 1, (n - 1) // 2) for n in self.size])

    def is_global(self, shape: Shape) -> bool:
        """If one window covers the whole map."""
        return self.padded(shape) == self.size


class GridAttention(LocalAttention):
    """Multi-head self-attention among positions spread evenly over an H×W×C map, one from each grid cell.

    A table holds a learned bias for each relative position and head.
    Source: Tu et al., MaxViT, 2022, section 3.3; torchvision's MaxVit.
    """

    kind = "grid_attention"
    label = "GridAttention"
    example = Example("{grid_attention: 7x7, heads: 2}", "56x56x64")

    size: Area
    """Positions that attend to each other, height × width, like 7x7."""

    def output(self, shape: Shape) -> Shape:
        """The shape of the input. Raises ``ShapeError`` if it does not divide into cells, or into the heads."""
        height, width, _ = require_map(shape)
        if height % self.size[0] or width % self.size[1]:
            raise ShapeError(f"a map of {height}×{width} does not divide into {self.size[0]}×{self.size[1]} cells")
        return super().output(shape)

    def is_global(self, shape: Shape) -> bool:
        """Always: the cells cover the map."""
        return True
