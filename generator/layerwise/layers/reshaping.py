"""Layers that keep all values: reshaping, and layers that act only in training."""

from __future__ import annotations

from layerwise.core.shape import Shape
from layerwise.layers.base import Elementwise, Example
from layerwise.layers.memory import MASK_BYTES, InPlace, Saved
from layerwise.layers.options import Rate


class Flatten(Elementwise):
    """Flattens a feature map into a vector of H·W·C values.

    A fully connected layer accepts a map directly; use this only if the network's own description has it.
    Source: PyTorch's Flatten.
    """

    kind = "flatten"
    label = "Flatten"
    output_rule = "all values in one vector"
    example = Example("flatten", "7x7x512")
    in_place = InPlace.VIEW

    def output(self, shape: Shape) -> Shape:
        """A vector of H·W·C values."""
        return Shape((shape.elements,))


class Dropout(Elementwise):
    """Sets values to zero at random in training; at inference, all values pass unchanged.

    Source: Srivastava et al., Dropout, 2014.
    """

    kind = "dropout"
    label = "Dropout"
    example = Example("{dropout: 0.4}", "1x1x1024")
    in_place = InPlace.UNCHANGED

    size: Rate = 0.5
    """The fraction of values set to zero."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """A mask of the values that stay."""
        (shape,) = inputs
        return Saved(bytes=MASK_BYTES * shape.elements)


class Identity(Elementwise):
    """Returns its input unchanged, as in an empty branch.

    Source: the shortcuts of He et al., Deep Residual Learning for Image Recognition, 2015, section 3.2.
    """

    kind = "identity"
    label = "Identity"
    example = Example("identity", "56x56x256")
    in_place = InPlace.VIEW
