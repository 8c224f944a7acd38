"""Further inputs of a network, next to the image."""

from __future__ import annotations

from layerwise.core.shape import Shape
from layerwise.layers.base import Elementwise, Example
from layerwise.layers.options import InputShape


class Input(Elementwise):
    """A further input of the network: what follows starts from it, not from the layer before.

    It is held from the start. Its positions are no pixels of the image, unless it has as many sides.
    Source: Bromley et al., Signature Verification Using a "Siamese" Time Delay Neural Network, 1993; Keras' Input.
    """

    kind = "input"
    label = "Input"
    output_rule = "the shape of the input"
    example = Example("{input: 1x1x128}", "32x32x3")

    size: InputShape
    """Its shape without the batch, like 128, 32x32x3 or any other sides with the channels last."""

    def output(self, shape: Shape) -> Shape:
        """As given."""
        return Shape(self.size)
