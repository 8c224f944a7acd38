"""Fully connected layers."""

from __future__ import annotations

from generator.formula import Tensor
from generator.layers.activation import ActivationName
from generator.layers.base import Layer
from generator.layers.options import Flag, Rate, Whole
from generator.shape import Shape


class FullyConnected(Layer):
    """Every output value is a weighted sum of all input values: H×W×C or C becomes a vector.

    Parameters in·out, and out with a bias; multiply-accumulates in·out. After a feature map the formula keeps its
    sides: 5×5×16×120 + 120. Sides of one are left out.
    """

    kind = "fc"
    label = "FC"
    category = "linear"
    weighted = True

    size: Whole
    """How many values come out."""
    bias: Flag = True
    """Whether a bias is added to each of them."""
    activation: ActivationName = None
    """An activation function that follows, in place."""
    dropout: Rate = 0.0
    """The rate of a dropout that follows in training."""

    @property
    def filter(self) -> tuple[int, ...]:
        """The number of units."""
        return (self.size,)

    def output(self, shape: Shape) -> Shape:
        """A vector."""
        return Shape((self.size,))

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` H×W×C×out and ``bias`` out."""
        sides = shape if any(side > 1 for side in shape.spatial) else (shape.channels,)
        weight = Tensor("weight", (*sides, self.size))
        return (weight, Tensor("bias", (self.size,))) if self.bias else (weight,)

    def macs(self, shape: Shape) -> int:
        """in·out."""
        return shape.elements * self.size

    def sees_whole_input(self, shape: Shape) -> bool:
        """Always."""
        return True
