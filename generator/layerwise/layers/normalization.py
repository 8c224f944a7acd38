"""Normalizations."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from layerwise.core.errors import ShapeError
from layerwise.core.fields import Syntax
from layerwise.core.shape import Shape
from layerwise.core.tensors import Tensor, formula
from layerwise.layers.activation import ActivationName
from layerwise.layers.base import Elementwise, Example, Layer, require_positions
from layerwise.layers.memory import INPUT, STATISTIC_BYTES, WIDE_INPUT, InPlace, Saved
from layerwise.layers.options import Flag, OneOf, Whole
from layerwise.layers.rules import NOTHING_LEARNED, Rule


class Normalization(Layer):
    """The base of normalizations with a learned scale and shift, 2·C parameters; the shape stays.

    Their arithmetic is not counted as multiply-accumulates. Their statistics do not enlarge the receptive field.
    """

    category = "normalization"
    in_place = InPlace.VALUES

    affine: Flag = True
    """Learns a scale and a shift for each channel."""
    activation: ActivationName = None
    """The activation function applied to the output, in place."""

    def output(self, shape: Shape) -> Shape:
        """The shape of the input."""
        return shape

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` C (scale, gamma) and ``bias`` C (shift, beta), if affine."""
        if not self.affine:
            return ()
        return (Tensor("weight", (shape.channels,)), Tensor("bias", (shape.channels,)))

    def parameters_rule(self, shape: Shape) -> Rule:
        """As ``tensors``."""
        tensors = self.tensors(shape)
        return Rule("one scale and one shift per channel", formula(tensors)) if tensors else NOTHING_LEARNED

    def macs(self, shape: Shape) -> int:
        """None: normalizations are not counted."""
        return 0


class BatchNorm(Normalization):
    """Normalizes each channel over the batch, then scales and shifts it: 2·C parameters.

    The running mean and variance, another 2·C values, are buffers: stored, but not trained, and not counted as
    parameters. For inference, it can be folded into the convolution before it.
    Source: Ioffe & Szegedy, Batch Normalization, 2015; PyTorch's BatchNorm2d.
    """

    kind = "batch_norm"
    label = "BatchNorm"
    example = Example("batch_norm", "56x56x64")

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, and mean and inverse deviation of each channel over the batch."""
        (shape,) = inputs
        return INPUT._replace(batch_bytes=2 * STATISTIC_BYTES * shape.channels)

    def buffers(self, shape: Shape) -> tuple[Tensor, ...]:
        """``running_mean`` C and ``running_var`` C."""
        return (Tensor("running_mean", (shape.channels,)), Tensor("running_var", (shape.channels,)))


class LayerNorm(Normalization):
    """Normalizes the channels of each position of H×W×C, T×C or C, then scales and shifts them: 2·C parameters.

    Source: Ba, Kiros & Hinton, Layer Normalization, 2016; over the last side as PyTorch's LayerNorm in transformers,
    on maps as in ConvNeXt.
    """

    kind = "layer_norm"
    label = "LayerNorm"
    example = Example("layer_norm", "56x56x96")

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, and mean and inverse deviation of each position."""
        (shape,) = inputs
        return WIDE_INPUT._replace(bytes=2 * STATISTIC_BYTES * (shape.elements // shape.channels))


class GroupNorm(Normalization):
    """Normalizes groups of channels over the map, then scales and shifts each channel: 2·C parameters.

    Source: Wu & He, Group Normalization, 2018; PyTorch's GroupNorm.
    """

    kind = "group_norm"
    label = "GroupNorm"
    example = Example("{group_norm: 32}", "56x56x256")

    size: Whole
    """Number of groups. Must divide the number of channels."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, and mean and inverse deviation of each group."""
        return WIDE_INPUT._replace(bytes=2 * STATISTIC_BYTES * self.size)

    def output(self, shape: Shape) -> Shape:
        """The shape of the input. Raises ``ShapeError`` if the channels do not divide into the groups."""
        if shape.channels % self.size:
            raise ShapeError(f"{shape.channels} channels do not divide into {self.size} groups")
        return shape


class InstanceNorm(Normalization):
    """Normalizes each channel of an H×W×C map by itself; it has 2·C parameters if it is affine, else none.

    Source: Ulyanov, Vedaldi & Lempitsky, Instance Normalization, 2016; the default as in PyTorch's InstanceNorm2d.
    """

    kind = "instance_norm"
    label = "InstanceNorm"
    example = Example("instance_norm", "64x64x256")

    affine: Flag = False
    """Learns a scale and a shift for each channel."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, mean and inverse deviation of each channel, and the scales repeated for each image if affine."""
        (shape,) = inputs
        return INPUT._replace(bytes=(2 + self.affine) * STATISTIC_BYTES * shape.channels)

    def output(self, shape: Shape) -> Shape:
        """The shape of the input."""
        return require_positions(shape)


class GlobalResponseNorm(Normalization):
    """Multiplies each channel of an H×W×C map by its norm over the map, divided by the mean norm of all channels.

    The result is scaled and shifted for each channel, 2·C parameters, and added to the input.
    Source: Woo et al., ConvNeXt V2, 2023, section 3.2.
    """

    kind = "global_response_norm"
    label = "GlobalResponseNorm"
    example = Example("global_response_norm", "56x56x384")

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, its product with the norms, and the norms before and after the division by their mean."""
        (shape,) = inputs
        return INPUT._replace(values=shape.elements + 2 * shape.channels + 1, copied_values=shape.elements)

    def output(self, shape: Shape) -> Shape:
        """The shape of the input."""
        return require_positions(shape)


class LocalResponseNorm(Elementwise):
    """Local response normalization: each value is divided by a sum over its neighbours in other channels.

    Its constants are fixed, so it has no parameters.
    Source: Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 3.3.
    """

    kind = "lrn"
    label = "LRN"
    example = Example("{lrn: 5}", "55x55x96")
    category = "normalization"

    size: Whole = 5
    """Number of neighbouring channels in the sum."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, its padded squares, and the sums before and after the power."""
        (shape,) = inputs
        squares = shape.positions * (shape.channels + self.size - 1)
        return INPUT._replace(values=squares, wide_values=2 * shape.elements)

    def output(self, shape: Shape) -> Shape:
        """The shape of the input."""
        return require_positions(shape)


NORMALIZATIONS: dict[str, type[Normalization]] = {norm.kind: norm for norm in (BatchNorm, LayerNorm, InstanceNorm)}
"""The normalizations that can be an option of a convolution: those that need no size."""

NORM = OneOf(tuple(NORMALIZATIONS), "the name of a normalization, or none")
NormName = Annotated[str | None, Syntax(NORM.read, NORM.schema)]


@lru_cache
def normalization(name: str, activation: str | None) -> Normalization:
    """The normalization of that name, followed by an activation function."""
    return NORMALIZATIONS[name](activation=activation)
