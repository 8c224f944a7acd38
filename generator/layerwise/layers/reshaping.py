"""Layers that leave the values as they are: views, and what acts only in training."""

from __future__ import annotations

from layerwise.core.shape import Shape
from layerwise.layers.base import Elementwise, Example
from layerwise.layers.options import Rate


class Flatten(Elementwise):
    """Strings a feature map out into a vector of H·W·C values.

    A fully connected layer takes a map as it is; write this only where the network's own description has it.
    Source: PyTorch's Flatten.
    """

    kind = "flatten"
    label = "Flatten"
    output_rule = "all values in one vector"
    example = Example("flatten", "7x7x512")

    def output(self, shape: Shape) -> Shape:
        """A vector of H·W·C."""
        return Shape((shape.elements,))


class Dropout(Elementwise):
    """Sets values to zero at random in training; passes all of them on afterwards.

    Source: Srivastava et al., Dropout, 2014.
    """

    kind = "dropout"
    label = "Dropout"
    example = Example("{dropout: 0.4}", "1x1x1024")

    size: Rate = 0.5
    """The share of values set to zero."""


class Identity(Elementwise):
    """Passes everything on: the empty branch.

    Source: the shortcuts of He et al., Deep Residual Learning for Image Recognition, 2015, section 3.2.
    """

    kind = "identity"
    label = "Identity"
    example = Example("identity", "56x56x256")
