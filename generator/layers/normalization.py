"""Normalizations."""

from __future__ import annotations

from typing import Annotated

from generator.formula import Tensor
from generator.layers.activation import ActivationName
from generator.layers.base import Elementwise, Layer, need_map
from generator.layers.options import Flag, Whole, one_of
from generator.shape import Shape


class BatchNorm(Layer):
    """Normalizes each channel over the batch, then scales and shifts it: 2·C parameters.

    The running mean and variance, another 2·C numbers, are buffers: kept, but not trained, and not counted as
    parameters.
    Source: Ioffe & Szegedy, Batch Normalization, 2015; PyTorch's BatchNorm2d.
    """

    kind = "batch_norm"
    label = "BatchNorm"
    category = "normalization"

    affine: Flag = True
    """Whether each channel has a learned scale and shift."""
    activation: ActivationName = None
    """An activation function that follows, in place."""

    def output(self, shape: Shape) -> Shape:
        """The shape that entered."""
        return shape

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` C (the scale, gamma) and ``bias`` C (the shift, beta)."""
        if not self.affine:
            return ()
        return (Tensor("weight", (shape.channels,)), Tensor("bias", (shape.channels,)))

    def buffers(self, shape: Shape) -> tuple[Tensor, ...]:
        """``running_mean`` C and ``running_var`` C."""
        return (Tensor("running_mean", (shape.channels,)), Tensor("running_var", (shape.channels,)))

    def macs(self, shape: Shape) -> int:
        """None: normalizations are not counted, and at inference fold into the convolution before them."""
        return 0


class LocalResponseNorm(Elementwise):
    """Divides each value by a sum over its neighbours in other channels, with fixed constants: nothing is learned.

    Source: Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 3.3.
    """

    kind = "lrn"
    label = "LRN"
    category = "normalization"

    size: Whole = 5
    """How many neighbouring channels are summed."""

    def output(self, shape: Shape) -> Shape:
        """The map that entered."""
        return need_map(shape)


NORMALIZATIONS: dict[str, type[BatchNorm]] = {BatchNorm.kind: BatchNorm}
"""The normalizations that can be an option of a convolution."""

NormName = Annotated[str | None, one_of(*NORMALIZATIONS)]
"""A normalization by its word, or none."""


def normalization(name: str, activation: str | None) -> BatchNorm:
    """The normalization of that name, followed by an activation function."""
    return NORMALIZATIONS[name](activation=activation)
