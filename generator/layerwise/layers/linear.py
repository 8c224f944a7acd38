"""Fully connected layers, over everything or at each position."""

from __future__ import annotations

from abc import abstractmethod

from layerwise.core.shape import Shape, times
from layerwise.core.tensors import Tensor, formula
from layerwise.layers.activation import ActivationName
from layerwise.layers.base import Example, Layer, WithoutParameters
from layerwise.layers.options import Flag, Rate, Whole
from layerwise.layers.rules import Rule


class LinearMap(Layer):
    """What linear layers share: a weighted sum for each value that comes out."""

    category = "linear"
    depth_units = 1

    size: Whole
    """How many values come out: of an fc in all, of a linear layer at each position."""
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

    @abstractmethod
    def summed(self, shape: Shape) -> tuple[int, ...]:
        """The sides of what is summed up for one output value."""

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` in×n and ``bias`` n."""
        weight = Tensor("weight", (*self.summed(shape), self.size))
        return (weight, Tensor("bias", (self.size,))) if self.bias else (weight,)

    def parameters_rule(self, shape: Shape) -> Rule:
        """A weight for each input and unit, and a bias for each unit."""
        return Rule("inputs × units" + (" + units" if self.bias else ""), formula(self.tensors(shape)))


class FullyConnected(LinearMap):
    """A fully connected layer, a weighted sum of all input values for each of n outputs: H×W×C or C becomes a vector.

    A map need not be flattened. The formula keeps its sides, in = H×W×C; sides of one are left out.
    Source: Goodfellow, Bengio & Courville, Deep Learning, chapter 6; PyTorch's Linear behind a Flatten, Keras' Dense.
    """

    kind = "fc"
    label = "FC"
    output_rule = "one value per unit"
    example = Example("{fc: 120}", "5x5x16")

    def summed(self, shape: Shape) -> tuple[int, ...]:
        """H×W×C, or C where the other sides are one."""
        return shape if any(side > 1 for side in shape.spatial) else (shape.channels,)

    def output(self, shape: Shape) -> Shape:
        """A vector."""
        return Shape((self.size,))

    def macs(self, shape: Shape) -> int:
        """in·n."""
        return shape.elements * self.size

    def macs_rule(self, shape: Shape) -> Rule:
        """As ``macs``."""
        return Rule("inputs × units", times((*self.summed(shape), self.size)))

    def is_global(self, shape: Shape) -> bool:
        """Always."""
        return True


class RadialBasis(WithoutParameters):
    """Distances to fixed patterns: H×W×C or C becomes a vector of how far it lies from each of n patterns.

    The patterns are drawn by hand and not learned. The squares are not counted as multiply-accumulates.
    Source: LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998, section II-B.
    """

    kind = "radial_basis"
    label = "RBF"
    output_rule = "one value per pattern"
    example = Example("{fc: 84}, {radial_basis: 10}", "5x5x16")
    category = "linear"

    size: Whole
    """How many patterns."""

    @property
    def filter(self) -> tuple[int, ...]:
        """The number of patterns."""
        return (self.size,)

    def buffers(self, shape: Shape) -> tuple[Tensor, ...]:
        """``patterns`` in×n."""
        return (Tensor("patterns", (shape.elements, self.size)),)

    def output(self, shape: Shape) -> Shape:
        """A vector."""
        return Shape((self.size,))

    def is_global(self, shape: Shape) -> bool:
        """Always."""
        return True


class Linear(LinearMap):
    """A fully connected layer of the channels, the same at each position: H×W×C, T×C or C becomes …×n.

    On a map it is a 1×1 convolution; in = C.
    Source: PyTorch's Linear, which works on the last side.
    """

    kind = "linear"
    label = "Linear"
    output_rule = "one channel per unit, at every position"
    example = Example("{linear: 384}", "56x56x96")

    def summed(self, shape: Shape) -> tuple[int, ...]:
        """C."""
        return (shape.channels,)

    def output(self, shape: Shape) -> Shape:
        """The same positions with n channels."""
        return shape.with_channels(self.size)

    def macs(self, shape: Shape) -> int:
        """C·n at each position."""
        return shape.elements * self.size

    def macs_rule(self, shape: Shape) -> Rule:
        """As ``macs``."""
        positions = f"{times(shape.spatial)} · " if shape.spatial else ""
        return Rule("positions · C × units", positions + times((*self.summed(shape), self.size)))

    def is_global(self, shape: Shape) -> bool:
        """Only a vector, whose channels are all there is."""
        return not shape.spatial
